"""Who may use the API: whoever reaches it where access is open, else the holders of API keys."""

from collections.abc import Callable
from typing import Protocol

from anyio import CapacityLimiter, to_thread

from db.api_keys import PREFIX, ApiKeyRecord, find_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.outages import is_outage
from db.records import Actor
from db.roles import Role
from live.outage import Outage
from playhead.settings import Settings
from resolvers.context import Caller

_SCHEME = "bearer"
_THREADS = 4
_LOCAL = Caller(
    workspace_id=DEFAULT_WORKSPACE, actor=Actor(kind="USER", id=None, name="local user"), role=Role.ADMIN
)


class AccessUnknown(Exception):  # noqa: N818 - what is known of a caller, not a fault of the program
    """Nobody can say who a caller is: the database does not answer."""


class Access(Protocol):
    """Says who a caller is."""

    async def caller(self, authorization: str | None) -> Caller | None:
        """Give the caller who sent this as `Authorization`, or None where they may not come in.

        Raises:
            AccessUnknown: The database does not answer.
        """
        ...


class KeyAccess:
    """Admits the holders of API keys, each to the workspace of the key, to do what its role allows."""

    def __init__(
        self, database: Database, admitted: Callable[[ApiKeyRecord], None] = lambda _key: None
    ) -> None:
        """Make it.

        Args:
            database: Where the keys are; it is asked each time, so that a revoked key is worthless at once.
            admitted: Told of each key that opened.
        """
        self._database, self._admitted = database, admitted
        self._threads = CapacityLimiter(_THREADS)
        self._outage = Outage("API keys cannot be looked up", first_pause=0, longest_pause=0, traceback=False)

    async def caller(self, authorization: str | None) -> Caller | None:
        """Give the holder of the key in `Bearer pk_…`.

        Raises:
            AccessUnknown: The database does not answer.
        """
        sent = key_in(authorization)
        key = await self._found(sent) if sent is not None else None
        if key is None:
            return None
        self._admitted(key)
        actor = Actor(kind="API_KEY", id=key.id, name=key.name)
        return Caller(workspace_id=key.workspace_id, actor=actor, role=key.role)

    async def _found(self, sent: str) -> ApiKeyRecord | None:
        try:
            key = await to_thread.run_sync(find_key, self._database, sent, limiter=self._threads)
        except Exception as error:
            if not is_outage(error):
                raise
            self._outage.failed(error)
            raise AccessUnknown from error
        self._outage.ended()
        return key


class OpenAccess:
    """Takes everybody for the user of this machine; settings allow it on a loopback address alone.

    Who shows a key is its holder here too: that is the way to another workspace than the default one.
    """

    def __init__(self, keys: KeyAccess | None = None) -> None:
        self._keys = keys

    async def caller(self, authorization: str | None) -> Caller | None:
        """Give the local user, or the holder of the key that was sent.

        Raises:
            AccessUnknown: The database does not answer.
        """
        if self._keys is None or key_in(authorization) is None:
            return _LOCAL
        return await self._keys.caller(authorization)


def access_of(settings: Settings, keys: KeyAccess) -> Access:
    """Give the access that the settings ask for."""
    return OpenAccess(keys) if settings.auth == "open" else keys


def key_in(authorization: str | None) -> str | None:
    """Give the key in `Bearer pk_…`, None where there is none."""
    scheme, _, key = (authorization or "").partition(" ")
    key = key.strip()
    return key if scheme.lower() == _SCHEME and key.startswith(PREFIX) else None
