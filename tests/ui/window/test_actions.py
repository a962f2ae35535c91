"""Every command of the window, by its id and by its keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from pgconsole.core.actions import ACTIONS
from pgconsole.ui.editor.sql_editor import SqlEditor
from tests.fixtures.waiting import until
from tests.fixtures.window import CTRL, CTRL_SHIFT, User, Windows

PROMISED = (
    "query.run",
    "query.run_to_end",
    "query.run_all",
    "query.cancel",
    "query.fetch_all",
    "query.explain",
    "query.explain_analyze",
    "query.commit",
    "query.rollback",
    "query.format",
    "tab.new",
    "tab.close",
    "tab.reopen",
    "result.copy",
    "result.pin",
    "result.count",
    "connection.open",
    "connection.disconnect",
    "connection.edit",
    "help.palette",
    "app.settings",
    "app.quit",
)
ALT = Qt.KeyboardModifier.AltModifier


@pytest.mark.parametrize("action_id", PROMISED)
def test_the_promised_ids_are_there(action_id: str) -> None:
    assert action_id in {each.id for each in ACTIONS}


async def test_every_command_is_an_action_of_the_window_and_does_something(windows: Windows) -> None:
    user = await windows.open()
    for described in ACTIONS:
        action = user.window.findChild(QAction, described.id)
        assert action is not None, described.id
        assert action.receivers("2triggered(bool)") > 0, described.id


async def test_a_window_without_tab_offers_only_what_can_be_done(windows: Windows) -> None:
    user = await windows.open()
    enabled = {each.id for each in ACTIONS if user.window.actions_by_id[each.id].isEnabled()}
    assert {"tab.new", "connection.open", "app.settings", "app.quit", "help.palette"} <= enabled
    assert not {"query.run", "query.cancel", "tab.close", "connection.disconnect", "result.copy"} & enabled


# The keyboard alone


async def test_from_the_start_page_to_a_copied_cell_by_keys(windows: Windows, database_dsn: str) -> None:
    user = await windows.open()
    for _ in range(20):
        if user.focus.objectName() == "startConnection":
            break
        user.press(Qt.Key.Key_Tab)
    QApplication.clipboard().setText(database_dsn)
    user.press(Qt.Key.Key_V, CTRL)
    user.press(Qt.Key.Key_Return)
    await user.tabs(1)
    await until(lambda: isinstance(user.focus, SqlEditor), "the editor has the focus")
    user.type("select g, 'x' from generate_series(1, 5) g;")
    user.press(Qt.Key.Key_Return, CTRL)
    await user.property_is("answered", 1)
    await user.idle()
    user.press(Qt.Key.Key_2, ALT)
    assert user.grid.hasFocus()
    user.press(Qt.Key.Key_Down)
    user.press(Qt.Key.Key_Down)
    user.press(Qt.Key.Key_C, CTRL)
    await until(lambda: QApplication.clipboard().text() == "3", "a cell is copied")
    user.press(Qt.Key.Key_Space)
    assert user.results.pane is not None
    assert user.results.pane.viewer.isVisible()
    user.press(Qt.Key.Key_3, ALT)
    assert user.results.messages.hasFocus()
    user.press(Qt.Key.Key_1, ALT)
    assert user.editor.hasFocus()


async def test_running_keys(user: User) -> None:
    user.write("select 1;\nselect g from generate_series(1, 500000) g;", caret=12)
    user.editor.setFocus()
    user.press(Qt.Key.Key_Return, CTRL_SHIFT)
    await user.property_is("answered", 1)
    await user.idle()
    assert user.grid.property("rowsFinal") is True
    assert user.grid.property("rowsKnown") == 500_000
    user.press(Qt.Key.Key_F5)
    await user.property_is("answered", 2)
    await user.idle()
    assert user.results.count() == 3
    assert user.cell(0) == "1"


async def test_esc_cancels_what_runs(user: User) -> None:
    await user.start("select pg_sleep(60)")
    user.editor.setFocus()
    await user.state("running")
    user.press(Qt.Key.Key_Escape)
    await user.idle()
    assert "Cancelled" in user.messages


async def test_the_selection_runs_where_there_is_one(user: User) -> None:
    user.write("select 1 + 1")
    cursor = user.editor.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(len("select 1"), cursor.MoveMode.KeepAnchor)
    user.editor.setTextCursor(cursor)
    user.editor.setFocus()
    user.press(Qt.Key.Key_Return, CTRL)
    await user.property_is("answered", 1)
    await user.idle()
    assert user.cell(0) == "1"


async def test_tab_keys(user: User) -> None:
    user.write("select 'old'")
    user.editor.setFocus()
    user.press(Qt.Key.Key_T, CTRL)
    await user.tabs(2)
    user.type("select 'new'")
    user.press(Qt.Key.Key_W, CTRL)
    await user.tabs(1)
    user.press(Qt.Key.Key_T, CTRL_SHIFT)
    await user.tabs(2)
    assert user.editor.script() == "select 'new'"
    user.press(Qt.Key.Key_Tab, CTRL)
    assert user.editor.script() == "select 'old'"


async def test_the_palette_runs_a_command(user: User) -> None:
    user.editor.setFocus()
    user.press(Qt.Key.Key_P, CTRL_SHIFT)
    await until(lambda: user.focus.objectName() == "commandPaletteInput", "the palette is open")
    user.type("new tab")
    user.press(Qt.Key.Key_Return)
    await user.tabs(2)


# What commands do


async def test_explain_shows_a_plan_and_runs_nothing(user: User) -> None:
    await user.run("create table t (n int)")
    await user.run("insert into t values (1)", "query.explain")
    assert "Insert on t" in str(user.cell(0))
    await user.run("insert into t values (1)", "query.explain_analyze")
    assert "actual" in str(user.cell(0))
    await user.run("select count(*) from t")
    assert user.cell(0) == "0"


async def test_copy_takes_the_selected_cells(user: User) -> None:
    await user.run("select 1 as a, null as b, 'x' as c")
    user.grid.setFocus()
    user.press(Qt.Key.Key_A, CTRL)
    user.trigger("result.copy_with_header")
    await until(lambda: QApplication.clipboard().text().startswith("a\tb\tc\n1\t"), "the cells are copied")


async def test_count_asks_the_server(user: User) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    user.trigger("result.count")
    await until(lambda: "1,000,000 rows" in user.messages, "the count is told")


async def test_isolation_and_read_only_hold_for_the_next_transaction(user: User) -> None:
    user.trigger("query.manual_commit")
    user.trigger("query.isolation_serializable")
    user.trigger("query.read_only")
    await user.idle()
    await user.run("select current_setting('transaction_isolation'), current_setting('transaction_read_only')")
    assert [user.cell(0, 0), user.cell(0, 1)] == ["serializable", "on"]
    actions = user.window.actions_by_id
    assert actions["query.isolation_serializable"].isChecked()
    assert actions["query.read_only"].isChecked()
    assert not actions["query.auto_commit"].isChecked()
    user.trigger("tab.new")
    assert actions["query.isolation_default"].isChecked()
    assert actions["query.auto_commit"].isChecked()
    user.trigger("tab.previous")
    user.trigger("query.rollback")
    await user.property_is("transaction", "idle")
    await user.idle()


async def test_zoom_holds_for_every_tab_and_goes_back(user: User) -> None:
    usual = user.editor.font().pointSizeF()
    user.trigger("editor.zoom_in")
    user.trigger("tab.new")
    assert user.editor.font().pointSizeF() == usual + 1
    user.trigger("editor.zoom_reset")
    user.trigger("tab.next")
    assert user.editor.font().pointSizeF() == usual


async def test_format_lays_the_statement_out_anew(user: User) -> None:
    user.write("select a,b from t where c=1")
    user.trigger("query.format")
    assert "\n" in user.editor.script()
    assert user.editor.script().split() != []


async def test_edits_are_commands_too(user: User) -> None:
    user.write("select 1")
    user.trigger("editor.select_all")
    user.trigger("editor.cut")
    assert user.editor.script() == ""
    user.trigger("editor.paste")
    assert user.editor.script() == "select 1"
    user.trigger("editor.undo")
    assert user.editor.script() == ""
    user.trigger("editor.redo")
    user.editor.select(0, 6)
    user.trigger("editor.copy")
    assert QApplication.clipboard().text() == "select"


async def test_edits_act_on_the_text_that_has_the_focus(user: User) -> None:
    user.write("select 1")
    user.trigger("editor.find")
    user.type("1x")
    user.trigger("editor.select_all")
    user.trigger("editor.cut")
    assert QApplication.clipboard().text() == "1x"
    assert user.editor.script() == "select 1"


async def test_keys_of_finding_work_in_the_editor(user: User) -> None:
    user.write("a b a")
    user.press(Qt.Key.Key_F3)
    user.type("a")
    user.press(Qt.Key.Key_F3)
    user.press(Qt.Key.Key_F3)
    assert user.editor.selection() == (4, 5)
    user.press(Qt.Key.Key_Escape)
    user.press(Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert user.editor.selection() == (0, 1)
