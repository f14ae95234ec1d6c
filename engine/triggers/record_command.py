"""RECORD_COMMAND: somebody starts the workflow for a record."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from engine.config import Config, ObjectName
from engine.triggers.config_check import TriggerFaults, model_faults


class RecordCommandConfig(Config):
    """For which records the workflow can be started."""

    object: ObjectName = Field(description="The object that the records are of, such as `companies`.")


def faults(config: Mapping[str, Any]) -> TriggerFaults:
    """Find what is wrong with a configuration."""
    return model_faults(RecordCommandConfig, config)
