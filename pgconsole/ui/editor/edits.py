"""Edits of whole lines in a plain-text editor, each one step of undo: comment, duplicate, indent, new line."""

import re

from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

INDENT = 4
"""Spaces that Tab inserts or Shift+Tab takes away."""

_LEADING = re.compile(r"[ \t]*")


def toggle_comment(editor: QPlainTextEdit) -> None:
    """Put `-- ` before each selected line, or take it away where every line with text has it; blank lines stay."""
    cursor = editor.textCursor()
    blocks = [block for block in _selected_blocks(cursor) if block.text().strip()]
    if not blocks:
        return
    cursor.beginEditBlock()
    if all(block.text().lstrip().startswith("--") for block in blocks):
        for block in blocks:
            at = _indent_of(block.text())
            mark = 3 if block.text()[at:].startswith("-- ") else 2
            _replace(cursor, block, at, mark, "")
    else:
        column = min(_indent_of(block.text()) for block in blocks)
        for block in blocks:
            _replace(cursor, block, column, 0, "-- ")
    cursor.endEditBlock()


def duplicate_lines(editor: QPlainTextEdit) -> None:
    """Repeat the selected lines, or the caret's, below themselves; caret and selection stay where they are."""
    cursor = editor.textCursor()
    anchor, position = cursor.anchor(), cursor.position()
    blocks = _selected_blocks(cursor)
    text = "\n".join(block.text() for block in blocks)
    last = blocks[-1]
    cursor.setPosition(last.position() + last.length() - 1)
    cursor.insertText("\n" + text)
    cursor.setPosition(anchor)
    cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def indent(editor: QPlainTextEdit) -> None:
    """Move the lines of a selection one step to the right, or insert spaces up to the next step at the caret."""
    cursor = editor.textCursor()
    if not cursor.hasSelection():
        cursor.insertText(" " * (INDENT - cursor.positionInBlock() % INDENT))
        return
    cursor.beginEditBlock()
    for block in _selected_blocks(cursor):
        if block.text().strip():
            _replace(cursor, block, 0, 0, " " * INDENT)
    cursor.endEditBlock()


def outdent(editor: QPlainTextEdit) -> None:
    """Move the selected lines, or the caret's, one step to the left as far as they have room."""
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    for block in _selected_blocks(cursor):
        text = block.text()
        count = 1 if text.startswith("\t") else min(_spaces_of(text), INDENT)
        if count:
            _replace(cursor, block, 0, count, "")
    cursor.endEditBlock()


def new_line(editor: QPlainTextEdit) -> None:
    """Break the line at the caret, with the indentation of the line that it leaves."""
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    leading = _LEADING.match(cursor.block().text()[: cursor.positionInBlock()])
    cursor.insertText("\n" + (leading[0] if leading else ""))
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()


def _selected_blocks(cursor: QTextCursor) -> list[QTextBlock]:
    """The lines that a selection touches; a last line of which nothing is selected is not among them."""
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    if last.position() == cursor.selectionEnd() and last.blockNumber() > first.blockNumber():
        last = last.previous()
    blocks = [first]
    while blocks[-1].blockNumber() < last.blockNumber():
        blocks.append(blocks[-1].next())
    return blocks


def _replace(owner: QTextCursor, block: QTextBlock, column: int, removed: int, text: str) -> None:
    cursor = QTextCursor(owner.document())
    cursor.setPosition(block.position() + column)
    cursor.setPosition(block.position() + column + removed, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text)


def _indent_of(text: str) -> int:
    return len(text) - len(text.lstrip())


def _spaces_of(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
