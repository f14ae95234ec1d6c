"""`playhead migrate`: the database, at the newest revision."""

from db.migrations import upgrade
from playhead.commands.refusal import CommandFailed
from playhead.settings import Settings


def migrate() -> None:
    """Bring the database to the newest revision; does nothing where it is there already."""
    settings = Settings.load()
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = f"{settings.data_dir} cannot be used ({error.strerror})"
        raise CommandFailed(f"PLAYHEAD_DATA_DIR: {reason}") from error
    upgrade(settings.database_url)
    print("The database is at the newest revision")
