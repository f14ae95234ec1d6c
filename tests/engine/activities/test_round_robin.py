from typing import Any

import pytest

from engine.activity import TakeTurn
from tests.engine.activities.fakes import attempt, failure


def test_the_turn_is_left_to_the_transaction_that_completes_it() -> None:
    members: list[Any] = ["ann", {"id": "rec_1"}, 3]
    assert attempt("round_robin", {"members": members}) == TakeTurn(members=members)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([], "'members' must have at least 1 item. Those who take turns"),
        ("ann", "'members' must be a list, but is 'ann'."),
    ],
)
def test_there_must_be_somebody_to_take_turns(members: object, said: str) -> None:
    error = failure("round_robin", {"members": members})
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(said)
