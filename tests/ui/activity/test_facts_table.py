"""A table of texts that is filled anew: what stays, what is said of an empty one, how hostile text looks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from pgconsole.core.activity_facts import Fact, FactColumn
from pgconsole.ui.activity.facts_table import FactsTable
from pgconsole.ui.theme import light

COLUMNS = (FactColumn("Done", 160), FactColumn("Rows", 96, is_figure=True), FactColumn("What"))


@pytest.fixture
def table(qtbot: QtBot) -> FactsTable:
    table = FactsTable("facts", "Facts", COLUMNS, "There are none.", None)  # type: ignore[arg-type]
    qtbot.addWidget(table)
    table.resize(600, 200)
    table.show()
    return table


def fact(key: str, what: str = "", share: float | None = None) -> Fact:
    return Fact(key, (key, "1,000", what), share)


def keys(table: FactsTable) -> list[str]:
    items = [table.topLevelItem(number) for number in range(table.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None]


def test_rows_are_shown_in_their_order_and_choice_stays(table: FactsTable) -> None:
    table.show_facts([fact("a"), fact("b")])
    second = table.topLevelItem(1)
    assert second is not None
    table.setCurrentItem(second)
    table.show_facts([fact("b", "now"), fact("c"), fact("a")])
    assert keys(table) == ["b", "c", "a"]
    current = table.currentItem()
    assert current is not None
    assert (current.text(0), current.text(2)) == ("b", "now")


def test_same_rows_are_filled_and_not_made_anew(table: FactsTable) -> None:
    table.show_facts([fact("a", "one")])
    item = table.topLevelItem(0)
    table.show_facts([fact("a", "two")])
    assert item is not None
    assert table.topLevelItem(0) is item
    assert item.text(2) == "two"


def test_empty_table_says_what_that_means(table: FactsTable) -> None:
    table.show_facts([])
    assert table.hint == "There are none."
    table.show_facts([fact("a")])
    assert table.hint == ""
    table.clear_facts()
    assert (table.hint, keys(table)) == ("", [])


def test_hostile_text_is_one_plain_line(table: FactsTable) -> None:
    table.show_facts([fact("a", "<b>x</b>\n\u202e")])
    item = table.topLevelItem(0)
    assert item is not None
    assert item.text(2) == "<b>x</b> ‹202E›"
    assert "&lt;b&gt;" in item.toolTip(2)


def test_figures_stand_to_the_right_under_their_title(table: FactsTable) -> None:
    table.show_facts([fact("a")])
    item = table.topLevelItem(0)
    assert item is not None
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    assert item.textAlignment(1) == right == table.headerItem().textAlignment(1)


def test_other_columns_take_the_place_of_the_last_with_room_for_their_titles(table: FactsTable) -> None:
    table.show_facts([fact("a")])
    long = "a title that is much longer than its column"
    table.set_columns([FactColumn("Rows", 96), FactColumn(long, 40, is_figure=True)])
    header = table.headerItem()
    assert (table.columnCount(), keys(table), header.text(1)) == (2, [], long)
    assert header.textAlignment(0) == Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    assert table.header().sectionSize(1) > table.fontMetrics().horizontalAdvance(long)


def test_bar_is_as_long_as_its_share(table: FactsTable) -> None:
    table.show_facts([fact("a", share=0.5)])
    image = table.viewport().grab().toImage()
    item = table.topLevelItem(0)
    assert item is not None
    area = table.visualItemRect(item)
    line = [image.pixelColor(x, area.bottom() - 2) for x in range(160)]
    assert line[20] == QColor(light().running)
    assert line[130] == QColor(light().line)
