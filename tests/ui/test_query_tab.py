"""One query tab in its window: what it shows of runs, and what it asks for."""

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton

from pgconsole.db.session import Session
from pgconsole.ui.editor.lines import visible_lines
from pgconsole.ui.results.messages_view import MessagesView
from tests.fixtures.engine import value
from tests.fixtures.waiting import until
from tests.fixtures.window import User

# Properties


async def test_state_is_running_then_streaming_then_idle(user: User) -> None:
    tab = user.tab
    seen: list[tuple[object, object]] = []
    tab.state_changed.connect(lambda: seen.append((tab.property("state"), tab.property("answered"))))
    await user.run("select g from generate_series(1, 150000) g")
    states = list(dict.fromkeys(seen))
    assert states[0] == ("running", 0)
    assert ("streaming", 1) in states
    assert ("streaming", 0) not in states
    assert states[-1] == ("idle", 1)


async def test_answered_counts_pages_ends_and_errors(user: User) -> None:
    for number, sql in enumerate(("select 1", "create table t ()", "select nonsense", "  -- nothing"), 1):
        await user.run(sql)
        assert user.tab.property("answered") == number


async def test_a_paused_result_is_idle_with_an_open_portal(user: User) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    tab, grid = user.tab, user.grid
    assert tab.property("portalOpen") is True
    assert grid.property("rowsFinal") is False
    user.trigger("query.fetch_all")
    await user.property_is("portalOpen", False)
    await user.idle()
    assert grid.property("rowsFinal") is True
    assert user.cell(999_999) == "1000000"


async def test_cancel_leaves_the_session_usable(user: User) -> None:
    pid = await user.stream()
    user.trigger("query.cancel")
    assert user.tab.property("state") == "cancelling"
    await user.idle()
    assert "Cancelled" in user.messages
    await user.run("select pg_backend_pid()")
    assert user.cell(0) == str(pid)


async def test_the_transaction_is_told_and_ended(user: User) -> None:
    assert user.tab.property("transaction") == "idle"
    await user.run("begin")
    assert user.tab.property("transaction") == "open"
    await user.run("select nonsense")
    assert user.tab.property("transaction") == "failed"
    user.trigger("query.rollback")
    await user.property_is("transaction", "idle")
    await user.idle()


async def test_what_a_tab_set_pins_it_until_it_is_reset(user: User) -> None:
    assert user.tab.property("pinned") is False
    await user.run("set work_mem = '5MB'")
    assert user.tab.property("pinned") is True
    user.trigger("query.reset_session")
    await user.property_is("pinned", False)
    await user.idle()


# Errors and notices


async def test_an_error_is_marked_where_it_stands_behind_an_emoji(user: User) -> None:
    script = "select '\N{GRINNING FACE}\N{GRINNING FACE}';\nselect '\N{GRINNING FACE}', nme from pg_class"
    await user.run(script, caret=script.index("nme"))
    marked = [each.cursor.selectedText() for each in user.editor.extraSelections()]
    assert "nme" in marked
    assert "42703" in user.messages
    assert "nme" in user.notice


async def test_the_next_run_takes_the_mark_and_the_notice_away(user: User) -> None:
    await user.run("select nme from pg_class")
    await user.run("select 1")
    assert "nme" not in [each.cursor.selectedText() for each in user.editor.extraSelections()]
    assert not user.notice


async def test_the_link_in_messages_moves_the_caret(user: User) -> None:
    script = "select '\N{GRINNING FACE}';\nselect nme from pg_class"
    await user.run(script, caret=script.index("nme"))
    user.editor.go_to(0)
    view = user.tab.findChild(MessagesView, "messages")
    assert view is not None
    view.setFocus()
    for line in range(view.document().blockCount()):
        cursor = view.textCursor()
        cursor.setPosition(view.document().findBlockByNumber(line).position())
        view.setTextCursor(cursor)
        view.setFocus()
        user.press(Qt.Key.Key_Return)
    assert user.editor.caret() == script.index("nme")
    assert user.editor.hasFocus()


