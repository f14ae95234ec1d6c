"""Whatever has an id can be asked for by it; what is no id of anything finds nothing, and is no fault."""

import pytest

from tests.schema.api import Api
from tests.schema.test_tenancy import ABSENT, BY_ID, Workspace

pytestmark = pytest.mark.anyio

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
MALFORMED = [
    "", "x", "run_", "_", f"run_{ABSENT}", f"wf_{ABSENT}", "ws_default", "key_1", "exe_\0", "itr_\ud800",
    "rec_' OR 1=1", "run_" + "9" * 5000,
]  # fmt: skip


async def test_each_type_of_node_is_found_by_its_id(api: Api) -> None:
    for name, an_id in (await Workspace(api).fill()).ids.items():
        assert await api.ask(NODE, id=an_id) == {"node": {"__typename": name, "id": an_id}}


async def test_an_unknown_or_malformed_id_is_null(api: Api) -> None:
    document = "query($id: ID!) { node(id: $id) { id } run(id: $id) { id } workflow(id: $id) { id } }"
    for an_id in MALFORMED:
        assert await api.ask(document, id=an_id) == {"node": None, "run": None, "workflow": None}, an_id


async def test_a_change_of_an_unknown_or_malformed_id_is_not_found(api: Api) -> None:
    command = (await Workspace(api).fill()).command
    for way, document in BY_ID.items():
        if not way.startswith("Mutation"):
            continue
        for an_id in MALFORMED:
            (payload,) = (await api.ask(document.replace("COMMAND", command), id=an_id)).values()
            (error,) = payload.pop("errors")
            assert error["code"] == "NOT_FOUND" and set(payload.values()) == {None}, (way, an_id)
