"""The block library: every activity type, by its name in definitions."""

from collections.abc import Mapping

from engine.activities.adjust_time import ADJUST_TIME
from engine.activities.aggregate import AGGREGATE
from engine.activities.classify import CLASSIFY
from engine.activities.create_or_update_record import CREATE_OR_UPDATE_RECORD
from engine.activities.create_record import CREATE_RECORD
from engine.activities.delay import DELAY
from engine.activities.delay_until import DELAY_UNTIL
from engine.activities.filter import FILTER
from engine.activities.find_records import FIND_RECORDS
from engine.activities.formula import FORMULA
from engine.activities.http_request import HTTP_REQUEST
from engine.activities.if_else import IF_ELSE
from engine.activities.loop import LOOP
from engine.activities.parse_json import PARSE_JSON
from engine.activities.prompt_completion import PROMPT_COMPLETION
from engine.activities.random_number import RANDOM_NUMBER
from engine.activities.research_record import RESEARCH_RECORD
from engine.activities.round_robin import ROUND_ROBIN
from engine.activities.summarize import SUMMARIZE
from engine.activities.switch import SWITCH
from engine.activities.update_record import UPDATE_RECORD
from engine.activity import ActivityType

_TYPES: tuple[ActivityType, ...] = (
    IF_ELSE,
    SWITCH,
    FILTER,
    LOOP,
    DELAY,
    DELAY_UNTIL,
    ROUND_ROBIN,
    FORMULA,
    AGGREGATE,
    ADJUST_TIME,
    RANDOM_NUMBER,
    PARSE_JSON,
    FIND_RECORDS,
    CREATE_RECORD,
    UPDATE_RECORD,
    CREATE_OR_UPDATE_RECORD,
    HTTP_REQUEST,
    RESEARCH_RECORD,
    CLASSIFY,
    SUMMARIZE,
    PROMPT_COMPLETION,
)

ACTIVITY_TYPES: Mapping[str, ActivityType] = {one.type: one for one in _TYPES}
"""Every registered type by its name, in the order of the library."""
