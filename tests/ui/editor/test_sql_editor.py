"""The SQL editor: offsets in code points, marks, exact text, and scripts of any size."""

from time import process_time

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pgconsole.ui.editor.sql_editor import SqlEditor
from pgconsole.ui.theme import dark, light, palette_of

EMOJI_SCRIPT = "select '😀';\nselect 'é𝒳', nope;\n"


@pytest.fixture
def editor(qtbot: QtBot) -> SqlEditor:
    editor = SqlEditor()
    qtbot.addWidget(editor)
    editor.resize(700, 400)
    editor.setPalette(palette_of(light()))
    with qtbot.waitActive(editor):
        editor.show()
    return editor


def place(editor: SqlEditor, offset: int) -> None:
    editor.go_to(offset)


def marked(editor: SqlEditor) -> str | None:
    """The text under the error's mark."""
    error = editor.marks.error
    return None if error is None else error.cursor.selectedText()


def line_colors(editor: SqlEditor, line: int) -> dict[str, str]:
    """Each coloured stretch of a line with its colour; lines are numbered from 0."""
    block = editor.document().findBlockByNumber(line)
    units = block.text().encode("utf-16-le")
    return {
        units[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le"): span.format.foreground()
        .color()
        .name()
        for span in block.layout().formats()
    }


def test_caret_and_selection_are_in_code_points_behind_emoji(editor: SqlEditor) -> None:
    editor.set_script(EMOJI_SCRIPT)
    start = EMOJI_SCRIPT.index("nope")
    editor.select(start, start + 4)
    assert editor.textCursor().selectedText() == "nope"
    assert editor.selection() == (start, start + 4)
    assert editor.caret() == start + 4
    editor.go_to(start)
    assert (editor.caret(), editor.selection()) == (start, None)


def test_script_is_exact_where_qt_would_make_spaces_and_newlines(editor: SqlEditor) -> None:
    text = "select 'a\u00a0b\u2028c', '\u202e', '\ufeff'"
    editor.set_script(text)
    assert editor.script() == text


def test_copied_text_keeps_no_break_spaces(editor: SqlEditor) -> None:
    editor.set_script("a\u00a0b\nc")
    editor.selectAll()
    assert editor.createMimeDataFromSelection().text() == "a\u00a0b\nc"


def test_shift_enter_breaks_the_line_like_enter(editor: SqlEditor) -> None:
    editor.set_script("  a")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor, "b")
    assert editor.script() == "  a\n  b"


def test_rich_text_is_pasted_as_plain_text(editor: SqlEditor) -> None:
    pasted = QMimeData()
    pasted.setHtml("<b>select</b> 1")
    pasted.setText("select 1;\n")
    editor.insertFromMimeData(pasted)
    assert editor.script() == "select 1;\n"


def test_statement_at_the_caret_is_marked_after_a_pause(editor: SqlEditor, qtbot: QtBot) -> None:
    editor.set_script("select 1;\n\nselect 2,\n  3;\n")
    place(editor, 12)
    qtbot.waitUntil(lambda: editor.statement_lines == (2, 3))
    place(editor, 3)
    assert editor.statement_lines == (0, 0)


def test_error_is_marked_where_the_server_stumbled_behind_emoji(editor: SqlEditor) -> None:
    editor.set_script(EMOJI_SCRIPT)
    start = EMOJI_SCRIPT.index("nope")
    editor.mark_error(start, start + 4, 'column "nope" does not exist')
    assert marked(editor) == "nope"
    assert editor.marks.error_line == 1


def test_error_at_a_point_takes_in_its_word(editor: SqlEditor) -> None:
    editor.set_script("select * form t")
    editor.mark_error(9, 9, "syntax error")
    assert marked(editor) == "form"


def test_error_at_the_end_takes_in_the_character_before_it(editor: SqlEditor) -> None:
    editor.set_script("select (")
    editor.mark_error(8, 8, "syntax error at end of input")
    assert marked(editor) == "("


def test_editing_there_clears_the_error_and_editing_elsewhere_keeps_it(editor: SqlEditor) -> None:
    editor.set_script("select 1;\nselect nope;\n")
    editor.mark_error(17, 21, "no such column")
    place(editor, 0)
    QTest.keyClicks(editor, "-- new")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert marked(editor) == "nope"
    assert editor.marks.error_line == 2
    place(editor, editor.script().index("nope") + 2)
    QTest.keyClicks(editor, "x")
    assert marked(editor) is None
    assert editor.marks.error_line is None


def test_clear_marks_takes_the_error_away(editor: SqlEditor) -> None:
    editor.set_script("select nope")
    editor.mark_error(7, 11, "no")
    editor.clear_marks()
    assert marked(editor) is None


