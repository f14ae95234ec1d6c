import ssl
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.workers.ports.exchange import OK, FakeCancellation, Port
from tests.workers.ports.local_server import LocalServer, local_server
from workers.ports.http import HttpPort


@pytest.fixture
def cancellation() -> FakeCancellation:
    return FakeCancellation()


@pytest.fixture(scope="module")
def ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


@pytest.fixture
def port(cancellation: FakeCancellation, ssl_context: ssl.SSLContext) -> Port:
    """Makes a port that may reach this machine."""

    def make(**given: Any) -> HttpPort:
        values = {"ssl_context": ssl_context, "allow_private": True, "timeout_seconds": 60.0, **given}
        return HttpPort(cancellation, "run", **values)

    return make


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as one:
        one.answers["/"] = OK
        yield one
