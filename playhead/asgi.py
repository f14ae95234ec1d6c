"""The ASGI application: the API and the health of this process, put together from the settings."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from db.database import Database
from playhead.access import KeyAccess, access_of
from playhead.closing import Closing
from playhead.connections import Connections
from playhead.graphql_view import GraphQLView
from playhead.health import Health
from playhead.hooks import Hooks
from playhead.key_watch import KeyWatch
from playhead.live_events import live_events
from playhead.metrics import Metrics
from playhead.pages import pages
from playhead.request_log import RequestLog
from playhead.settings import Settings
from playhead.trusted_hosts import TrustedHosts
from resolvers.context import Services
from schema.root import schema
from workers.broker import make_broker
from workers.counting import COUNT_SECONDS, CountingPublisher
from workers.hints import Waker
from workers.periodic import Periodic

MAX_BODY = 2 * 1024 * 1024
"""The most bytes of a request's body."""


def create_app(settings: Settings, closing: Closing | None = None) -> Starlette:
    """Make the application of this process; it connects to nothing before it is started.

    Args:
        settings: What the operator set.
        closing: Tells when this process is to end; never, by default.

    Raises:
        ValueError: The settings name no Redis.
    """
    if settings.redis_url is None:
        raise ValueError("the API needs a Redis: set PLAYHEAD_REDIS_URL, or use `playhead up`")
    closing = closing or Closing()
    database = Database(settings.database_url)
    hub, lists = live_events(database, settings.redis_url)
    publisher = CountingPublisher(settings.redis_url)
    broker, health = make_broker(settings.redis_url, prefetch=1), Health(database, settings.redis_url)
    keys = KeyWatch(database)
    access = access_of(settings, KeyAccess(database, keys.admitted))
    metrics = Metrics(
        database, settings.redis_url, access, lambda: hub.subscriber_count + lists.watcher_count
    )
    counting = Periodic("The counting", COUNT_SECONDS, publisher.add)
    services = Services(
        database=database,
        follower=hub,
        lists=lists,
        publisher=publisher,
        waker=Waker(broker),
        terms=settings.terms,
        sent=metrics.sent,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        watching = asyncio.create_task(keys.run())
        counting.start()
        try:
            yield
        finally:
            watching.cancel()
            await hub.close()
            counting.stop()
            for part in (publisher, broker, health, metrics):
                part.close()
            database.dispose()

    view = GraphQLView(schema, services, access, settings.allowed_origins, closing=closing)
    return Starlette(
        routes=[
            Route("/graphql", view),
            WebSocketRoute("/graphql", view),
            Route("/hooks/{token}", Hooks(services).call, methods=["POST"]),
            Route("/healthz", health.live),
            Route("/readyz", closing.readiness(health.ready)),
            Route("/metrics", metrics.answer),
            *pages(),
        ],
        middleware=[
            Middleware(RequestLog, lines=settings.log_requests),
            Middleware(TrustedHosts, host=settings.host, origins=settings.allowed_origins),
            *_middleware(settings.allowed_origins),
            Middleware(Connections, watch=keys),
        ],
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