def test_words_strings_numbers_and_comments_have_their_colours(editor: SqlEditor) -> None:
    editor.set_script("select '😀', 12 from f(x) -- note")
    assert line_colors(editor, 0) == {
        "select": light().keyword.name(),
        "'😀'": light().string.name(),
        "12": light().number.name(),
        "from": light().keyword.name(),
        "f": light().function.name(),
        "-- note": light().comment.name(),
    }


def test_opening_a_comment_recolours_the_lines_below_and_closing_it_too(editor: SqlEditor) -> None:
    editor.set_script("\nselect 1\nselect 2")
    QTest.keyClicks(editor, "/*")
    assert line_colors(editor, 2) == {"select 2": light().comment.name()}
    QTest.keyClicks(editor, "*/")
    assert line_colors(editor, 2)["select"] == light().keyword.name()


def test_colours_follow_the_palette(editor: SqlEditor) -> None:
    editor.set_script("select 1")
    editor.setPalette(palette_of(dark()))
    assert line_colors(editor, 0)["select"] == dark().keyword.name()


@pytest.mark.parametrize("place", ["c1999", "here"], ids=["within it", "below it"])
def test_a_place_comes_into_view_where_a_long_line_takes_many_on_the_screen(editor: SqlEditor, place: str) -> None:
    text = "select " + ", ".join(f"{n} as c{n}" for n in range(2000)) + "\n" * 300 + "here" + "\n" * 300
    editor.set_script(text)
    start = text.index(place)
    editor.mark_error(start, start + len(place), "wrong")
    assert editor.marks.error is not None
    editor.show_error()
    assert 0 <= editor.cursorRect(editor.marks.error.cursor).top() < editor.viewport().height()


def test_a_script_of_ten_megabytes_stays_editable(editor: SqlEditor, qtbot: QtBot) -> None:
    line = "insert into measurements values (12345, 'some text of a usual length', 3.14);\n"
    editor.set_script(line * (10_000_000 // len(line)))
    place(editor, 5_000_000)
    QApplication.processEvents()
    started = process_time()
    QTest.keyClicks(editor, "selec")
    keystroke_s = (process_time() - started) / 5
    assert keystroke_s < 0.1
    assert editor.statement_lines is None


def test_lines_that_scroll_into_view_have_their_colours(editor: SqlEditor) -> None:
    editor.set_script("select 1;\n" * 5000)
    assert line_colors(editor, 4000) == {}
    editor.verticalScrollBar().setValue(3995)
    assert line_colors(editor, 4000)["select"] == light().keyword.name()


def test_quote_opened_at_the_top_reaches_the_end_beside_the_event_loop(editor: SqlEditor, qtbot: QtBot) -> None:
    editor.set_script("\n" + "select 1;\n" * 20_000)
    QTest.keyClicks(editor, "'")
    editor.verticalScrollBar().setValue(editor.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: line_colors(editor, 19_995) == {"select 1;": light().string.name()})


def test_bracket_and_partner_are_marked_and_those_in_strings_are_not(editor: SqlEditor) -> None:
    editor.set_script("f(')', g(1))")
    place(editor, 2)
    assert bracket_spans(editor) == [(1, 2), (11, 12)]
    place(editor, 4)
    assert bracket_spans(editor) == []


def bracket_spans(editor: SqlEditor) -> list[tuple[int, int]]:
    """Where single characters are marked."""
    marks = editor.extraSelections()
    spans = [(mark.cursor.selectionStart(), mark.cursor.selectionEnd()) for mark in marks]
    return [(start, end) for start, end in spans if end - start == 1]


def test_format_lays_out_the_statement_at_the_caret_alone(editor: SqlEditor) -> None:
    editor.set_script("select 1;\nSELECT a FROM t;\n")
    place(editor, 12)
    assert editor.format_statement()
    assert editor.script() == "select 1;\nselect a\nfrom t;\n"
    editor.undo()
    assert editor.script() == "select 1;\nSELECT a FROM t;\n"


def test_focus_by_keyboard_shows_a_ring_and_by_mouse_does_not(editor: SqlEditor) -> None:
    editor.clearFocus()
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    assert editor.property("focusVisible") is True
    editor.clearFocus()
    assert editor.property("focusVisible") is False
    editor.setFocus(Qt.FocusReason.MouseFocusReason)
    assert editor.property("focusVisible") is False


def test_a_long_line_is_wrapped_between_words(editor: SqlEditor) -> None:
    editor.set_script("select " + ", ".join(f"column_{number}" for number in range(100)))
    layout = editor.document().firstBlock().layout()
    assert layout.lineCount() > 5
    assert editor.horizontalScrollBar().maximum() == 0
