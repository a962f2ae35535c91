"""Edits of whole lines."""

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from pgconsole.ui.editor import edits


@pytest.fixture
def editor(qtbot: QtBot) -> QPlainTextEdit:
    editor = QPlainTextEdit()
    qtbot.addWidget(editor)
    return editor


def select(editor: QPlainTextEdit, text: str, start: int, end: int) -> None:
    editor.setPlainText(text)
    cursor = editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def test_comments_stand_at_the_smallest_indentation_and_can_be_taken_back(editor: QPlainTextEdit) -> None:
    text = "  select 1\n\n    from t\nwhere"
    select(editor, text, 4, text.index("\nwhere"))
    edits.toggle_comment(editor)
    assert editor.toPlainText() == "  -- select 1\n\n  --   from t\nwhere"
    edits.toggle_comment(editor)
    assert editor.toPlainText() == text


def test_comment_without_a_space_is_taken_away_too(editor: QPlainTextEdit) -> None:
    select(editor, "--a", 0, 0)
    edits.toggle_comment(editor)
    assert editor.toPlainText() == "a"


def test_a_line_at_whose_beginning_the_selection_ends_is_left_alone(editor: QPlainTextEdit) -> None:
    select(editor, "a\nb", 0, 2)
    edits.toggle_comment(editor)
    assert editor.toPlainText() == "-- a\nb"


def test_comment_is_one_step_of_undo(editor: QPlainTextEdit) -> None:
    select(editor, "a\nb\nc", 0, 5)
    edits.toggle_comment(editor)
    editor.undo()
    assert editor.toPlainText() == "a\nb\nc"


def test_duplicate_repeats_the_lines_below(editor: QPlainTextEdit) -> None:
    select(editor, "a\nb\nc", 1, 3)
    edits.duplicate_lines(editor)
    assert editor.toPlainText() == "a\nb\na\nb\nc"
    assert (editor.textCursor().anchor(), editor.textCursor().position()) == (1, 3)


def test_tab_goes_to_the_next_step_or_moves_the_selected_lines(editor: QPlainTextEdit) -> None:
    select(editor, "ab", 2, 2)
    edits.indent(editor)
    assert editor.toPlainText() == "ab  "
    select(editor, "a\n\nb", 0, 4)
    edits.indent(editor)
    assert editor.toPlainText() == "    a\n\n    b"


def test_outdent_takes_what_there_is(editor: QPlainTextEdit) -> None:
    select(editor, "      a\n  b\n\tc\nd", 0, 16)
    edits.outdent(editor)
    assert editor.toPlainText() == "  a\nb\nc\nd"


def test_new_line_keeps_the_indentation_up_to_the_caret(editor: QPlainTextEdit) -> None:
    select(editor, "    ab", 5, 5)
    edits.new_line(editor)
    assert editor.toPlainText() == "    a\n    b"
    select(editor, "    ab", 2, 2)
    edits.new_line(editor)
    assert editor.toPlainText() == "  \n    ab"
