"""Triggers: what may start a workflow, and what is wrong with how one is set up."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.manual_inputs import declaration_faults
from engine.triggers import record_change, record_command, schedule, webhook
from engine.triggers.config_check import TriggerFaults
from engine.triggers.kinds import TriggerType

TRIGGER_FAULTS: Mapping[str, Callable[[Mapping[str, Any]], TriggerFaults]] = {
    TriggerType.MANUAL: declaration_faults,
    TriggerType.RECORD_COMMAND: record_command.faults,
    TriggerType.RECORD_CREATED: record_change.created_faults,
    TriggerType.RECORD_UPDATED: record_change.updated_faults,
    TriggerType.WEBHOOK: webhook.faults,
    TriggerType.SCHEDULE: schedule.faults,
}
"""Every kind of trigger, with what finds the faults of its configuration."""
