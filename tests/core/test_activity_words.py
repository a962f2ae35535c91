"""What the cells of sessions say."""

from typing import Any

import pytest

from pgconsole.core.activity_groups import COLUMNS, Column
from pgconsole.core.activity_words import TITLES, Surroundings, age_text, cell_text, one_line, tip_text
from tests.fixtures.activity import NOW, backend, busy, waits_for

ALONE = Surroundings()


def text(column: Column, around: Surroundings = ALONE, **given: Any) -> str:
    """What a busy session's cell says."""
    return cell_text(busy(7, 65, **given), column, around, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (-0.5, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (65, "1 min 5 s"),
        (3600, "1 h 0 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_age_is_in_its_two_largest_units(seconds: float | None, words: str) -> None:
    assert age_text(seconds) == words


def test_every_column_has_a_title_and_a_text() -> None:
    assert TITLES.keys() == set(COLUMNS)
    assert [text(column) for column in COLUMNS] == [
        *("7", "psql", "ann", "shop", "active", ""),
        *("1 min 5 s", "1 min 5 s", "select 1", "1 h 0 min", "local"),
    ]


def test_statement_of_an_idle_session_has_no_age() -> None:
    assert cell_text(backend(7), "query_age", ALONE, NOW) == ""


def test_waiting_for_a_lock_names_what_and_who() -> None:
    around = Surroundings(waits={7: waits_for(7, 1, 2, 3, 4, 5)})
    assert text("wait", around) == "1, 2, 3, 4 and 1 more (the end of transaction 784)"
    prepared = Surroundings(waits={7: waits_for(7, 0)})
    assert text("wait", prepared).startswith("a prepared transaction (")
    assert text("wait", wait_type="IO", wait_event="DataFileRead") == "IO: DataFileRead"


def test_who_blocks_says_how_many() -> None:
    around = Surroundings(blocking={7: 3})
    assert text("wait", around) == "blocks 3 sessions"
    assert text("wait", Surroundings(waits={7: waits_for(7, 1)}, blocking={7: 3})).startswith("1 (")


def test_what_is_hidden_is_said_to_be() -> None:
    assert text("state", state="", is_hidden=True) == "not visible to this role"


@pytest.mark.parametrize("column", ["application", "user", "database", "query"])
def test_hostile_text_is_made_visible(column: Column) -> None:
    hostile: dict[str, Any] = {column: "a\u202eb\x1b"}
    assert text(column, **hostile) == "a‹202E›b␛"


def test_statement_stands_in_one_line_and_is_cut() -> None:
    assert one_line("select a,\n\n       b\n  from t") == "select a, b from t"
    assert len(one_line("x" * 5000)) == 200


def test_tip_tells_whose_session_it_is_and_the_whole_statement() -> None:
    statement = "select a,\n       b"
    lines = tip_text(busy(7, 1, query=statement), Surroundings(own={7: "Query 1"})).split("\n", 2)
    assert lines == ["A session of this console: Query 1", "client backend 7, active", statement]
    assert "free in the pool" in tip_text(backend(7), Surroundings(own={7: ""}))
