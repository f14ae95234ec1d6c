"""The block library: every activity type, by its name in definitions."""

from collections.abc import Mapping

from engine.activities.aggregate import AGGREGATE
from engine.activities.create_or_update_record import CREATE_OR_UPDATE_RECORD
from engine.activities.create_record import CREATE_RECORD
from engine.activities.delay import DELAY
from engine.activities.filter import FILTER
from engine.activities.find_records import FIND_RECORDS
from engine.activities.formula import FORMULA
from engine.activities.http_request import HTTP_REQUEST
from engine.activities.if_else import IF_ELSE
from engine.activities.loop import LOOP
from engine.activities.switch import SWITCH
from engine.activities.update_record import UPDATE_RECORD
from engine.activity import ActivityType

_TYPES: tuple[ActivityType, ...] = (
    IF_ELSE,
    SWITCH,
    FILTER,
    LOOP,
    DELAY,
    FORMULA,
    AGGREGATE,
    FIND_RECORDS,
    CREATE_RECORD,
    UPDATE_RECORD,
    CREATE_OR_UPDATE_RECORD,
    HTTP_REQUEST,
)

ACTIVITY_TYPES: Mapping[str, ActivityType] = {one.type: one for one in _TYPES}
"""Every registered type by its name, in the order of the library."""
