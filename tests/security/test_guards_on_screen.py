"""Lines 3 and 16: read-only tabs and connections, and the question before what may do harm."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from pgconsole.core.profile import ConnectionKind
from pgconsole.db.session import Session
from pgconsole.ui.guard_question import GuardDialog
from tests.fixtures.engine import value
from tests.fixtures.waiting import until
from tests.fixtures.window import User
from tests.security.conftest import OpenProfile


@pytest.fixture
async def table(outside: Session) -> str:
    await outside.execute("create table t (n int)")
    await outside.execute("insert into t select generate_series(1, 500)")
    await outside.execute("analyze t")
    return "t"


async def test_line_16_production_asks_before_a_statement_that_writes(
    open_profile: OpenProfile, outside: Session, table: str
) -> None:
    user = await open_profile(ConnectionKind.PRODUCTION)
    await user.run("select count(*) from t")
    await user.start("insert into t values (1)")
    dialog = await user.dialog("guardQuestion")
    assert {label.text() for label in dialog.findChildren(QLabel)} >= {"Production server", "shop <b>live</b>"}
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    assert user.tab.property("state") == "running"
    await user.answer("guardQuestion", "Cancel")
    await user.idle()
    assert "Not run" in user.messages
    await user.start("insert into t values (1)")
    await user.answer("guardQuestion", "Run")
    await user.idle()
    assert await value(outside, "select count(*) from t") == "501"


@pytest.mark.parametrize("sql", ["delete from t", "update t set n = 0", "truncate t", "drop table t"])
async def test_line_16_every_row_is_asked_about_anywhere_with_the_estimate(
    user: User, outside: Session, table: str, sql: str
) -> None:
    await user.start(sql)
    dialog = await user.dialog("guardQuestion")
    told = dialog.findChild(QPlainTextEdit, "guardStatements")
    assert told is not None
    assert told.toPlainText().startswith(f"{sql}\n-- ")
    assert "The planner expects 500 rows." in told.toPlainText()
    user.press(Qt.Key.Key_Return)  # Cancel has the focus
    await until(lambda: not user.dialogs("guardQuestion"), "it is closed")
    await user.idle()
    assert await value(outside, "select count(*) from t") == "500"


async def test_line_16_the_question_offers_a_dry_run(user: User, outside: Session, table: str) -> None:
    await user.start("delete from t")
    await user.answer("guardQuestion", "Dry run")
    await user.idle()
    assert "DELETE 500" in user.messages
    assert user.notice.startswith("Dry run: everything was rolled back")
    assert await value(outside, "select count(*) from t") == "500"


async def test_line_16_the_question_goes_with_its_run(user: User, table: str) -> None:
    await user.start("delete from t")
    await user.dialog("guardQuestion")
    user.window.actions_by_id["query.cancel"].trigger()
    await user.idle()
    await until(lambda: not user.dialogs("guardQuestion"), "it is closed")
    await user.start("delete from t")
    await user.dialog("guardQuestion")
    user.window.actions_by_id["tab.close"].trigger()
    await user.tabs(0)
    await until(lambda: not user.dialogs("guardQuestion"), "it is closed")


async def test_line_16_everything_in_the_question_is_by_keyboard_and_named(user: User, table: str) -> None:
    await user.start("delete from t")
    dialog = await user.dialog("guardQuestion")
    assert isinstance(dialog, GuardDialog)
    names = [each.objectName() for each in dialog.findChildren(QPushButton)]
    assert sorted(names) == ["guardCancel", "guardDryRun", "guardRun"]
    seen = set()
    for _ in range(8):
        focus = dialog.focusWidget()
        assert isinstance(focus, QWidget)
        seen.add(focus.objectName())
        user.press(Qt.Key.Key_Tab)
    assert seen >= {"guardCancel", "guardDryRun", "guardRun", "guardStatements"}
    user.press(Qt.Key.Key_Escape)
    await user.idle()
    assert "Not run" in user.messages


async def test_line_3_read_only_is_the_servers_own_from_start_up(open_profile: OpenProfile, table: str) -> None:
    user = await open_profile(read_only=True)
    assert user.status("statusReadOnly") == "Read-only"
    await user.run("show default_transaction_read_only")
    assert user.cell(0) == "on"
    await user.run("insert into t values (1)")
    assert "25006" in user.messages


async def test_line_3_what_gets_past_read_only_is_refused_before_it_is_sent(user: User, table: str) -> None:
    user.trigger("query.read_only")
    for sql in (
        "set default_transaction_read_only = off",
        "select set_config('transaction_read_only', 'off', false)",
        "begin read write",
        "reset all",
        "copy t to program 'cat > /tmp/never'",
        "vacuum",
        "analyze t",
        "reindex table t",
        "notify news",
    ):
        user.window.notice_bar.dismiss()
        await user.run(sql)
        assert user.notice.startswith("This tab is read-only; the statement was not sent."), sql
        assert "Switch Read-only off" in user.notice
        assert user.tab.property("transaction") == "idle"


async def test_line_3_switching_it_off_lets_the_statement_through(user: User, table: str) -> None:
    user.trigger("query.read_only")
    await user.run("vacuum t")
    assert "not sent" in user.notice
    user.trigger("query.read_only")
    await user.run("vacuum t")
    assert "VACUUM" in user.messages
    assert user.notice == ""
