"""One result: its grid, the value beside it, and the line for what is missing."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from tests.fixtures.waiting import until
from tests.fixtures.window import CTRL, User, Windows


def note(user: User) -> str:
    label = user.results.currentWidget().findChild(QLabel, "resultNote")
    assert label is not None
    return label.text() if label.isVisible() else ""


async def test_null_is_none_and_empty_is_empty(user: User) -> None:
    await user.run("select 1 as a, null as b, '' as c")
    assert [user.cell(0, column) for column in range(3)] == ["1", None, ""]


async def test_wide_results_are_whole(user: User) -> None:
    columns = ", ".join(f"{number} as c{number}" for number in range(1664))
    await user.run(f"select {columns}")
    assert user.grid.model().columnCount() == 1664
    assert user.cell(0, 1663) == "1663"
    assert user.grid.model().headerData(1663, Qt.Orientation.Horizontal) == "c1663"


async def test_rows_without_columns_are_counted_and_this_is_said(user: User) -> None:
    await user.run("select from generate_series(1, 1234)")
    assert user.grid.property("rowsKnown") == 1234
    assert user.status("statusRows") == "1,234 rows"
    assert "without columns" in note(user)


async def test_an_empty_result_says_that_it_is(user: User) -> None:
    await user.run("select 1 as n where false")
    assert user.grid.property("rowsFinal") is True
    assert user.grid._view.absence() == "No rows"
    assert note(user) == ""


async def test_a_result_that_was_cancelled_says_what_is_missing(user: User) -> None:
    await user.stream()
    user.trigger("query.cancel")
    await user.idle()
    user.results.setCurrentIndex(0)
    assert note(user).startswith("Not all rows are here")
    assert "at least" in user.status("statusRows")
    assert not user.window.actions_by_id["query.fetch_all"].isEnabled()


async def test_rows_beyond_the_memory_budget_are_spilled(windows: Windows, database_dsn: str, home: Path) -> None:
    settings = home / ".config/pgconsole/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("result_memory_mib = 4\n")
    user = await windows.open(database_dsn)
    await user.run("select g, repeat('x', 200) from generate_series(1, 100000) g")
    assert user.grid.property("spilledBytes") > 10_000_000
    assert 0 < user.grid.property("memoryBytes") < 8_000_000
    assert user.cell(0) == "1"
    assert user.cell(99_999) == "100000"


async def test_scrolling_to_the_end_of_a_paused_result_reads_on(user: User) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    known = user.grid.property("rowsKnown")
    user.grid.setFocus()
    user.press(Qt.Key.Key_End, CTRL)
    await until(lambda: user.grid.property("rowsKnown") > known, "more rows came")
    await user.idle()


async def test_the_value_beside_the_grid_follows_the_cell(user: User) -> None:
    await user.run("select 'line ' || g || E'\\nnext' as t from generate_series(1, 3) g")
    user.grid.setFocus()
    user.press(Qt.Key.Key_Down)
    user.press(Qt.Key.Key_Space)
    viewer = user.results.currentWidget().findChild(QWidget, "cellViewer")
    assert viewer is not None
    assert viewer.isVisible()
    first = user.grid.current
    user.grid.setFocus()
    user.press(Qt.Key.Key_Down)
    assert user.grid.current != first
    assert viewer.isVisible()
    viewer.closed.emit()  # type: ignore[attr-defined]
    assert not viewer.isVisible()
    assert user.grid.hasFocus()


async def test_closing_a_result_lets_go_of_its_rows(user: User) -> None:
    await user.run("select g from generate_series(1, 1000) g")
    store = user.results.pane.result.store if user.results.pane is not None else None
    assert store is not None
    await user.run("select 1")
    assert store.memory_bytes == 0


async def test_copy_that_is_too_large_says_so_and_a_long_one_says_its_end(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await user.run("select g from generate_series(1, 5000) g")
    user.trigger("query.fetch_all") if not user.grid.property("rowsFinal") else None
    await user.idle()
    user.grid.select_all()
    user.grid.copy()
    await until(lambda: user.notice == "5,000 rows copied to the clipboard.", "the end is told")
    monkeypatch.setattr("pgconsole.ui.grid.copying.MAX_COPY_CHARS", 1000)
    user.grid.copy()
    await until(lambda: user.notice.startswith("Nothing was copied: the first"), "it is told")
    monkeypatch.setattr("pgconsole.ui.grid.copying.MAX_COPY_ROWS", 4000)
    monkeypatch.setattr("pgconsole.ui.results.result_pane.MAX_COPY_ROWS", 4000)
    user.grid.copy()
    assert user.notice.startswith("Nothing was copied: 5,000 rows are selected, and at most 4,000 can be copied.")
