# Everything runs from a fresh clone with Python 3.11 or newer, its pip, and make: `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := playhead schema resolvers workers live db engine
WEB := web/dist/viewer/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' \
	-not -path 'web/viewer/api/*') schema.graphql

# uv: the one on PATH, else one of its own in .tools/.
UV := $(shell command -v uv || echo .tools/bin/uv)
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run test clients browser web web-check check lint types imports schema-check export-schema bench soak format clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/.run $(WEB) ## serve at http://127.0.0.1:8000 with the demo workspace, until Ctrl-C
	@exec $(BIN)/playhead up --demo

test: $(VENV)/.dev ## all tests but the long ones; ARGS="-k name" narrows
	PLAYHEAD_LEASE_SECONDS=2 $(BIN)/pytest -n 2 $(ARGS)

clients: $(VENV)/.dev ## the tests that run other people's clients and audits, from the npm registry
	PLAYHEAD_LEASE_SECONDS=2 $(BIN)/pytest -m clients $(ARGS)

browser: $(VENV)/.dev $(WEB) ## the tests of the pages in Chromium: $$CHROMIUM, else chromium on PATH
	@command -v "$${CHROMIUM:-chromium}" > /dev/null \
		|| { echo "The browser tests need Chromium: apt-get install chromium, or set CHROMIUM to its path"; exit 1; }
	PLAYHEAD_LEASE_SECONDS=2 $(BIN)/pytest -m browser tests/browser $(ARGS)

check: lint types imports schema-check test clients web-check browser ## all that must pass before a change lands

web-check: $(WEB) ## the run viewer: types, eslint and its unit tests
	@$(BIN)/python -m tools.npm web run lint --silent
	@$(BIN)/python -m tools.npm web run test --silent

lint: $(VENV)/.dev ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

imports: $(VENV)/.dev ## the layers, the purity of engine, the independence of activity types
	@$(BIN)/lint-imports --no-logo

schema-check: $(VENV)/.dev ## schema.graphql is what the code exports, and what breaks clients is told
	@$(BIN)/playhead export-schema | diff -u schema.graphql - \
		|| { echo "schema.graphql is out of date: make export-schema"; exit 1; }
	@$(BIN)/python -m tools.schema_changes

export-schema: $(VENV)/.dev ## write schema.graphql
	$(BIN)/playhead export-schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

web: $(WEB) ## the pages for people, into web/dist

bench: $(VENV)/.dev ## the benchmarks: one table each
	$(BIN)/python -m bench $(ARGS)

soak: $(VENV)/.dev ## the long tests of load and faults; PART=name narrows, PART=crash to tests/faults/test_crash.py
	PLAYHEAD_LEASE_SECONDS=2 $(BIN)/pytest -m soak --timeout 3600 $(ARGS) \
		$(or $(wildcard tests/faults/test_$(PART).py),$(if $(PART),-k $(PART)))

format: $(VENV)/.dev ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove the environment and what tools leave behind; the data folder stays
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	rm -rf web/dist web/node_modules web/viewer/api tests/clients/node_modules
	find . -name __pycache__ -prune -exec rm -rf {} +

# Two environments in one folder, each with a stamp: what serves, and what develops on top of it. Compiled once, so
# that a second start is quick also where Python may not write its caches.
$(VENV)/.run: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --no-dev --inexact --python $(PYTHON)
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --python $(PYTHON)
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@ $(VENV)/.run

# Node comes from PyPI, for the build alone: nobody installs it, and a server runs without it.
$(WEB): $(WEB_SOURCES) | $(VENV)/.run
	@echo "Building the pages in web/ (about half a minute)"
	$(UV) sync --quiet --frozen --no-dev --group web --inexact --python $(PYTHON)
	@$(BIN)/python -m tools.npm web ci --loglevel error --no-progress
	@$(BIN)/python -m tools.npm web run build --loglevel error

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Playhead needs Python 3.11 or newer: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools uv
