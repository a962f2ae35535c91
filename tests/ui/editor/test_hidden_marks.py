"""Hidden characters are outlined and named in the editor."""

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from pgconsole.ui.editor.hidden_marks import hidden_at
from pgconsole.ui.editor.sql_editor import SqlEditor
from pgconsole.ui.theme import light, palette_of


@pytest.fixture
def editor(qtbot: QtBot) -> SqlEditor:
    editor = SqlEditor()
    qtbot.addWidget(editor)
    editor.resize(500, 200)
    editor.setPalette(palette_of(light()))
    with qtbot.waitExposed(editor):
        editor.show()
    return editor


def colours(editor: SqlEditor) -> set[str]:
    image = editor.viewport().grab().toImage()
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("hidden", ["\u00a0", "\u200b", "\u202e", "\x07", "\ufeff"])
def test_hidden_character_is_outlined(editor: SqlEditor, hidden: str) -> None:
    editor.set_script("😀 a b")
    assert light().warning.name() not in colours(editor)
    editor.set_script(f"😀 a{hidden}b")
    assert light().warning.name() in colours(editor)


def test_hidden_character_under_the_pointer_is_named(editor: SqlEditor) -> None:
    editor.set_script("😀 a\u00a0b")
    editor.go_to(3)
    spot = editor.cursorRect().center()
    spot.setX(spot.x() + 3)
    assert hidden_at(editor, spot) == "U+00A0 no-break space"
    spot.setX(spot.x() + 200)
    assert hidden_at(editor, spot) == ""
