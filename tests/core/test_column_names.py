"""Names of columns and tables out of what files say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.column_names import match_columns, table_name, usable_names
from pgconsole.core.quoting import is_cut_by_server


def test_legal_names_stay_exactly_as_they_are() -> None:
    given_names = ('name"; DROP TABLE victim; --', "o'brien", "select", "  spaced  ", "日本語", "name", "NAME", "x\ny")
    assert usable_names(given_names) == (given_names, ())


def test_what_cannot_be_a_name_is_changed_and_told() -> None:
    names, changes = usable_names(["", "a", "a", "x" * 80, "x" * 81, "\x00b"], 7)
    assert names == ("column_1", "a", "a_2", "x" * 63, "x" * 61 + "_2", "b", "column_7")
    assert [(change.index, change.reason) for change in changes] == [
        (0, "is empty"),
        (2, "is there twice"),
        (3, "is longer than 63 bytes"),
        (4, "is longer than 63 bytes"),
        (5, "has a NUL character"),
        (6, "is empty"),
    ]


def test_made_up_name_avoids_those_that_come_later() -> None:
    assert usable_names(["a", "a", "a_2"])[0] == ("a", "a_3", "a_2")


@pytest.mark.parametrize("name", ["\x00", " \x00 ", " " * 70 + "a"])
def test_name_of_which_nothing_is_left_is_made_up(name: str) -> None:
    assert usable_names(["id", name])[0] == ("id", "column_2")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=70), max_size=12))
def test_names_are_always_such_as_the_server_takes(texts: list[str]) -> None:
    names, _changes = usable_names(texts)
    assert len(set(names)) == len(names) == len(texts)
    assert all(name.strip() and "\x00" not in name and not is_cut_by_server(name) for name in names)


def test_columns_are_matched_by_letters_whatever_case_and_marks() -> None:
    columns = ("id", "unit_price", "Straße", "name", "Name")
    assert match_columns(["ID", "Unit Price", "STRASSE", "Name", "other"], columns) == (
        "id",
        "unit_price",
        "Straße",
        "Name",
        None,
    )


def test_each_column_is_matched_once_and_the_exact_name_first() -> None:
    assert match_columns(["A", "a"], ["a"]) == (None, "a")
    assert match_columns(["a", "A"], ["b"]) == (None, None)


def test_table_is_named_as_people_type_it() -> None:
    assert table_name("Orders 2024-Q1.csv.gz") == "orders_2024_q1"
    assert table_name("2024.csv") == "t_2024"
    assert table_name("...") == "imported"
    assert table_name("x" * 99 + ".csv") == "x" * 63
