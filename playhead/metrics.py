"""`GET /metrics`: what Prometheus asks for.

What is of the whole installation is read at each scrape, by one statement and two round trips to Redis, so that every
process gives the same. What subscribers are sent is of the process that is asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import redis
from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry, Gauge, Histogram, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from redis.backoff import NoBackoff
from redis.retry import Retry
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from db.backlog import backlog
from db.database import Database
from db.outages import is_outage
from playhead.access import Access
from workers import counting, heartbeat, sweep_mark
from workers.broker import QUEUE_LIST
from workers.redis_clock import redis_time

_REDIS_SECONDS = 1.0
_LAG_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The numbers of one process, and of the installation as this process finds it."""

    def __init__(
        self, database: Database, redis_url: str, access: Access, subscribers: Callable[[], int]
    ) -> None:
        """Make them; nothing is connected before the first scrape.

        Args:
            database: Where runs are.
            redis_url: Where the counts are.
            access: Who may see them: whoever may use the API.
            subscribers: Counts those who follow something in this process.
        """
        self._access, self._count_subscribers = access, subscribers
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_timeout=_REDIS_SECONDS,
            socket_connect_timeout=_REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._registry, self._one_scrape = CollectorRegistry(), CapacityLimiter(1)
        self._registry.register(Installation(database, self._redis))
        ProcessCollector(registry=self._registry)
        self._subscribers = Gauge(
            "playhead_subscribers", "Live subscriptions that this process serves.", registry=self._registry
        )
        self._lag = Histogram(
            "playhead_event_lag_seconds",
            "From an event until this process had sent it to a subscriber of its run.",
            buckets=_LAG_BUCKETS,
            registry=self._registry,
        )

    def sent(self, at: datetime) -> None:
        """Note that an event of this time was sent to a subscriber just now."""
        self._lag.observe(max(0.0, (datetime.now(UTC) - at).total_seconds()))

    async def answer(self, request: Request) -> Response:
        """Answer a scrape, to those who may use the API."""
        if await self._access.caller(request.headers.get("authorization")) is None:
            return JSONResponse(
                {"error": "A valid API key is needed, as the header 'Authorization: Bearer pk_…'"},
                401,
                {"www-authenticate": "Bearer"},
            )
        return Response(await self.text(), headers={"content-type": CONTENT_TYPE_LATEST})

    async def text(self) -> bytes:
        """Give the numbers as Prometheus reads them."""
        self._subscribers.set(self._count_subscribers())
        return await to_thread.run_sync(generate_latest, self._registry, limiter=self._one_scrape)

    def close(self) -> None:
        """Close the connections that scrapes opened."""
        self._redis.close()


@dataclass(frozen=True, slots=True)
class Installation(Collector):
    """Reads what is of the whole installation; a part that is away is left out, and said to be away."""

    database: Database
    redis: redis.Redis

    def describe(self) -> list[Metric]:
        """Say nothing beforehand: to say it, the database would be asked at the start."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Read the numbers."""
        reached = GaugeMetricFamily(
            "playhead_reached", "Whether this process reached a part when asked.", labels=["part"]
        )
        for part, read in (("database", self._of_database), ("redis", self._of_redis)):
            try:
                yield from read()
            except Exception as error:
                if not (isinstance(error, redis.RedisError) or is_outage(error)):
                    raise
                reached.add_metric([part], 0)
            else:
                reached.add_metric([part], 1)
        yield reached

    def _of_database(self) -> list[Metric]:
        found = backlog(self.database)
        return [
            GaugeMetricFamily(
                "playhead_runs_under_way", "Runs that have not ended.", value=found.runs_under_way
            ),
            GaugeMetricFamily(
                "playhead_executions_pending",
                "Activity executions that are ready and not begun.",
                value=found.executions_pending,
            ),
        ]

    def _of_redis(self) -> list[Metric]:
        now = redis_time(self.redis)
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(counting.KEY)
            pipe.llen(QUEUE_LIST)
            pipe.get(sweep_mark.KEY)
            heartbeat.count_living(pipe, now)
            stored, queued, mark, workers = pipe.execute()
        gauges: list[Metric] = [
            GaugeMetricFamily("playhead_queue_depth", "Messages that no worker has taken.", value=queued),
            GaugeMetricFamily("playhead_workers", "Worker processes that live.", value=workers),
        ]
        if (age := sweep_mark.age_of(cast(bytes | None, mark), now)) is not None:
            text = "Since the scheduler last swept; none where it never did."
            gauges.append(GaugeMetricFamily("playhead_sweep_age_seconds", text, value=age))
        return [*gauges, *_totals(counting.totals_of(stored))]


def _totals(totals: counting.Totals) -> Iterator[Metric]:
    runs = CounterMetricFamily("playhead_runs", "Runs that ended, by outcome.", labels=["outcome"])
    for outcome, amount in totals.runs.items():
        runs.add_metric([outcome], amount)
    yield runs
    executions = CounterMetricFamily(
        "playhead_executions",
        "Activity executions that ended, by type of activity and outcome.",
        labels=["type", "outcome"],
    )
    for labels, amount in totals.executions.items():
        executions.add_metric(labels, amount)
    yield executions
    yield CounterMetricFamily("playhead_credits", "Credits charged.", value=totals.credits)
