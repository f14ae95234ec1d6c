"""What `Accept` says."""

import pytest

from playhead.media_types import RESPONSE, Accepted


@pytest.mark.parametrize(
    ("header", "newer", "json", "stream"),
    [
        ("", False, False, False),
        ("*/*", False, True, False),
        ("application/*;q=0.2", False, True, False),
        ("application/json", False, True, False),
        (RESPONSE, True, True, False),
        (f"application/json, {RESPONSE}", True, True, False),
        (f"application/json, {RESPONSE};q=0.9", False, True, False),
        (f"{RESPONSE};q=0", False, False, False),
        ("text/event-stream", False, False, True),
        ("TEXT/Event-Stream ; q=0.1, text/html", False, False, True),
        ("text/event-stream;q=0", False, False, False),
        ("text/event-stream;q=often", False, False, False),
        ("text/event-stream;q=0, text/event-stream", False, False, True),
        (";;;,,,;q=", False, False, False),
    ],
)
def test_each_type_is_accepted_as_much_as_it_is_liked(
    header: str, newer: bool, json: bool, stream: bool
) -> None:
    accepted = Accepted.of(header)
    assert (accepted.newer, accepted.json, accepted.stream) == (newer, json, stream)
