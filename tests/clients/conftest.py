import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.servers import Server, serving
from tools.npm import npm

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder with the packages that the lock names, installed where they are not yet."""
    installed = HERE / "node_modules" / ".package-lock.json"
    lock = HERE / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        assert npm(HERE, "ci", "--loglevel", "error", "--no-progress") == 0
        installed.touch()
    return HERE


@pytest.fixture(scope="session")
def server(redis_on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as anyone starts it."""
    with serving(tmp_path_factory.mktemp("clients") / "data") as running:
        yield running
        running.stop()


@pytest.fixture
def schema_file(packages: Path) -> Iterator[Path]:
    """The schema where the linter, which looks at no file outside its folder, finds it."""
    copy = Path(shutil.copy(HERE.parents[1] / "schema.graphql", packages))
    yield copy
    copy.unlink()
