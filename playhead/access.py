"""Who may use the API: whoever reaches it where access is open, else the holders of API keys."""

from typing import Protocol

from anyio import CapacityLimiter, to_thread

from db.api_keys import find_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.records import Actor
from playhead.settings import Settings
from resolvers.context import Caller

_SCHEME = "bearer"
_LOCAL = Caller(workspace_id=DEFAULT_WORKSPACE, actor=Actor(kind="USER", id=None, name="local user"))


class Access(Protocol):
    """Says who a caller is."""

    async def caller(self, authorization: str | None) -> Caller | None:
        """Give the caller who sent this as `Authorization`, or None where they may not come in."""
        ...


class OpenAccess:
    """Takes everybody for the user of this machine; settings allow it on a loopback address alone."""

    async def caller(self, authorization: str | None) -> Caller | None:  # noqa: ARG002 - of the protocol
        """Give the one caller there is."""
        return _LOCAL


class KeyAccess:
    """Admits the holders of API keys, each to the workspace of the key."""

    def __init__(self, database: Database) -> None:
        self._database, self._threads = database, CapacityLimiter(4)

    async def caller(self, authorization: str | None) -> Caller | None:
        """Give the holder of the key in `Bearer pk_…`."""
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.lower() != _SCHEME or not key:
            return None
        found = await to_thread.run_sync(find_key, self._database, key.strip(), limiter=self._threads)
        if found is None:
            return None
        actor = Actor(kind="API_KEY", id=found.id, name=found.name)
        return Caller(workspace_id=found.workspace_id, actor=actor)


def access_of(settings: Settings, database: Database) -> Access:
    """Give the access that the settings ask for."""
    return OpenAccess() if settings.auth == "open" else KeyAccess(database)
