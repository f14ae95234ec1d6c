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
from playhead.demo_site import demo_routes
from playhead.graphql_view import GraphQLView
from playhead.health import Health
from playhead.hooks import Hooks
from playhead.key_watch import KeyWatch
from playhead.live_events import live_events
from playhead.metrics import Metrics
from playhead.pages import pages
from playhead.request_log import HEADER, RequestLog
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
        SettingsError: The settings name no Redis.
    """
    closing, parts = closing or Closing(), WebParts(settings, settings.require_redis())
    view = GraphQLView(schema, parts.services, parts.access, settings.allowed_origins, closing=closing)
    return Starlette(
        routes=[
            Route("/graphql", view),
            WebSocketRoute("/graphql", view),
            Route("/hooks/{token}", Hooks(parts.services).call, methods=["POST"]),
            Route("/healthz", parts.health.live),
            Route("/readyz", closing.readiness(parts.health.ready)),
            Route("/metrics", parts.metrics.answer),
            *demo_routes(),
            *pages(),
        ],
        middleware=[
            Middleware(RequestLog, lines=settings.log_requests),
            Middleware(TrustedHosts, host=settings.host, origins=settings.allowed_origins),
            *_middleware(settings.allowed_origins),
            Middleware(Connections, watch=parts.keys),
        ],
        lifespan=parts.running,
        max_body_size=MAX_BODY,
    )


class WebParts:
    """What the routes of a web process share, and what runs beside them."""

    def __init__(self, settings: Settings, redis_url: str) -> None:
        self._database = Database(settings.database_url)
        self._hub, lists = live_events(self._database, redis_url)
        self._broker = make_broker(redis_url, prefetch=1)
        self._publisher = CountingPublisher(redis_url)
        self._counting = Periodic("The counting", COUNT_SECONDS, self._publisher.add)
        self.keys, self.health = KeyWatch(self._database), Health(self._database, redis_url)
        self.access = access_of(settings, KeyAccess(self._database, self.keys.admitted))
        self.metrics = Metrics(
            self._database,
            redis_url,
            self.access,
            lambda: self._hub.subscriber_count + lists.watcher_count,
        )
        self.services = Services(
            database=self._database,
            follower=self._hub,
            lists=lists,
            publisher=self._publisher,
            waker=Waker(self._broker),
            terms=settings.terms,
            sent=self.metrics.sent,
        )

    @asynccontextmanager
    async def running(self, _app: Starlette) -> AsyncIterator[None]:
        """Run what runs beside the routes, and close all at the end."""
        await self._hub.start()
        watching = asyncio.create_task(self.keys.run())
        self._counting.start()
        try:
            yield
        finally:
            watching.cancel()
            await self._hub.close()
            self._counting.stop()
            for part in (self._publisher, self._broker, self.health, self.metrics):
                part.close()
            self._database.dispose()


def _middleware(origins: Sequence[str]) -> list[Middleware]:
    """Let pages of other origins use the API, where the operator names them."""
    if not origins:
        return []
    headers = ["authorization", "content-type", HEADER]
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=headers,
            expose_headers=[HEADER],
        )
    ]
