"""The pool pane in the window, on a real server: what is seen, and what keys and buttons do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QTabWidget,
    QWidget,
)

from pgconsole.core.pool_reader import pool_stats
from pgconsole.db.session import Session
from pgconsole.ui.charting.legend import ChartLegend
from pgconsole.ui.charting.page import ChartsPage
from pgconsole.ui.pool_pane import PoolPane
from pgconsole.ui.theme import apply_theme_now, dark, light
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

_ROOT = Path(__file__).parents[2]


def pane_of(user: User) -> PoolPane:
    return user.find(PoolPane, "poolPane")


async def open_pane(user: User, page: str = "Connections") -> PoolPane:
    user.trigger("view.pool")
    pane = pane_of(user)
    tabs = user.find(QTabWidget, "poolTabs")
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n).startswith(page)))
    await until(lambda: bool(pane.property("stats")), "the figures are there")
    return pane


def cells(table: QTableView, title: str) -> list[str]:
    model = table.model()
    titles = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    column = titles.index(title)
    return [str(model.index(row, column).data(Qt.ItemDataRole.UserRole)) for row in range(model.rowCount())]


def text(user: User, name: str) -> str:
    return user.find(QLabel, name).text()


async def test_pane_shows_its_figures_and_has_them_as_json(user: User) -> None:
    pane = await open_pane(user)
    await user.run("select 1")
    await until(lambda: json.loads(pane.property("stats"))["acquire_ms_p50"] is not None, "the borrow is counted")
    stats = json.loads(pane.property("stats"))
    assert (stats["size"], stats["used"], stats["max"], stats["lost"]) == (1, 0, 10, 0)
    assert pane.picture is not None
    assert set(stats) == set(pool_stats(pane.picture))
    await until(lambda: text(user, "poolHealth").startswith("● Answers in"), "the server answers")
    assert text(user, "poolUse") == "0 in use, 1 idle of 10"


async def test_rows_name_who_has_a_connection_and_what_it_does(user: User) -> None:
    await open_pane(user)
    await user.run("begin; select 1", "query.run_all")
    table = user.find(QTableView, "poolConnections")
    await until(lambda: "in transaction" in cells(table, "State"), "the transaction is seen")
    row = cells(table, "State").index("in transaction")
    assert cells(table, "Owner")[row] == "Query 1"
    assert cells(table, "PID")[row] == str(user.tab.state.backend_pid)
    await until(lambda: cells(table, "Server says")[row] == "idle in transaction", "the server says so too")
    assert cells(table, "Owner")[-1] == "health check"
    await user.run("rollback")


async def test_killed_backend_is_an_event_with_the_servers_reason(user: User, outside: Session) -> None:
    await open_pane(user, "Events")
    await user.run("select 1")
    await outside.fetch(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'pgconsole: Query 1'"
    )
    table = user.find(QTableView, "poolEvents")
    await until(lambda: "lost" in cells(table, "Event"), "the loss is seen")
    row = cells(table, "Event").index("lost")
    assert cells(table, "SQLSTATE")[row] == "57P01"
    assert "administrator" in cells(table, "Server's words")[row]
    assert text(user, "pool.lost") == "1"


async def test_selection_stays_while_rows_change_and_delete_recycles(user: User) -> None:
    pane = await open_pane(user)
    await user.run("select 1")
    table = user.find(QTableView, "poolConnections")
    await until(lambda: len(cells(table, "PID")) == 2, "both connections are shown")
    table.selectRow(0)
    pid = pane.selected_pid
    samples = pane.picture.samples if pane.picture is not None else None
    assert samples is not None
    added = samples.added
    await until(lambda: samples.added > added + 1, "two seconds pass")
    assert pane.selected_pid == pid
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    await until(lambda: str(pid) not in cells(table, "PID"), "it is recycled")


async def test_recycling_without_a_choice_says_what_to_do(user: User) -> None:
    await open_pane(user)
    user.trigger("pool.recycle")
    assert "Select a connection" in text(user, "poolTold")


async def test_checking_now_tells_its_outcome(user: User) -> None:
    await open_pane(user)
    await user.run("select 1")
    user.trigger("pool.check")
    await until(lambda: text(user, "poolTold").startswith("1 idle connection checked"), "the outcome is told")


async def test_limits_are_changed_while_the_pool_runs(user: User) -> None:
    pane = await open_pane(user)
    user.trigger("pool.limits")
    dialog = await user.dialog("poolLimits")
    for name, value in (("limitMax", 4), ("limitMin", 2)):
        field = dialog.findChild(QSpinBox, name)
        assert field is not None
        field.setValue(value)
    button = dialog.findChild(QPushButton, "limitsApply")
    assert button is not None
    button.click()
    await until(lambda: json.loads(pane.property("stats"))["max"] == 4, "the maximum is 4")
    await until(lambda: json.loads(pane.property("stats"))["size"] == 2, "the minimum is filled")


async def open_page(user: User, page: str) -> None:
    tabs = user.find(QTabWidget, "poolTabs")
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n).startswith(page)))


async def open_charts(user: User) -> ChartsPage:
    page = (await open_pane(user)).charts
    assert page.charts is None
    await open_page(user, "Charts")
    await until(lambda: page.charts is not None and len(page.charts) >= 2, "samples are drawn", 20.0)
    return page


async def test_charts_are_made_when_they_are_shown_and_follow_the_theme(user: User) -> None:
    page = await open_charts(user)
    from pgconsole.ui.charting.drawing import Drawing

    background = page.findChildren(Drawing)[0].backgroundBrush
    apply_theme_now("dark")
    await until(lambda: background().color() == dark().panel, "the charts are dark")
    apply_theme_now("light")
    await until(lambda: background().color() == light().panel, "the charts are light")


async def test_charts_are_read_and_saved(user: User, tmp_path: Path) -> None:
    page = await open_charts(user)
    legend = user.find(ChartLegend, "number.pool.value")
    assert legend.text == "in use 0, idle 1, waiting 0, max 10"
    page.board.setFocus()
    user.press(Qt.Key.Key_Left)
    assert text(user, "poolChartsReading").startswith("At ")
    user.press(Qt.Key.Key_Escape)
    assert text(user, "poolChartsReading") == ""
    user.find(QPushButton, "poolChartsCsv").click()
    await user.save_as(tmp_path / "figures.csv")
    lines = (tmp_path / "figures.csv").read_text().splitlines()
    assert lines[0].startswith("time,size,idle,used")
    assert len(lines) >= 3
    user.find(QPushButton, "poolChartsPng").click()
    await user.save_as(tmp_path / "charts.png")
    assert (tmp_path / "charts.png").read_bytes().startswith(b"\x89PNG")


async def test_log_has_every_statement_without_secrets_and_is_searched(user: User, tmp_path: Path) -> None:
    await open_pane(user, "Query log")
    await user.run("select 'needle'")
    await user.run("begin; create role secret_role password 'canary'; rollback", "query.run_all")
    await user.run("selec")
    table = user.find(QTableView, "queryLogTable")
    await until(lambda: "42601" in cells(table, "Outcome"), "the error is logged")
    assert not [cell for cell in cells(table, "Statement") if "canary" in cell]
    assert cells(table, "Owner")[0] == "Query 1"
    user.find(QLineEdit, "logSearch").setText("needle")
    assert cells(table, "Statement") == ["select 'needle'"]
    assert cells(table, "Rows") == ["1"]
    user.find(QPushButton, "logExport").click()
    await user.save_as(tmp_path / "log.csv")
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0].startswith("time,owner,pid")
    assert len(lines) == 2
    user.find(QLineEdit, "logSearch").clear()
    user.find(QCheckBox, "logOwn").click()
    assert any("SET application_name" in cell for cell in cells(table, "Statement"))
    user.find(QCheckBox, "logFailed").click()
    assert cells(table, "Outcome") == ["42601"]
    user.find(QPushButton, "logClear").click()
    await until(lambda: not cells(table, "Statement"), "the log is empty")


async def test_statement_slower_than_the_limit_is_marked(windows: Windows, database_dsn: str, home: Path) -> None:
    settings = home / ".config/pgconsole/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("slow_statement_ms = 10\n")
    user = await windows.open(database_dsn)
    await open_pane(user, "Query log")
    await user.run("select pg_sleep(0.02)")
    user.find(QCheckBox, "logSlow").click()
    table = user.find(QTableView, "queryLogTable")
    await until(lambda: len(cells(table, "Duration")) >= 1, "it is found")
    assert cells(table, "Duration")[-1].startswith("slow")


async def test_pane_without_a_connection_is_empty(user: User) -> None:
    pane = await open_pane(user)
    await user.run("select 1")
    await user.disconnect()
    assert pane.property("stats") == ""
    assert text(user, "poolHealth") == "No connection"
    assert cells(user.find(QTableView, "poolConnections"), "PID") == []


async def test_pane_shows_the_connection_of_the_tab_that_is_shown(user: User, other_dsn: str) -> None:
    pane = await open_pane(user)
    first = pane.picture
    assert first is not None
    await user.connect(other_dsn)
    await until(lambda: pane.picture is not None and pane.picture.samples is not first.samples, "the other pool")
    user.window.tabs.setCurrentIndex(0)
    await until(lambda: pane.picture is not None and pane.picture.samples is first.samples, "the first again")


async def test_models_pass_the_model_tester(user: User) -> None:
    await open_pane(user)
    tables = [user.window.findChild(QTableView, name) for name in ("poolConnections", "poolEvents", "queryLogTable")]
    testers = [
        QAbstractItemModelTester(table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
        for table in tables
        if table is not None
    ]
    assert len(testers) == 3
    for page in ("Events", "Query log", "Connections"):
        await open_page(user, page)
        await user.run("select 1")
    user.trigger("pool.recycle_idle")
    await user.run("select 2")


@pytest.mark.parametrize("name", ["poolConnections", "poolEvents", "queryLogTable", "poolAdvice", "poolTabs"])
async def test_what_is_acted_on_has_an_accessible_name(user: User, name: str) -> None:
    pane = await open_pane(user)
    (found,) = pane.findChildren(QWidget, name)
    assert found.accessibleName()


async def test_key_of_the_pane_leads_to_the_page_that_is_shown(user: User) -> None:
    pane = await open_pane(user, "Query log")
    user.trigger("view.pool")
    user.press(Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    await until(pane.isVisible, "it is shown")
    assert user.focus.objectName() == "logSearch"


async def test_hidden_pane_is_not_drawn(user: User) -> None:
    pane = await open_pane(user)
    assert pane.picture is not None
    samples = pane.picture.samples
    user.trigger("view.pool")
    await until(lambda: not pane.isVisible(), "it is hidden")
    before = pane.picture.at
    added = samples.added
    await until(lambda: samples.added > added + 1, "samples are taken all the same")
    assert pane.picture.at == before


def test_starting_the_program_loads_neither_numpy_nor_the_charts() -> None:
    script = "import sys, pgconsole.workbench; print([name for name in ('numpy', 'pyqtgraph') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
