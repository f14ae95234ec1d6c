"""Times as the tables hold them: UTC with microseconds, aware in Python on every database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from engine.values import format_time


class UtcDateTime(TypeDecorator[datetime]):
    """A timestamp in UTC; a naive one is refused when written and aware when read.

    SQLite holds no time zones: there it is naive text in UTC, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the database the time in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time needs its zone, {value!r} has none")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give Python an aware time in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_of(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC with microseconds, as events and the API show it."""
    return format_time(moment)


class EpochSecond(FunctionElement[int]):
    """The whole second since 1970 in which a time in a column lies, in SQL."""

    name = "epoch_second"
    type = BigInteger()
    inherit_cache = True


@compiles(EpochSecond)
def _epoch_second(element: EpochSecond, compiler: Any, **named: Any) -> str:
    moment = compiler.process(element.clauses, **named)
    return f"CAST(floor(extract(epoch FROM {moment})) AS BIGINT)"


@compiles(EpochSecond, "sqlite")
def _epoch_second_of_text(element: EpochSecond, compiler: Any, **named: Any) -> str:
    moment = compiler.process(element.clauses, **named)
    return f"CAST(strftime('%s', substr({moment}, 1, 19)) AS INTEGER)"  # it would round to milliseconds
