"""The places of addresses."""

import pytest

from playhead.places import NoPlace, Places


def test_an_address_has_its_own_places_and_gets_them_back() -> None:
    places = Places(an_address=2)
    with places.take("a"), places.take("b"):
        with places.take("a"):
            assert places.taken == 3
            with (
                pytest.raises(NoPlace, match="an address may hold 2 sockets and streams at once"),
                places.take("a"),
            ):
                pass
            with places.take("b"):
                assert places.taken == 4
        with places.take("a"):
            assert places.taken == 3
    assert places.taken == 0


def test_a_place_is_given_back_where_its_holder_fails() -> None:
    places = Places(an_address=1)
    with pytest.raises(RuntimeError), places.take("a"):
        raise RuntimeError
    with places.take("a"):
        assert places.taken == 1


def test_an_address_has_a_hundred_unless_it_is_said() -> None:
    places = Places()
    held = [places.take("a") for _ in range(101)]
    for one in held[:100]:
        one.__enter__()
    with pytest.raises(NoPlace):
        held[100].__enter__()
    for one in held[:100]:
        one.__exit__(None, None, None)
    assert places.taken == 0
