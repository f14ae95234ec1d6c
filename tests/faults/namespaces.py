"""A network of its own for a process, with a cable to each thing it needs, each of which a test may cut."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def islands_allowed() -> bool:
    """Says whether this machine lets the tests make network namespaces: it takes root, and iproute2."""
    if os.getuid() != 0:
        return False
    try:
        _ip("netns", "add", _name("probe"))
    except (OSError, subprocess.CalledProcessError):
        return False
    _ip("netns", "delete", _name("probe"))
    return True


@dataclass
class Island:
    """A network namespace; its side of each cable has an address next to ours."""

    name: str
    cables: dict[str, int] = field(default_factory=dict)

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands before the command of a process that is to live there."""
        return ("ip", "netns", "exec", self.name)

    def address(self, cable: str) -> str:
        """Gives our end's address."""
        return f"10.231.{self.cables[cable]}.1"

    def cut(self, cable: str) -> None:
        """Lets every packet vanish; nobody is told."""
        _ip("link", "set", self._near(cable), "down")

    def mend(self, cable: str) -> None:
        _ip("link", "set", self._near(cable), "up")

    def lay(self, cable: str) -> None:
        number = self.cables[cable]
        near, far = self._near(cable), f"far{number}"
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self.name)
        _ip("address", "add", f"10.231.{number}.1/24", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", self.name, "address", "add", f"10.231.{number}.2/24", "dev", far)
        _ip("-n", self.name, "link", "set", far, "up")

    def _near(self, cable: str) -> str:
        return f"ph{os.getpid() % 100000}-{self.cables[cable]}"


@contextmanager
def island(*cables: str) -> Iterator[Island]:
    """An island with these cables, gone at the end."""
    made = Island(_name("island"))
    _ip("netns", "add", made.name)
    try:
        _ip("-n", made.name, "link", "set", "lo", "up")
        for number, cable in enumerate(cables):
            made.cables[cable] = os.getpid() % 80 * 3 + number
            made.lay(cable)
        yield made
    finally:
        _ip("netns", "delete", made.name)


def _name(what: str) -> str:
    return f"playhead-{what}-{os.getpid()}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
