import pytest

from pgconsole.core.profile import ConnectionKind, Profile
from pgconsole.core.profile_groups import grouped, moved

_A = Profile(id="a", name="Alpha", server={"host": "h1", "dbname": "shop"})
_B = Profile(id="b", name="Beta", group="Berlin", kind=ConnectionKind.PRODUCTION, server={"host": "h2"})
_C = Profile(id="c", name="Gamma", group="Rome", server={"user": "carla"})
_D = Profile(id="d", name="Delta", group="Berlin")
_ALL = (_C, _B, _A, _D)


def test_groups_stand_in_the_order_in_which_they_appear_and_what_has_none_first() -> None:
    assert grouped(_ALL) == (("", (_A,)), ("Rome", (_C,)), ("Berlin", (_B, _D)))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {"a", "b", "c", "d"}),
        ("ALPHA", {"a"}),
        ("berlin", {"b", "d"}),
        ("berlin production", {"b"}),
        ("shop h1", {"a"}),
        ("carla", {"c"}),
        ("nothing", set()),
    ],
)
def test_search_finds_by_all_words(search: str, found: set[str]) -> None:
    assert {profile.id for _group, members in grouped(_ALL, search) for profile in members} == found


@pytest.mark.parametrize(
    ("profile_id", "by", "order"),
    [
        ("d", -1, ("a", "c", "d", "b")),
        ("b", 1, ("a", "c", "d", "b")),
        ("b", -1, ("a", "c", "b", "d")),
        ("a", 5, ("a", "c", "b", "d")),
        ("gone", 1, ("a", "c", "b", "d")),
    ],
)
def test_profile_moves_among_those_of_its_group(profile_id: str, by: int, order: tuple[str, ...]) -> None:
    assert moved(_ALL, profile_id, by) == order
