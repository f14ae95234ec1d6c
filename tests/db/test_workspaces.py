from concurrent.futures import ThreadPoolExecutor

import pytest

from db.database import Database
from db.workspaces import create_workspace, workspace_id_of, workspace_names
from engine.errors import Refused
from tests.db.filling import DEFAULT, add_workspace


def test_a_workspace_is_found_by_its_name(database: Database) -> None:
    other = add_workspace(database, "other")
    found = [workspace_id_of(database, name) for name in ("default", "other", "third", "\0")]
    assert found == [DEFAULT, other, None, None]


def test_a_new_workspace_is_found_by_its_name(database: Database) -> None:
    made = create_workspace(database, " research ")
    assert made.startswith("ws_")
    assert workspace_id_of(database, "research") == made
    assert workspace_names(database) == ["default", "research"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "1 to 200 characters"),
        ("  ", "1 to 200 characters"),
        ("x" * 201, "1 to 200 characters"),
        ("a\0b", "1 to 200 characters"),
        ("default", "There is a workspace 'default' already"),
    ],
)
def test_a_workspace_needs_a_name_of_its_own(database: Database, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        create_workspace(database, name)
    assert workspace_names(database) == ["default"]


def test_of_several_who_make_a_workspace_of_one_name_one_does(database: Database) -> None:
    def make(_: int) -> bool:
        try:
            create_workspace(database, "research")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(4))) == 1
