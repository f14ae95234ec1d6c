"""Telling a database that does not answer from a statement that is wrong."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, TimeoutError  # noqa: A004 - no connection of the pool became free

_TRANSIENT = (psycopg.OperationalError, psycopg.InterfaceError, sqlite3.OperationalError)


class OutageError(Exception):
    """The database did not answer for as long as the write was worth waiting for."""


def is_outage(error: BaseException) -> bool:
    """Say whether an error means that the database was away, locked or full: the same may work later."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.OperationalError):
        return (
            getattr(cause, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
        )  # that is a statement it cannot make
    return isinstance(cause, (*_TRANSIENT, TimeoutError, OutageError))


def reason_of(error: BaseException) -> str:
    """Say in a few words, without a name or an address, what keeps the database from answering."""
    cause = _cause(error)
    if isinstance(cause, OutageError) and cause.__cause__ is not None:
        return reason_of(cause.__cause__)
    full = isinstance(cause, sqlite3.OperationalError) and "is full" in str(cause)
    if full or isinstance(cause, psycopg.errors.DiskFull):
        return "its disk is full"
    return "it does not answer"


def _cause(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
