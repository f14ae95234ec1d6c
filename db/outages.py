"""Telling a database that does not answer from a statement that is wrong."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

_TRANSIENT = (psycopg.OperationalError, psycopg.InterfaceError, sqlite3.OperationalError)


def is_outage(error: BaseException) -> bool:
    """Say whether an error means that the database was away, locked or full: the same may work later."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, _TRANSIENT)
