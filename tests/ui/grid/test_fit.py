"""The widths that a grid's columns begin with."""

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from pgconsole.ui.grid.fit import widened
from pgconsole.ui.grid.look import GridLook
from pgconsole.ui.theme import data_font

LONG = "x" * 100


@pytest.fixture
def look(qapp: QApplication) -> GridLook:
    return GridLook(data_font(), QFont(qapp.font()))


def test_without_rows_names_decide(look: GridLook) -> None:
    assert widened([50, 60], [], look, 1000) == [50, 60]


def test_long_values_are_cut_where_there_is_no_room(look: GridLook) -> None:
    first, second = widened([50, 50], [(LONG, "x")], look, 0)
    assert 40 * look.char_width < first < 50 * look.char_width
    assert second == 50


def test_a_single_column_takes_the_room_that_it_needs(look: GridLook) -> None:
    (width,) = widened([50], [(LONG,)], look, 10_000)
    assert 100 * look.char_width < width < 110 * look.char_width


def test_a_single_column_takes_no_more_room_than_there_is(look: GridLook) -> None:
    assert widened([50], [(LONG * 100,)], look, 900) == [900]


def test_columns_that_are_cut_share_the_room(look: GridLook) -> None:
    narrow, first, second = widened([50, 50, 50], [("x", LONG * 50, LONG * 50)], look, 1_500)
    assert narrow == 50
    assert first + second == 1_450
    assert abs(first - second) <= 1


def test_value_with_hidden_characters_is_seen_as_it_is_shown(look: GridLook) -> None:
    (width,) = widened([0], [("\u202egnp.exe",)], look, 0)
    assert width >= len("‹202E›gnp.exe") * look.char_width
