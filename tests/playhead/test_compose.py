import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # comes with uvicorn[standard], without types

from playhead.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PARTS = ["web", "worker", "scheduler"]


@pytest.mark.usefixtures("no_settings")
@pytest.mark.parametrize("part", [*PARTS, "migrate"])
def test_every_part_starts_with_the_settings_that_compose_gives_it(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SERVICES[part]["environment"].items():
        assert name.startswith(PREFIX)
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value))
    loaded = Settings.load()
    assert (loaded.auth, loaded.host, loaded.log_format) == ("keys", "0.0.0.0", "json")
    assert loaded.redis_url == "redis://redis:6379/0"


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_health_check_that_is_python(part: str) -> None:
    command = SERVICES[part]["healthcheck"]["test"]
    assert command[:3] == ["CMD", "python", "-c"]
    ast.parse(command[3])


def test_a_worker_is_given_longer_to_stop_than_it_drains() -> None:
    assert SERVICES["worker"]["stop_grace_period"] == "40s"


def test_no_service_has_a_fixed_name_so_that_it_can_be_scaled() -> None:
    assert all("container_name" not in service for service in SERVICES.values())
