"""Text that fills in slices."""

from PySide6.QtGui import QTextOption
from pytestqt.qtbot import QtBot

from pgconsole.ui.gradual_text import GradualText

LINES = "".join(f"line {number}\n" for number in range(10_000))


def test_the_first_slice_is_there_at_once_and_the_rest_follows(qtbot: QtBot) -> None:
    text = GradualText()
    qtbot.addWidget(text)
    text.show_text(LINES)
    assert text.toPlainText() == LINES[: len(text.toPlainText())] != ""
    assert not text.is_complete
    qtbot.waitUntil(lambda: text.is_complete)
    assert text.toPlainText() == LINES


def test_another_text_replaces_one_that_still_fills(qtbot: QtBot) -> None:
    text = GradualText()
    qtbot.addWidget(text)
    text.show_text(LINES)
    text.show_text("short")
    qtbot.waitUntil(lambda: text.is_complete)
    assert text.toPlainText() == "short"


def test_a_text_that_goes_on_keeps_its_place(qtbot: QtBot) -> None:
    text = GradualText()
    qtbot.addWidget(text)
    text.resize(200, 100)
    text.show()
    text.show_text(LINES)
    qtbot.waitUntil(lambda: text.is_complete)
    text.verticalScrollBar().setValue(5000)
    text.show_text(LINES + LINES)
    qtbot.waitUntil(lambda: text.is_complete)
    assert text.verticalScrollBar().value() == 5000
    assert text.toPlainText() == LINES + LINES


def test_a_word_without_end_is_broken_anywhere(qtbot: QtBot) -> None:
    text = GradualText()
    qtbot.addWidget(text)
    text.show_text("a few words " + "f0" * 500)
    assert text.wordWrapMode() is QTextOption.WrapMode.WrapAnywhere
    text.show_text("a few words " * 100)
    assert text.wordWrapMode() is QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
