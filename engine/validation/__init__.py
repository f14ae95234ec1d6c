"""Validation of definitions: every fault at once, each with its place and with what would be right."""

from engine.validation.validate import validate

__all__ = ["validate"]
