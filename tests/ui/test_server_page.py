"""Tiles of a server's numbers and their charts."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pgconsole.core.server_numbers import ServerRates
from pgconsole.core.server_sample import ServerSample
from pgconsole.ui.server_page import ServerPage
from tests.fixtures.activity import COUNTERS, NOW, sample


@pytest.fixture
def page(qtbot: QtBot) -> ServerPage:
    page = ServerPage()
    qtbot.addWidget(page)
    page.resize(900, 260)
    return page


def at(seconds: float, transactions: float | None) -> ServerSample:
    rates = ServerRates(NOW, transactions) if transactions is not None else None
    return sample([], counters={**COUNTERS, "clock": str(NOW + seconds)}, rates=rates)


def shown(page: ServerPage, name: str) -> str:
    label = page.findChild(QLabel, f"number.{name}.value")
    assert isinstance(label, QLabel)
    return label.text()


def test_tiles_show_the_newest_values(page: ServerPage) -> None:
    page.show_sample(at(0, None))
    assert (shown(page, "connections"), shown(page, "transactions")) == ("7 of 100", "–")
    page.show_sample(at(2, 40.0))
    assert shown(page, "transactions") == "40 / s"
    page.clear_numbers()
    assert shown(page, "transactions") == "–"


def test_charts_are_asked_for_once_and_when_first_seen(page: ServerPage) -> None:
    spy = QSignalSpy(page.charts_wanted)
    page.show_sample(at(0, 1.0))
    assert spy.count() == 0
    page.show()
    page.hide()
    page.show()
    assert spy.count() == 1


def test_charts_draw_what_happened_and_name_what_is_pointed_at(page: ServerPage) -> None:
    page.show()
    page.show_sample(at(0, 10.0))
    page.show_charts()
    page.show_sample(at(20, None))
    page.show_sample(at(60, 30.0))
    from pgconsole.ui.server_chart import ServerChart

    chart = page.findChild(ServerChart, "chart.transactions")
    assert chart is not None
    times, values = chart._line.getData()
    assert list(times) == [-60.0, -40.0, 0.0]
    assert [values[0], values[2]] == [10.0, 30.0]
    chart._follow(QPointF(chart.width() - 1, 5))
    assert "30 / s, 0 s before the newest" in chart.toolTip()
    chart._follow(QPointF(chart.width() / 3, 5))
    assert "not known, 40 s before the newest" in chart.toolTip()


def test_nothing_is_drawn_while_hidden_and_all_of_it_after(page: ServerPage) -> None:
    page.show()
    page.show_charts()
    page.hide()
    page.show_sample(at(0, 10.0))
    from pgconsole.ui.server_chart import ServerChart

    chart = page.findChild(ServerChart, "chart.transactions")
    assert chart is not None
    assert chart._line.getData()[0] is None or not len(chart._line.getData()[0])
    page.show()
    assert len(chart._line.getData()[0]) == 1
