"""A table is found among many by a part of its name."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.table_description import TableName
from pgconsole.ui.importing.table_box import TableBox

_TABLES = [TableName("public", f"log_{number:04}") for number in range(2000)]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def box(window: QWidget, qtbot: QtBot) -> TableBox:
    box = TableBox("importTarget", "Table to load", window)
    layout = QVBoxLayout(window)
    layout.addWidget(box)
    layout.addWidget(QLineEdit(window))
    box.show_choices((table, table.table) for table in _TABLES)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    box.setFocus()
    return box


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)


def _type(box: TableBox, text: str) -> QLineEdit:
    line = box.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(box, text)
    return line


def test_enter_chooses_the_only_table_that_has_what_was_typed(box: TableBox) -> None:
    chosen: list[object] = []
    box.chosen.connect(chosen.append)
    line = _type(box, "1234")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert chosen == [TableName("public", "log_1234")]
    assert line.text() == "log_1234"


def test_list_below_has_those_that_contain_it(box: TableBox) -> None:
    _type(box, "_19")
    completer = box.completer()
    assert completer is not None
    assert completer.completionCount() == 100


def test_what_fits_several_chooses_none_and_leaving_brings_the_chosen_back(box: TableBox) -> None:
    chosen: list[object] = []
    box.chosen.connect(chosen.append)
    line = _type(box, "_19")
    completer = box.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    popup.hide()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert chosen == []
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert line.text() == "log_0000"
    assert box.window().isVisible()
    QTest.keyClicks(box, "9")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert line.text() == "log_0000"
    assert box.value() == TableName("public", "log_0000")
