"""The ASGI application: the API and the health of this process, put together from the settings."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from db.database import Database
from db.events import events, last_seqs
from engine.event_record import EventRecord
from live.bus import Publisher
from live.hub import Hub
from live.source import RedisSource
from playhead.access import access_of
from playhead.graphql_view import GraphQLView
from playhead.health import Health
from playhead.settings import Settings
from resolvers.context import Services
from schema.root import schema
from workers.broker import make_broker
from workers.hints import Waker

MAX_BODY = 2 * 1024 * 1024
"""The most bytes of a request's body."""

_LIVE_THREADS = 4


def create_app(settings: Settings) -> Starlette:
    """Make the application of this process; it connects to nothing before it is started.

    Raises:
        ValueError: The settings name no Redis.
    """
    if settings.redis_url is None:
        raise ValueError("the API needs a Redis: set PLAYHEAD_REDIS_URL, or use `playhead up`")
    database = Database(settings.database_url)
    hub, publisher = _hub(database, settings.redis_url), Publisher(settings.redis_url)
    broker, health = make_broker(settings.redis_url, prefetch=1), Health(database, settings.redis_url)
    services = Services(
        database=database, follower=hub, publisher=publisher, waker=Waker(broker), tariff=settings.tariff
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        try:
            yield
        finally:
            await hub.close()
            for part in (publisher, broker, health):
                part.close()
            database.dispose()

    view = GraphQLView(schema, services, access_of(settings, database), settings.allowed_origins)
    return Starlette(
        routes=[
            Route("/graphql", view),
            WebSocketRoute("/graphql", view),
            Route("/healthz", health.live),
            Route("/readyz", health.ready),
        ],
        middleware=_middleware(settings.allowed_origins),
        lifespan=lifespan,
        max_body_size=MAX_BODY,
    )


def _middleware(origins: Sequence[str]) -> list[Middleware]:
    """Let pages of other origins use the API, where the operator names them."""
    if not origins:
        return []
    headers = ["authorization", "content-type"]
    return [
        Middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers
        )
    ]


def _hub(database: Database, redis_url: str) -> Hub:
    threads = CapacityLimiter(_LIVE_THREADS)

    async def read_events(run_id: str, after: int, limit: int) -> list[EventRecord]:
        return await to_thread.run_sync(
            partial(events, database, run_id, after=after, limit=limit), limiter=threads
        )

    async def read_seqs(run_ids: Sequence[str]) -> dict[str, int]:
        return await to_thread.run_sync(last_seqs, database, run_ids, limiter=threads)

    return Hub(RedisSource(redis_url), read_events, read_seqs)
