"""Questions that open without blocking, and are answered by a click, a key or by going away."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from pgconsole.ui.icons import icon
from pgconsole.ui.questions import Question, ask_text, choose_file, confirm
from tests.fixtures.waiting import until

HOSTILE = "<img src=x> & <b>bold</b>"


@pytest.fixture
def window() -> Iterator[QWidget]:
    window = QWidget()
    window.resize(600, 400)
    window.show()
    yield window
    window.close()
    window.deleteLater()


async def opened(window: QWidget, kind: type[QDialog]) -> QDialog:
    await until(lambda: any(each.isVisible() for each in window.findChildren(kind)), "the question is open")
    return next(each for each in window.findChildren(kind) if each.isVisible())


def is_alone(window: QWidget) -> bool:
    return not [each for each in window.findChildren(QDialog) if each.isVisible()]


async def test_only_the_named_button_agrees(window: QWidget) -> None:
    for agrees in (True, False):
        asked = asyncio.ensure_future(confirm(window, "Sure?", "It is lost.", yes="Lose it"))
        box = await opened(window, QMessageBox)
        assert isinstance(box, QMessageBox)
        buttons = {button.text().replace("&", ""): button for button in box.buttons()}
        assert box.defaultButton() is buttons["Cancel"]
        buttons["Lose it" if agrees else "Cancel"].click()
        assert await asked is agrees
        assert is_alone(window)


async def test_esc_and_enter_keep_what_could_be_lost(window: QWidget) -> None:
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        asked = asyncio.ensure_future(confirm(window, "Sure?", "It is lost.", yes="Lose it"))
        box = await opened(window, QMessageBox)
        QTest.keyClick(box, key)
        assert await asked is False


async def test_names_are_shown_as_they_are(window: QWidget) -> None:
    asked = asyncio.ensure_future(confirm(window, HOSTILE, HOSTILE, yes="Yes"))
    box = await opened(window, QMessageBox)
    labels = [label for label in box.findChildren(QLabel) if label.text() == HOSTILE]
    assert len(labels) == 2
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    box.reject()
    assert await asked is False


async def test_a_line_is_answered_or_given_up(window: QWidget) -> None:
    asked = asyncio.ensure_future(ask_text(window, HOSTILE, "before"))
    dialog = await opened(window, QInputDialog)
    assert isinstance(dialog, QInputDialog)
    assert dialog.textValue() == "before"
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    dialog.setTextValue("after")
    dialog.accept()
    assert await asked == "after"
    asked = asyncio.ensure_future(ask_text(window, "Name", "before"))
    (await opened(window, QInputDialog)).reject()
    assert await asked is None


async def test_a_file_is_chosen_or_not(window: QWidget, tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("select 1")
    asked = asyncio.ensure_future(choose_file(window, "Open", "All files (*)"))
    dialog = await opened(window, QFileDialog)
    assert isinstance(dialog, QFileDialog)
    name = dialog.findChild(QLineEdit)
    assert name is not None
    name.setText(str(file))
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert await asked == file
    asked = asyncio.ensure_future(choose_file(window, "Open", "All files (*)"))
    again = await opened(window, QFileDialog)
    assert isinstance(again, QFileDialog)
    assert Path(again.directory().absolutePath()) == tmp_path
    again.reject()
    assert await asked is None


async def test_a_name_to_save_under_is_proposed(window: QWidget) -> None:
    asked = asyncio.ensure_future(choose_file(window, "Save", "All files (*)", save_as="Query 1.sql"))
    dialog = await opened(window, QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "Query 1.sql"
    dialog.reject()
    assert await asked is None


async def test_cancelling_the_wait_closes_the_question(window: QWidget) -> None:
    asked = asyncio.ensure_future(confirm(window, "Sure?", "", yes="Yes"))
    await opened(window, QMessageBox)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert is_alone(window)


def test_buttons_have_words_alone(window: QWidget) -> None:
    box = Question(window)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    cancel.setIcon(icon("close", box))
    box.open()
    assert cancel.icon().isNull()
    box.close()


async def test_safe_answer_stays_chosen_through_a_change_of_theme(window: QWidget, qapp: QApplication) -> None:
    asked = asyncio.ensure_future(confirm(window, "Sure?", "It is lost.", yes="Lose it"))
    box = await opened(window, QMessageBox)
    assert isinstance(box, QMessageBox)
    cancel = box.defaultButton()
    lose = next(button for button in box.buttons() if button is not cancel)
    lose.setFocus()
    box.setStyleSheet("QPushButton { padding: 1px }")
    await until(cancel.hasFocus, "the safe answer has the focus")
    assert cancel.isDefault()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert await asked is False
