"""A table whose rows come and go: what is selected stays, and nothing is drawn of what is hostile."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.ui.live_table import Column, LiveTable


@dataclass(frozen=True)
class Item:
    number: int
    words: str = ""


COLUMNS: tuple[Column[Item], ...] = (
    Column("Number", lambda item: str(item.number), 80, is_number=True),
    Column("Words", lambda item: item.words, 80, tone=lambda _item: "danger"),
)


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[LiveTable[Item]]:
    widget = QWidget()
    qtbot.addWidget(widget)
    table = LiveTable("items", "Items", COLUMNS, lambda item: item.number, widget)
    QAbstractItemModelTester(table.rows, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    yield table
    widget.close()


def numbers(table: LiveTable[Item]) -> list[int]:
    rows = [table.rows.row(n) for n in range(table.rows.rowCount())]
    return [row.number for row in rows if row is not None]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shown=st.lists(st.lists(st.integers(0, 9), unique=True), max_size=6))
def test_table_shows_what_it_was_told_last(table: LiveTable[Item], shown: list[list[int]]) -> None:
    for each in shown:
        table.show_rows([Item(number) for number in each])
        assert numbers(table) == each


def test_selected_row_stays_selected_when_others_come_above_and_go_below(table: LiveTable[Item]) -> None:
    table.show_rows([Item(3), Item(2), Item(1)])
    table.selectRow(1)
    table.show_rows([Item(5), Item(4), Item(3), Item(2)])
    assert [item.number for item in table.selected()] == [2]
    table.show_rows([Item(2), Item(9)])
    assert [item.number for item in table.selected()] == [2]
    table.show_rows([Item(9)])
    assert table.selected() == []


def test_values_of_a_row_that_stays_are_the_new_ones(table: LiveTable[Item]) -> None:
    table.show_rows([Item(1, "before")])
    table.show_rows([Item(1, "after")])
    assert table.rows.index(0, 1).data() == "after"


def test_hostile_text_is_plain_and_cut_and_whole_for_who_asks(table: LiveTable[Item]) -> None:
    words = "<b>x</b>\u202e\n" + "y" * 1000
    table.show_rows([Item(1, words)])
    index = table.rows.index(0, 1)
    assert index.data().startswith("<b>x</b>‹202E›↵y")
    assert len(index.data()) == 400
    assert index.data(Qt.ItemDataRole.UserRole) == words
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_selected_rows_are_copied_with_tabs(table: LiveTable[Item]) -> None:
    table.show_rows([Item(1, "a\tb"), Item(2, "c")])
    table.selectAll()
    table.copy()
    assert QApplication.clipboard().text() == "1\ta b\n2\tc"
