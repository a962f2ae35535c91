"""Tiles of a server's numbers and their charts."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pgconsole.core.server_measures import SERVER_MEASURES
from pgconsole.core.server_numbers import ServerRates
from pgconsole.core.server_sample import ServerSample
from pgconsole.ui.activity.numbers_page import NumbersPage
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
    label = page.findChild(QLabel, f"number.{name}.value")
    assert isinstance(label, QLabel)
    return label.text()


def test_tiles_show_the_newest_values(page: NumbersPage) -> None:
    page.show_sample(*at(0, None))
    assert (shown(page, "connections"), shown(page, "transactions")) == ("7 of 97", "–")
    page.show_sample(*at(2, 40.0))
    assert shown(page, "transactions") == "40 / s"
    page.clear_numbers()
    assert shown(page, "transactions") == "–"


def test_charts_are_asked_for_once_and_when_first_seen(page: NumbersPage) -> None:
    spy = QSignalSpy(page.charts_wanted)
    page.show_sample(*at(0, 1.0))
    assert spy.count() == 0
    page.show()
    page.hide()
    page.show()
    assert spy.count() == 1


def test_charts_draw_what_happened_and_name_what_is_pointed_at(page: NumbersPage) -> None:
    page.show()
    page.show_sample(*at(0, 10.0))
    page.show_charts()
    page.show_sample(*at(20, None))
    page.show_sample(*at(60, 30.0))
    from pgconsole.ui.activity.number_chart import NumberChart

    chart = page.findChild(NumberChart, "chart.transactions")
    assert chart is not None
    times, values = chart._line.getData()
    assert list(times) == [-60.0, -40.0, 0.0]
    assert [values[0], values[2]] == [10.0, 30.0]
    chart._follow(QPointF(chart.width() - 1, 5))
    assert "30 / s, 0 s before the newest" in chart.toolTip()
    chart._follow(QPointF(chart.width() / 3, 5))
    assert "not known, 40 s before the newest" in chart.toolTip()


def test_nothing_is_drawn_while_hidden_and_all_of_it_after(page: NumbersPage) -> None:
    page.show()
    page.show_charts()
    page.hide()
    page.show_sample(*at(0, 10.0))
    from pgconsole.ui.activity.number_chart import NumberChart

    chart = page.findChild(NumberChart, "chart.transactions")
    assert chart is not None
    assert chart._line.getData()[0] is None or not len(chart._line.getData()[0])
    page.show()
    assert len(chart._line.getData()[0]) == 1
