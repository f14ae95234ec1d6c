"""Puts the pages that `make web` built into what is packed, so that who installs it needs no Node."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface):
    """Adds `web/dist` to a wheel, as `playhead/web`, and to a source distribution, which a wheel is made of.

    A checkout that is installed editable serves its own.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them.

        Raises:
            RuntimeError: They are not built.
        """
        if version == "editable":
            return
        built = Path(self.root) / "web" / "dist"
        if not (built / "viewer" / "index.html").is_file():
            raise RuntimeError("the pages in web/ are not built: `make web` builds them")
        build_data["force_include"][str(built)] = (
            "playhead/web" if self.target_name == "wheel" else "web/dist"
        )
