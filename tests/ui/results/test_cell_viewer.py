"""The panel that shows one value whole."""

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.ui.gradual_text import GradualText
from pgconsole.ui.results.cell_viewer import PREVIEW_CHARS, SHORT_PREVIEW_CHARS, CellViewer, Form, forms_of

_Widget = TypeVar("_Widget", bound=QWidget)

TEXT = Column("note", 25, "text")
JSONB = Column("payload", 3802, "jsonb")
BYTEA = Column("data", 17, "bytea")


@pytest.fixture
def viewer(qtbot: QtBot) -> CellViewer:
    viewer = CellViewer()
    qtbot.addWidget(viewer)
    viewer.resize(500, 300)
    viewer.show()
    return viewer


def find(viewer: CellViewer, kind: type[_Widget], name: str) -> _Widget:
    found = viewer.findChild(kind, name)
    assert found is not None
    return found


def shown(viewer: CellViewer, qtbot: QtBot) -> str:
    text = find(viewer, GradualText, "cellViewerText")
    qtbot.waitUntil(lambda: text.is_complete)
    return text.toPlainText()


def size(viewer: CellViewer) -> str:
    return find(viewer, QLabel, "cellViewerSize").text().replace(",", "")


@pytest.mark.parametrize(
    ("column", "value", "forms"),
    [
        (TEXT, None, (Form.TEXT,)),
        (TEXT, "abc", (Form.TEXT,)),
        (TEXT, '{"a": 1}', (Form.TEXT, Form.JSON)),
        (JSONB, "1", (Form.JSON, Form.TEXT)),
        (BYTEA, "\\x00", (Form.HEX, Form.TEXT)),
        (BYTEA, "\\000", (Form.TEXT,)),
    ],
)
def test_forms_follow_type_and_value(column: Column, value: str | None, forms: tuple[Form, ...]) -> None:
    assert forms_of(column, value) == forms


def test_json_keeps_its_digits(viewer: CellViewer, qtbot: QtBot) -> None:
    viewer.show_value(JSONB, 0, '{"id": 12345678901234567890.0}')
    assert shown(viewer, qtbot) == '{\n  "id": 12345678901234567890.0\n}'


def test_bytes_are_shown_and_counted(viewer: CellViewer, qtbot: QtBot) -> None:
    viewer.show_value(BYTEA, 0, "\\x4142")
    assert shown(viewer, qtbot).startswith("00000000  41 42")
    assert size(viewer) == "2 bytes"


def test_null_is_told_as_null(viewer: CellViewer, qtbot: QtBot) -> None:
    viewer.show_value(TEXT, 0, None)
    assert size(viewer) == "NULL: no value"
    assert not find(viewer, QPushButton, "cellViewerCopy").isEnabled()
    null = viewer.grab().toImage()
    viewer.show_value(TEXT, 0, "NULL")
    assert size(viewer) == "4 characters 4 bytes"
    assert viewer.grab().toImage() != null


def test_hidden_characters_are_seen_and_copied_as_they_are(viewer: CellViewer, qtbot: QtBot) -> None:
    value = "evil\u202etxt.exe\r\n\x07 é"
    viewer.show_value(TEXT, 0, value)
    assert shown(viewer, qtbot) == "evil‹202E›txt.exe␍\n␇ é"
    assert size(viewer) == "17 characters 20 bytes 2 lines"
    viewer.copy()
    assert QGuiApplication.clipboard().text() == value


def test_a_huge_value_is_shown_from_its_beginning_and_further(viewer: CellViewer, qtbot: QtBot) -> None:
    value = ("x" * 99 + "\n") * (PREVIEW_CHARS // 50)
    viewer.show_value(TEXT, 0, value)
    assert shown(viewer, qtbot) == value[:PREVIEW_CHARS]
    more = find(viewer, QPushButton, "cellViewerMore")
    assert more.isVisible()
    more.click()
    assert shown(viewer, qtbot) == value[: 2 * PREVIEW_CHARS]
    more.click()
    assert shown(viewer, qtbot) == value
    assert not more.isVisible()


@pytest.mark.parametrize(("column", "value"), [(TEXT, "x" * 500_000), (JSONB, "[" + "123," * 100_000 + "1]")])
def test_what_costs_more_to_lay_out_begins_shorter(
    viewer: CellViewer, qtbot: QtBot, column: Column, value: str
) -> None:
    viewer.show_value(column, 0, value)
    assert "".join(shown(viewer, qtbot).split()) == value[:SHORT_PREVIEW_CHARS]


def test_a_cut_dump_goes_on_where_it_ended(viewer: CellViewer, qtbot: QtBot) -> None:
    value = "\\x" + "ab" * 200_000
    viewer.show_value(BYTEA, 0, value)
    before = shown(viewer, qtbot)
    while find(viewer, QPushButton, "cellViewerMore").isVisible():
        find(viewer, QPushButton, "cellViewerMore").click()
    after = shown(viewer, qtbot)
    assert after.startswith(before)
    assert after.count("\n") == 200_000 // 16 - 1


def test_escape_asks_to_be_closed(viewer: CellViewer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(viewer.closed):
        QTest.keyClick(viewer, Qt.Key.Key_Escape)
    with qtbot.waitSignal(viewer.closed):
        QTest.keyClick(find(viewer, GradualText, "cellViewerText"), Qt.Key.Key_Escape)


def test_a_cleared_panel_shows_nothing(viewer: CellViewer, qtbot: QtBot) -> None:
    viewer.show_value(TEXT, 0, "abc")
    viewer.clear()
    assert shown(viewer, qtbot) == ""
    assert size(viewer) == ""


def test_a_long_cell_is_counted_and_never_held_whole(
    viewer: CellViewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RowStore(1, memory_budget=1 << 20)
    value = "é" * (3 << 20) + "\n"
    store.append_rows([(value,)])
    long = store.long_cell(0, 0)
    assert long is not None
    read: list[int] = []
    whole_read = long.log.read

    def count(start: int, end: int) -> bytes:
        read.append(end - start)
        return whole_read(start, end)

    monkeypatch.setattr(long.log, "read", count)
    viewer.show_value(TEXT, 0, long)
    assert sum(read) <= 2 << 20
    assert find(viewer, QPushButton, "cellViewerMore").text().endswith(" more characters")
    counted = "3145729 characters 6291457 bytes 2 lines"
    qtbot.waitUntil(lambda: size(viewer) == counted)
    assert find(viewer, QPushButton, "cellViewerMore").text().replace(",", "").endswith(" more of 3080193 characters")
    assert shown(viewer, qtbot) == value[:SHORT_PREVIEW_CHARS]
    QTest.mouseClick(find(viewer, QPushButton, "cellViewerCopy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == value
    viewer.clear()
    store.close()
