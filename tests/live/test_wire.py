from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.event_record import EventRecord
from engine.events import EventType, Subject
from live.wire import BODY_LIMIT, STREAMS, Entry, pack, stream_of, unpack
from tests.live.fake_log import make_event

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), JSON, max_size=4)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))])
EVENTS = st.builds(
    EventRecord,
    run_id=st.sampled_from(["run_1", "run_0190f3a2", "run_ü"]),
    seq=st.integers(1, 2**40),
    at=st.datetimes(timezones=ZONES),
    type=st.sampled_from(EventType),
    subject=st.sampled_from(Subject),
    subject_id=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    data=OBJECTS,
    header=OBJECTS,
)


def through_the_wire(event: EventRecord) -> Entry:
    return unpack(pack([event], "default"))[0]


@settings(deadline=None)
@given(EVENTS)
def test_an_event_comes_out_as_it_went_in(event: EventRecord) -> None:
    entry = through_the_wire(event)
    assert (entry.run_id, entry.seq, entry.workspace_id) == (event.run_id, event.seq, "default")
    assert entry.event() == event


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_a_time_keeps_its_microseconds_and_its_zone(microsecond: int) -> None:
    at = datetime(2026, 11, 22, 9, 59, 59, microsecond, tzinfo=UTC)
    out = through_the_wire(replace(make_event("run_1", 1), at=at)).event()
    assert out is not None
    assert out.at == at
    assert out.at.utcoffset() == timedelta(0)


def test_a_mapping_of_any_kind_is_an_object() -> None:
    event = replace(make_event("run_1", 1), data=MappingProxyType({"a": 1}))
    out = through_the_wire(event).event()
    assert out is not None
    assert out.data == {"a": 1}


def test_a_body_stays_at_home_from_one_byte_above_the_limit() -> None:
    bare = len(through_the_wire(make_event("run_1", 1)).body or b"")
    at_limit = through_the_wire(make_event("run_1", 1, padding=BODY_LIMIT - bare))
    above = through_the_wire(make_event("run_1", 1, padding=BODY_LIMIT - bare + 1))
    assert at_limit.body is not None
    assert len(at_limit.body) == BODY_LIMIT
    assert at_limit.event() == make_event("run_1", 1, padding=BODY_LIMIT - bare)
    assert above.body is None
    assert above.event() is None


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, 10**300, "\ud800", {1, 2}])
def test_what_the_body_cannot_hold_exactly_is_left_to_the_log(value: object) -> None:
    entry = through_the_wire(replace(make_event("run_1", 1), data={"outputs": {"value": value}}))
    assert entry.body is None


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "no field b'run'"),
        ({b"run": b"run_1", b"workspace": b"default"}, "no field b'first'"),
        (
            {b"run": b"run_1", b"first": b"one", b"last": b"1", b"workspace": b"default"},
            "invalid literal for int",
        ),
        ({b"run": b"run_1", b"first": b"2", b"last": b"1", b"workspace": b"default"}, "it announces 2 to 1"),
        (
            {b"run": b"run_1", b"first": b"1", b"last": b"999999999", b"workspace": b"default"},
            "it announces 1 to",
        ),
        (
            {b"run": b"\xff", b"first": b"1", b"last": b"1", b"workspace": b"default"},
            "'utf-8' codec can't decode",
        ),
    ],
)
def test_an_entry_without_its_fields_is_refused(fields: dict[bytes, bytes], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        unpack(fields)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "unexpected end|Input is a zero-length"),
        (b"{", "unexpected end|EOF"),
        (b"[]", "the body is no event"),
        (b"{}", "the body is no event: 'at'"),
        (b'{"at": 5}', "the body is no event"),
        (b'{"at": "yesterday"}', "Invalid isoformat"),
        (b'{"at": "2026-11-22T09:00:00Z", "more": 1}', "the body is no event"),
    ],
)
def test_a_body_that_is_no_event_is_refused(body: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Entry(run_id="run_1", seq=1, workspace_id="default", body=body).event()


def test_a_body_of_another_event_is_refused() -> None:
    body = unpack(pack([make_event("run_2", 7)], "default"))[0].body
    with pytest.raises(ValueError, match=r"^the body is event 7 of run run_2$"):
        Entry(run_id="run_1", seq=7, workspace_id="default", body=body).event()


def test_a_run_has_one_stream_and_all_streams_have_runs() -> None:
    streams = [stream_of(f"run_{number}") for number in range(1000)]
    assert streams == [stream_of(f"run_{number}") for number in range(1000)]
    assert set(streams) == set(STREAMS)
    assert stream_of("run_1") == "playhead:events:7"


def test_events_that_were_committed_together_are_one_message_and_one_too_large_is_only_named() -> None:
    events = [make_event("run_1", 7), make_event("run_1", 8), make_event("run_1", 9)]
    large = replace(events[1], data={"text": "x" * (BODY_LIMIT + 1)})
    entries = unpack(pack([events[0], large, events[2]], "default"))
    assert [entry.seq for entry in entries] == [7, 8, 9]
    assert [entry.event() for entry in entries] == [events[0], None, events[2]]
