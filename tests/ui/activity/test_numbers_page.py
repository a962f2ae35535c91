"""Tiles of a server's numbers and their charts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pgconsole.core.server_measures import SERVER_MEASURES
from pgconsole.core.server_numbers import ServerRates
from pgconsole.core.server_sample import ServerSample
from pgconsole.ui.activity.numbers_page import NumbersPage
from pgconsole.ui.charting.legend import ChartLegend
from tests.fixtures.activity import NOW, sample


@pytest.fixture
def page(qtbot: QtBot) -> NumbersPage:
    page = NumbersPage("numbers", "Numbers", SERVER_MEASURES, 4)
    qtbot.addWidget(page)
    page.resize(900, 260)
    return page


def at(seconds: float, transactions: float | None) -> tuple[ServerSample, float]:
    """A sample and its time."""
    rates = ServerRates(NOW, transactions) if transactions is not None else None
    return sample([], rates=rates), NOW + seconds


def shown(page: NumbersPage, name: str) -> str:
    legend = page.findChild(ChartLegend, f"number.{name}.value")
    assert isinstance(legend, ChartLegend)
    return legend.text


def test_tiles_show_the_newest_values(page: NumbersPage) -> None:
    page.show_sample(*at(0, None))
    assert (shown(page, "connections"), shown(page, "transactions")) == ("7 of 97", "–")
    page.show_sample(*at(2, 40.0))
    assert shown(page, "transactions") == "40 / s"
    page.clear_numbers()
    assert shown(page, "transactions") == "–"


def test_charts_draw_what_happened_and_write_it_as_measured(page: NumbersPage) -> None:
    page.show()
    page.show_sample(*at(0, 10.0))
    while page.make_next():
        pass
    page.show_sample(*at(20, None))
    page.show_sample(*at(60, 30.0))
    board = page.board
    QTest.keyClick(board, Qt.Key.Key_Left)
    assert shown(page, "transactions") == "–"
    QTest.keyClick(board, Qt.Key.Key_Left)
    assert shown(page, "transactions") == "10 / s"
    assert shown(page, "connections") == "7"
    QTest.keyClick(board, Qt.Key.Key_Escape)
    assert (shown(page, "connections"), shown(page, "transactions")) == ("7 of 97", "30 / s")
    assert page.samples is not None
    names, first, *_ = page.samples.csv_rows()
    assert names[:3] == ("time", "connections", "transactions")
    assert first[1:3] == ("7", "10")
