from workers.ports.random import SystemRandom

DRAWS = 500


def test_whole_numbers_reach_both_bounds_and_nothing_else() -> None:
    port = SystemRandom()
    assert {port.whole(-1, 2) for _ in range(DRAWS)} == {-1, 0, 1, 2}
    assert port.whole(5, 5) == 5
    assert -(2**53) <= port.whole(-(2**53), 2**53) <= 2**53


def test_numbers_stay_between_the_bounds() -> None:
    port = SystemRandom()
    drawn = [port.between(0.25, 0.5) for _ in range(DRAWS)]
    assert all(0.25 <= number <= 0.5 for number in drawn)
    assert len(set(drawn)) > DRAWS / 2
    assert port.between(0.1, 0.1) == 0.1
