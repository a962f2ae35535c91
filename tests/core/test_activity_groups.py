"""Which sessions are shown, in which groups and order."""

from dataclasses import replace

import pytest

from pgconsole.core.activity_groups import COLUMNS, Arrangement, Choice, Column, Grouping, arranged
from tests.fixtures.activity import NOW, backend, busy

BACKENDS = (
    backend(10, application="web", user="bob"),
    busy(11, 5, application="web", query="update orders"),
    busy(12, 50, application="Batch", wait_type="Lock", wait_event="tuple"),
    backend(13, application="", state="idle in transaction", transaction_start=NOW - 90, state_change=NOW - 30),
    backend(14, kind="walwriter", user="", database="", state="", application=""),
)
USUAL = Arrangement()


def pids(arrangement: Arrangement) -> list[int]:
    """Who is shown, from top to bottom."""
    groups = arranged(BACKENDS, arrangement, {10}, {12})
    return [each.pid for group in groups for each in group.backends]


def test_first_stands_what_runs_longest_then_open_transactions_then_who_is_idle() -> None:
    assert pids(USUAL) == [12, 11, 13, 10]


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ("clients", [10, 11, 12, 13]),
        ("busy", [11, 12, 13]),
        ("waiting", [12]),
        ("ours", [10]),
        ("all", [10, 11, 12, 13, 14]),
    ],
)
def test_choice_decides_who_is_shown(choice: Choice, shown: list[int]) -> None:
    assert sorted(pids(replace(USUAL, choice=choice))) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("UPDATE", [11]), ("web bob", [10]), ("web nobody", []), ("12", [12]), ("  ", [12, 11, 13, 10])]
)
def test_filter_wants_all_of_its_words(text: str, shown: list[int]) -> None:
    assert pids(replace(USUAL, filter_text=text)) == shown


@pytest.mark.parametrize(
    ("grouping", "titles"),
    [
        ("", [""]),
        ("application", ["Batch", "no application name", "web"]),
        ("user", ["ann", "bob"]),
        ("database", ["shop"]),
        ("state", ["active", "idle", "idle in transaction"]),
    ],
)
def test_groups_stand_in_the_order_of_their_names(grouping: Grouping, titles: list[str]) -> None:
    groups = arranged(BACKENDS, replace(USUAL, grouping=grouping), (), ())
    assert [group.title for group in groups] == titles


def test_group_says_how_many_are_in_which_state() -> None:
    web = arranged(BACKENDS, replace(USUAL, grouping="application"), (), ())[-1]
    assert web.summary == "1 active, 1 idle"


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_sorts_both_ways(column: Column) -> None:
    up = pids(Arrangement(choice="all", sort_by=column))
    down = pids(Arrangement(choice="all", sort_by=column, descending=True))
    assert sorted(up) == sorted(down) == [10, 11, 12, 13, 14]
    assert up != down or len({getattr(each, column, None) for each in BACKENDS}) <= 1


def test_those_alike_stay_in_the_order_in_which_they_began() -> None:
    assert pids(replace(USUAL, sort_by="database")) == [10, 11, 12, 13]
