"""Results of a tab beside each other, and what their titles say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

from tests.fixtures.window import User


def titles(user: User) -> list[str]:
    user.results._show_titles()
    return [user.results.tabText(index) for index in range(user.results.count())]


async def test_a_run_of_all_opens_a_tab_for_each_result(user: User) -> None:
    await user.run("select 1; select 2 where false; create table t (n int); select 3", "query.run_all")
    assert [title.split("  ")[1] for title in titles(user)[:-1]] == ["1 row", "0 rows", "1 row"]
    assert titles(user)[-1] == "Messages"
    assert user.results.currentIndex() == 0
    assert "CREATE TABLE" in user.messages
    assert user.tab.property("answered") == 1


async def test_the_next_run_replaces_results_that_are_not_kept(user: User) -> None:
    await user.run("select 'kept'")
    user.trigger("result.pin")
    await user.run("select 'second'")
    await user.run("select 'third'")
    assert [title.split(" ")[0] for title in titles(user)] == ["Kept", "Result", "Messages"]
    assert user.cell(0) == "third"
    user.results.setCurrentIndex(0)
    assert user.cell(0) == "kept"
    assert user.window.actions_by_id["result.pin"].isChecked()
    user.trigger("result.pin")
    await user.run("select 'fourth'")
    assert len(titles(user)) == 2


async def test_who_runs_from_the_grid_stays_with_the_results(user: User) -> None:
    await user.run("select 'first'")
    assert user.results.pane is not None
    user.results.pane.grid.setFocus()
    await user.run("select 'second'")
    assert user.results.pane.grid.hasFocus()
    await user.run("select nonsense")
    assert user.results.tabBar().hasFocus()


async def test_a_count_so_far_is_no_total(user: User) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    assert titles(user)[0].endswith("so far")


async def test_a_result_is_closed_by_its_button_and_messages_have_none(user: User) -> None:
    await user.run("select 1; select 2", "query.run_all")
    bar = user.results.tabBar()
    sides = (QTabBar.ButtonPosition.LeftSide, QTabBar.ButtonPosition.RightSide)
    buttons = [bar.tabButton(index, side) for index in range(3) for side in sides]
    assert [button.isVisibleTo(bar) for button in buttons if button] == [True, True, False]  # type: ignore[truthy-bool]
    user.results.tabCloseRequested.emit(0)
    assert len(titles(user)) == 2
    assert user.cell(0) == "2"
    user.results.tabCloseRequested.emit(1)
    assert titles(user)[-1] == "Messages"


async def test_an_error_brings_messages_to_the_front(user: User) -> None:
    await user.run("select 1; select nonsense", "query.run_all")
    assert user.results.currentWidget() is user.results.messages


async def test_a_statement_without_rows_shows_its_tag(user: User) -> None:
    await user.run("create table t (n int)")
    assert user.results.currentWidget() is user.results.messages
    assert titles(user) == ["Messages"]


async def test_the_statement_is_in_the_tool_tip_as_plain_text(user: User) -> None:
    await user.run("select '<b>x</b>'")
    assert "&lt;b&gt;x&lt;/b&gt;" in user.results.tabToolTip(0)


async def test_columns_tell_name_and_type(user: User) -> None:
    await user.run("select 1 as a, 'x'::varchar(7) as b, 2 as a")
    model, across = user.grid.model(), Qt.Orientation.Horizontal
    assert [model.headerData(column, across) for column in range(3)] == ["a", "b", "a"]
    tips = [model.headerData(column, across, Qt.ItemDataRole.ToolTipRole) for column in range(3)]
    assert tips == ["int4", "varchar", "int4"]


async def test_only_the_title_of_the_result_that_changed_is_set(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    await user.run("select 1; select 2; select 3", "query.run_all")
    user.results._show_titles()
    texts: list[str] = []
    monkeypatch.setattr(user.results, "setTabText", lambda _index, text: texts.append(text))
    user.results._show_titles()
    second = list(user.results.panes())[1].result
    user.results.refresh(second)
    user.results._show_titles()
    assert texts == []
    second.is_final, second.stopped_because = False, "cancelled"
    user.results.refresh(second)
    user.results._show_titles()
    assert texts == ["Result 2  at least 1 row"]
