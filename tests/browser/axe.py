"""axe looks at a page as it is shown: what keeps people from using it."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

_AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RUN: Final = "() => axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"
_GRAVE: Final = {"serious", "critical"}


def grave_faults(page: Page) -> list[str]:
    """Gives the serious and the critical faults, each with the elements that have it."""
    assert _AXE.is_file(), "axe-core is not installed: make web"
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [
        f"{fault['impact']}: {fault['id']}: {node['html'][:300]}: {node['failureSummary']}"
        for fault in found
        if fault["impact"] in _GRAVE
        for node in fault["nodes"]
    ]


def assert_usable(page: Page) -> None:
    """Fails on any grave fault, in light and in dark."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)
        found = grave_faults(page)
        assert found == [], "\n\n".join([f"in {theme}:", *found])
