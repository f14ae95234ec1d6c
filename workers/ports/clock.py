"""The clock port."""

from datetime import datetime

from db.database import Database


class DatabaseTime:
    """The database's time, the same for workers on all machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """Give the time in UTC."""
        return self._database.time()
