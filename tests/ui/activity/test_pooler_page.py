"""The page of PgBouncer's: its own words, whatever columns its version has."""

import pytest
from pytestqt.qtbot import QtBot

from pgconsole.core.pooler import PoolerSample, PoolerTable
from pgconsole.ui.activity.pooler_page import PoolerPage
from pgconsole.ui.charting.legend import ChartLegend
from tests.core.test_pooler import POOLS

CLIENTS = PoolerTable(("type", "user", "state", "ptr"), (("C", "ann", "active", "0x1"), ("C", "ann", "active", "0x2")))


@pytest.fixture
def page(qtbot: QtBot) -> PoolerPage:
    page = PoolerPage()
    qtbot.addWidget(page)
    page.resize(1200, 240)
    page.show()
    return page


def titles(page: PoolerPage) -> list[str]:
    header = page.table.headerItem()
    return [header.text(number) for number in range(page.table.columnCount())]


def test_answer_is_shown_with_its_own_columns(page: PoolerPage) -> None:
    page.show_sample(PoolerSample({"POOLS": POOLS, "CLIENTS": CLIENTS}))
    assert titles(page) == list(POOLS.columns)
    assert page.table.topLevelItemCount() == 3
    page.choice.setCurrentIndex(page.choice.findText("SHOW CLIENTS"))
    assert titles(page) == list(CLIENTS.columns)
    assert page.table.topLevelItemCount() == 2


def test_numbers_are_shown_beside_it(page: PoolerPage) -> None:
    page.show_sample(PoolerSample({"POOLS": POOLS}))
    legend = page.findChild(ChartLegend, "number.cl_active.value")
    assert isinstance(legend, ChartLegend)
    assert legend.text == "7"


def test_reason_takes_the_place_of_what_was_seen(page: PoolerPage) -> None:
    page.show_sample(PoolerSample({"POOLS": POOLS}))
    page.show_problem("This role may not.")
    assert page.table.topLevelItemCount() == 0
    assert page.table.hint == "This role may not."
    page.show_sample(PoolerSample({"POOLS": POOLS}))
    assert page.table.hint == ""
