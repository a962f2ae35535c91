"""Lines of values for a statement: the dialog, and the run that comes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.db.session import Session
from pgconsole.ui.batch_dialog import BatchDialog
from tests.fixtures.engine import value
from tests.fixtures.waiting import until
from tests.fixtures.window import User


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[BatchDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = BatchDialog(parent)
    dialog.open()
    yield dialog
    parent.close()


def values(dialog: QWidget) -> QPlainTextEdit:
    found = dialog.findChild(QPlainTextEdit, "batchValues")
    assert found is not None
    return found


def run_button(dialog: QWidget) -> QPushButton:
    found = dialog.findChild(QPushButton, "batchRun")
    assert found is not None
    return found


def words(dialog: QWidget) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_counts_lines_and_values(dialog: BatchDialog) -> None:
    assert not run_button(dialog).isEnabled()
    values(dialog).setPlainText("1\tone\n2\ttwo")
    assert run_button(dialog).text() == "Run for 2 lines"
    assert run_button(dialog).isEnabled()
    assert "2 lines of 2 values" in words(dialog)
    values(dialog).setPlainText("1\tone\n2")
    assert "not all of the same number of values" in words(dialog)


def test_it_gives_the_lines_once_and_goes(dialog: BatchDialog, qtbot: QtBot) -> None:
    values(dialog).setPlainText("1\t\\N\n2\ttwo")
    with qtbot.waitSignal(dialog.lines_given) as given:
        run_button(dialog).click()
    assert given.args == [[("1", None), ("2", "two")]]
    assert not dialog.isVisible()


def test_a_file_is_opened(dialog: BatchDialog, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "lines.csv"
    file.write_bytes("\ufeff1,שלום\r\n2,two\r\n".encode())
    open_file(dialog, file)
    qtbot.waitUntil(lambda: "2 lines of 2 values" in words(dialog))
    assert values(dialog).toPlainText().startswith("1,שלום")


def test_a_file_that_is_no_text_is_told(dialog: BatchDialog, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "lines.bin"
    file.write_bytes(b"\xff\xfe\x00\x01")
    open_file(dialog, file)
    qtbot.waitUntil(lambda: "lines.bin could not be read" in words(dialog))


def open_file(dialog: BatchDialog, file: Path) -> None:
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    buttons["Open file…"].click()
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.reject()


# In the window


async def batch(user: User, sql: str, lines: list[str]) -> None:
    """Run a statement for each line by the dialog."""
    user.write(sql)
    user.trigger("query.batch")
    dialog = await user.dialog("batchDialog")
    values(dialog).setPlainText("\n".join(lines))
    answered = user.tab.property("answered")
    run_button(dialog).click()
    await user.property_is("answered", answered + 1)
    await user.idle()
    await until(lambda: not user.dialogs(), "the dialog is gone")


async def test_the_line_that_fails_is_named_and_all_is_undone(user: User, outside: Session) -> None:
    await user.run("create table t (n int primary key, s text)")
    lines = ["1\tone", "2\ttwo", "2\ttwo again", "3\tthree"]
    await batch(user, "insert into t values ($1, $2)", lines)
    assert "line 3" in user.messages.lower()
    assert "line 3" in user.notice.lower()
    assert await value(outside, "select count(*) from t") == "0"
    lines[2] = "4\t\\N"
    await batch(user, "insert into t values ($1, $2)", lines)
    stored = await value(outside, "select string_agg(n || coalesce(s, 'NULL'), ',' order by n) from t")
    assert stored == "1one,2two,3three,4NULL"
    assert user.tab.property("transaction") == "idle"


async def test_a_statement_with_returning_shows_what_each_line_gave(user: User) -> None:
    await user.run("create table t (n int generated always as identity, s text)")
    await batch(user, "insert into t (s) values ($1) returning n, s", ["a", "b", "c"])
    assert [user.cell(row, 1) for row in range(3)] == ["a", "b", "c"]
    assert user.grid.property("rowsFinal") is True


async def test_a_line_of_too_few_values_is_refused(user: User) -> None:
    await user.run("create table t (n int, s text)")
    await batch(user, "insert into t values ($1, $2)", ["1\tone", "2"])
    assert "line 2" in user.messages.lower()
    await user.run("select count(*) from t")
    assert user.cell(0) == "0"


def test_tab_moves_on_and_ctrl_enter_runs(dialog: BatchDialog, qtbot: QtBot) -> None:
    text = values(dialog)
    text.setPlainText("1,one")
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert not text.hasFocus()
    assert text.toPlainText() == "1,one"
    text.setFocus()
    with qtbot.waitSignal(dialog.lines_given) as given:
        QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert given.args == [[("1", "one")]]


async def test_lines_are_there_again_after_an_error(user: User) -> None:
    await batch(user, "select $1::int", ["1", "no number"])
    user.trigger("query.batch")
    dialog = await user.dialog("batchDialog")
    assert values(dialog).toPlainText() == "1\nno number"
    dialog.reject()
    await until(lambda: not user.dialogs(), "the dialog is gone")
