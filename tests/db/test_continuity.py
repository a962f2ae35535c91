"""Sessions of one connection go to one place by an equally good way."""

import pytest

from pgconsole.core.connection_state import ChannelState
from pgconsole.core.errors import ConnectFailed
from pgconsole.db.continuity import Continuity, Place, is_worse

VERIFIED = Place("10.0.0.1, port 5432", "verified", is_encrypted=True)


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        (("verified", True), ("verified", True), False),
        (("verified", True), ("unverified", True), True),
        (("unverified", True), ("plain", False), True),
        (("plain", False), ("verified", True), False),
        (("local", False), ("local", False), False),
        (("local", True), ("local", False), True),
        (("local", False), ("plain", False), True),
        (("plain", False), ("local", False), False),
    ],
)
def test_a_way_is_worse_where_less_is_known_of_it(
    before: tuple[ChannelState, bool], now: tuple[ChannelState, bool], worse: bool
) -> None:
    assert is_worse(Place("a", *now), Place("a", *before)) is worse


def test_a_worse_way_is_refused_in_words() -> None:
    continuity = Continuity("shop")
    continuity.check(VERIFIED)
    with pytest.raises(ConnectFailed) as refused:
        continuity.check(Place(VERIFIED.address, "plain", is_encrypted=False))
    assert "not encrypted now" in refused.value.why
    assert "verified server before" in refused.value.why


def test_another_place_is_told_once() -> None:
    told: list[str] = []
    continuity = Continuity("shop")
    continuity.on_elsewhere = told.append
    continuity.check(VERIFIED)
    other = Place("10.0.0.2, port 5432", "verified", is_encrypted=True)
    for place in (VERIFIED, other, other, VERIFIED):
        continuity.check(place)
    assert told == ["New sessions of shop lead to 10.0.0.2, port 5432; they led to 10.0.0.1, port 5432 before."]
