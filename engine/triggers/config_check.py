"""What is wrong with a trigger's configuration: by its model, and by what holds for all of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.config import Config
from engine.config_faults import check_config
from engine.templates import has_template

TriggerFaults = Iterator[tuple[tuple[str, ...], str]]
"""The path into the configuration, and what is wrong there."""


def model_faults(model: type[Config], config: Mapping[str, Any]) -> TriggerFaults:
    """Find what a model refuses, and names of objects that are none."""
    for fault in check_config(model, config)[1]:
        yield fault.path, fault.message
    name = config.get("object")
    if isinstance(name, str) and name and not name.strip():
        yield ("object",), "'object' takes the name of an object, such as companies, not spaces alone."
    elif isinstance(name, str) and has_template(name):
        yield ("object",), "'object' takes the name of an object as it is: a trigger has no templates there."
