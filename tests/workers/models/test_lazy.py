"""The model's library takes seconds and much memory to load: who sets no model never pays for it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys
import playhead.cli, playhead.composition, workers.ports.attempt
from workers.models.port import ModelsPort
from workers.models.setup import ModelSetup
assert ModelsPort(ModelSetup(), interrupted=lambda: False, seconds=1).model() is None
loaded = [name for name in ("pydantic_ai", "openai", "ddgs") if name in sys.modules]
assert loaded == [], loaded
"""

WITHOUT = """
import sys
sys.modules["pydantic_ai"] = None
sys.modules["ddgs"] = None
from engine.ports import PortError
from workers.models.setup import ModelSetup, make_model
from workers.search.duckduckgo import KeylessSearch
asked = [(lambda: make_model(ModelSetup(), "openai:gpt-4o"), "models"), (lambda: KeylessSearch().find("x", 1), "search")]
for ask, extra in asked:
    try:
        ask()
    except PortError as error:
        assert f"playhead[{extra}]" in error.hint, error.hint
    else:
        raise AssertionError(extra)
"""


def test_nothing_of_it_is_loaded_where_no_model_is_set() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, cwd=ROOT)


def test_where_an_extra_is_not_installed_the_hint_says_how_to() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], check=True, cwd=ROOT)
