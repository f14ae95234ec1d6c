"""Who a caller is: the holder of a key, or where access is open the user of this machine."""

from pathlib import Path

import pytest

from db.api_keys import ApiKeyRecord, create_key, find_key, revoke_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from db.workspaces import create_workspace
from playhead.access import KeyAccess, OpenAccess, access_of
from playhead.settings import Settings
from playhead.temporary_key import temporary_key

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_key_gives_its_workspace_its_role_and_its_name(database: Database) -> None:
    workspace_id = create_workspace(database, "research")
    record, key = create_key(database, workspace_id, "ci", role=Role.VIEWER)
    admitted: list[ApiKeyRecord] = []
    caller = await KeyAccess(database, admitted.append).caller(f"bearer  {key} ")
    assert caller is not None
    assert (caller.workspace_id, caller.role) == (workspace_id, Role.VIEWER)
    assert caller.actor.as_data() == {"kind": "API_KEY", "id": record.id, "name": "ci"}
    assert admitted == [record]


async def test_a_revoked_key_is_refused_at_once(database: Database) -> None:
    record, key = create_key(database, DEFAULT_WORKSPACE, "ci", role=Role.VIEWER)
    access = KeyAccess(database)
    before = await access.caller(f"Bearer {key}")
    revoke_key(database, None, record.id)
    assert (before is not None, await access.caller(f"Bearer {key}")) == (True, None)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer pk_", "Basic pk_x", "pk_x", "Bearer pk_\ud800"],
)
async def test_what_is_no_key_opens_nothing(database: Database, authorization: str | None) -> None:
    assert await KeyAccess(database).caller(authorization) is None


@pytest.mark.parametrize("authorization", [None, "", "Basic dXNlcg==", "Bearer of-a-proxy"])
async def test_where_access_is_open_whoever_shows_no_key_is_the_local_user(
    database: Database, authorization: str | None
) -> None:
    caller = await OpenAccess(KeyAccess(database)).caller(authorization)
    assert caller is not None
    assert (caller.workspace_id, caller.role, caller.actor.kind) == (DEFAULT_WORKSPACE, Role.ADMIN, "USER")


async def test_where_access_is_open_a_key_leads_to_its_workspace_and_a_wrong_one_nowhere(
    database: Database,
) -> None:
    workspace_id = create_workspace(database, "research")
    _, key = create_key(database, workspace_id, "ci", role=Role.EDITOR)
    access = OpenAccess(KeyAccess(database))
    caller = await access.caller(f"Bearer {key}")
    assert caller is not None and (caller.workspace_id, caller.role) == (workspace_id, Role.EDITOR)
    assert await access.caller("Bearer pk_wrong") is None


@pytest.mark.parametrize(("auth", "kind"), [("open", OpenAccess), ("keys", KeyAccess)])
def test_access_is_what_the_settings_say(
    no_settings: Path, database: Database, auth: str, kind: type
) -> None:
    settings = Settings.load(data_dir=no_settings, auth=auth)
    assert type(access_of(settings, KeyAccess(database))) is kind


@pytest.mark.parametrize(
    ("auth", "workspace", "needed"),
    [("open", "default", False), ("open", "research", True), ("keys", "default", True)],
)
def test_a_command_makes_itself_a_key_where_it_needs_one_and_takes_it_back(
    no_settings: Path, database: Database, auth: str, workspace: str, needed: bool
) -> None:
    settings = Settings.load(data_dir=no_settings, auth=auth)
    workspace_id = DEFAULT_WORKSPACE if workspace == "default" else create_workspace(database, workspace)
    with temporary_key(settings, database, workspace_id, "a command") as key:
        assert (key is not None) == needed
        if key is not None:
            found = find_key(database, key)
            assert found is not None and (found.workspace_id, found.role) == (workspace_id, Role.EDITOR)
    assert key is None or find_key(database, key) is None
