"""What the pages written by hand promise."""

import json
import re
from pathlib import Path

import pytest

from playhead.cli import COMMANDS
from playhead.settings import Settings
from playhead.workflow_file import check, read_workflow

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "playhead" / "examples" / "README.md",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_exists(page: Path) -> None:
    named = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?playhead ([a-z-]+)", page.read_text(), re.MULTILINE)
    assert set(named) <= set(COMMANDS)


def test_the_workflow_of_the_quickstart_can_be_published(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "quickstart.md").read_text()
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 1
    path = tmp_path / "century.json"
    path.write_text(json.dumps(json.loads(blocks[0])))
    assert check(read_workflow(path), path).name == "Century"


def test_the_quickstart_has_every_setting() -> None:
    text = (ROOT / "docs" / "quickstart.md").read_text()
    table = set(re.findall(r"`PLAYHEAD_([A-Z_]+)`", text))
    assert table == {name.upper() for name in Settings.model_fields} - {"TARIFF"}  # of which there is one


def test_the_readme_fits_one_screen() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 70