async def test_notices_come_as_plain_text_while_the_statement_runs(user: User) -> None:
    await user.start("do $$ begin raise notice '<b>soon</b>'; perform pg_sleep(30); end $$")
    await until(lambda: "<b>soon</b>" in user.messages, "the notice is there")
    assert user.tab.property("state") == "running"
    user.trigger("query.cancel")
    await user.idle()


# Parameters


def value_field(user: User, number: int) -> QLineEdit:
    found = user.tab.form.findChild(QLineEdit, f"parameterValue{number}")
    assert found is not None
    return found


async def asked(user: User, sql: str) -> None:
    """Start a statement that asks for values."""
    await user.start(sql)
    await until(user.tab.form.isVisible, "the form is there")


async def test_parameters_are_asked_for_and_remembered(user: User) -> None:
    sql = "select $1::int + 1 as n, $2::text as t"
    await asked(user, sql)
    assert "int4" in value_field(user, 1).accessibleName() or "integer" in value_field(user, 1).accessibleName()
    value_field(user, 1).setText("41")
    null = user.tab.form.findChild(QCheckBox, "parameterNull2")
    run = user.tab.form.findChild(QPushButton, "parameterRun")
    assert null is not None
    assert run is not None
    null.setChecked(True)
    run.click()
    await user.idle()
    assert [user.cell(0, 0), user.cell(0, 1)] == ["42", None]
    assert user.editor.script() == sql
    await asked(user, sql)
    assert value_field(user, 1).text() == "41"
    assert not value_field(user, 2).isEnabled()
    user.press(Qt.Key.Key_Escape)
    await user.idle()
    assert not user.tab.form.isVisible()


async def test_a_cancelled_question_gives_the_focus_back_to_the_editor(user: User) -> None:
    await asked(user, "select $1::int")
    await until(lambda: user.tab.form.isAncestorOf(user.focus), "the form has the focus")
    user.trigger("query.cancel")
    await user.idle()
    assert not user.tab.form.isVisible()
    assert user.editor.hasFocus()


async def test_a_value_never_becomes_part_of_the_statement(user: User) -> None:
    await asked(user, "select $1::text")
    value_field(user, 1).setText("'; drop table t; --")
    user.press(Qt.Key.Key_Return)
    await user.idle()
    assert user.cell(0) == "'; drop table t; --"


# COPY


async def test_copy_from_stdin_asks_for_a_file(user: User, outside: Session, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(b"1,one\n2,two\n")
    await user.run("create table t (n int, s text)")
    await user.start("copy t from stdin (format csv)")
    await user.choose(file)
    await user.idle()
    assert "COPY 2" in user.messages
    assert await value(outside, "select string_agg(n || s, ' ' order by n) from t") == "1one 2two"


async def test_giving_up_the_file_leaves_the_tab_usable(user: User) -> None:
    await user.run("create table t (n int)")
    await user.start("copy t from stdin")
    (await user.dialog("fileQuestion")).reject()
    await user.idle()
    await user.run("select 1")
    assert user.cell(0) == "1"


async def test_cancelling_while_a_file_is_asked_for_takes_the_question_away(user: User) -> None:
    await user.run("create table t (n int)")
    await user.start("copy t from stdin")
    await user.dialog("fileQuestion")
    user.trigger("query.cancel")
    await user.idle()
    await until(lambda: not user.dialogs(), "the question is gone")


async def test_place_of_an_error_comes_into_view_and_the_caret_stays(user: User) -> None:
    script = "select 1;\n" + "-- a line\n" * 299 + f"select '{'x' * 900}', nowhere;\n"
    await user.run(script, "query.run_all")
    visible = [block.blockNumber() for block, _area in visible_lines(user.editor)]
    assert 300 in visible
    error = user.editor.marks.error
    assert error is not None
    start = QTextCursor(error.cursor)
    start.setPosition(error.cursor.selectionStart())
    assert user.editor.viewport().rect().contains(user.editor.cursorRect(start).topLeft())
    assert user.editor.caret() == 0
    assert re.search("^  Line +301$", user.messages, re.MULTILINE)
