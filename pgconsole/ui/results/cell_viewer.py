"""Shows one value whole: as text, as JSON laid out, or as bytes; opened from a grid, it never blocks.

What a value is comes from its column's type. A huge value is shown from its beginning, and further at a press; what is
copied is always the whole of what the server sent.
"""

from enum import Enum
from typing import TypeVar

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.columns import Column
from pgconsole.core.hex_dump import hex_dump, is_hex_bytea
from pgconsole.core.json_layout import laid_out
from pgconsole.core.plain_text import cut_line, visible_block
from pgconsole.ui.gradual_text import GradualText
from pgconsole.ui.theme import GAP_S, GAP_XS, data_font, figures_font, theme_of

PREVIEW_CHARS = 1 << 18
"""How much of a value is shown at first, and more by each press of the button."""
SHORT_PREVIEW_CHARS = 1 << 16
"""The same for JSON and for long lines, which cost more to lay out."""

_LONG_LINE_CHARS = 1 << 14

_JSON_OIDS = frozenset({114, 3802})
_BYTEA_OID = 17
_TITLE_CHARS = 80

_Widget = TypeVar("_Widget", bound=QWidget)


class Form(Enum):
    """A way to show a value."""

    TEXT = "Text"
    JSON = "JSON"
    HEX = "Bytes"


def forms_of(column: Column, value: str | None) -> tuple[Form, ...]:
    """Return the forms that suit a value, the best one first."""
    if value is None:
        return (Form.TEXT,)
    if column.type_oid in _JSON_OIDS:
        return (Form.JSON, Form.TEXT)
    if column.type_oid == _BYTEA_OID and is_hex_bytea(value):
        return (Form.HEX, Form.TEXT)
    return (Form.TEXT, Form.JSON) if value[:1] in ("{", "[") else (Form.TEXT,)


class CellViewer(QWidget):
    """A panel for the value of one cell."""

    closed = Signal()
    """Escape or the close button was pressed; whoever opened the panel hides it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cellViewer")
        self.setAccessibleName("Value of the cell")
        self._value: str | None = None
        self._preview_chars = PREVIEW_CHARS
        self._shown_chars = 0
        self._title = _plain_label("cellViewerTitle")
        self._size = _plain_label("cellViewerSize")
        self._size.setFont(figures_font(self._size.font()))
        self._form = _named(QComboBox(), "cellViewerForm", "Show as")
        self._wrap = _named(QToolButton(), "cellViewerWrap", "Wrap lines")
        self._copy = _named(QPushButton("Copy value"), "cellViewerCopy", "Copy value")
        self._close = _named(QToolButton(), "cellViewerClose", "Close")
        self._text = _named(GradualText(), "cellViewerText", "Value")
        self._more = _named(QPushButton(), "cellViewerMore", "Show more")
        self._arrange()
        self.setFocusProxy(self._text)
        self.set_font(data_font())
        self._form.activated.connect(self._show_from_start)
        self._wrap.toggled.connect(self._set_wrap)
        self._copy.clicked.connect(self.copy)
        self._close.clicked.connect(self.closed)
        self._more.clicked.connect(self._show_more)

    def show_value(self, column: Column, row: int, value: str | None) -> None:
        """Show a value of a row, counted from 0; None is NULL."""
        self._value = value
        name = cut_line(column.name, _TITLE_CHARS)
        self._title.setText(f"{name}  ·  {cut_line(column.type_name, _TITLE_CHARS)}  ·  row {_count(row + 1)}")
        self._size.setText(_size_text(column, value))
        self._form.clear()
        for form in forms_of(column, value):
            self._form.addItem(form.value, form)
        self._form.setVisible(self._form.count() > 1)
        self._copy.setEnabled(value is not None)
        self._show_from_start()

    def clear(self) -> None:
        """Show nothing and let the value go."""
        self._value = None
        self._title.clear()
        self._size.clear()
        self._text.show_text("")
        self._more.hide()
        self._copy.setEnabled(False)

    def copy(self) -> None:
        """Copy the whole value as the server sent it, whatever form is shown."""
        if self._value is not None:
            QGuiApplication.clipboard().setText(self._value)

    def set_font(self, font: QFont) -> None:
        """Show values in another font."""
        self._null_font = QFont(font)
        self._null_font.setItalic(True)
        self._data_font = font
        self._dress()

    def sizeHint(self) -> QSize:
        """Room beside a grid."""
        return QSize(360, 320)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the interface's font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size.setFont(figures_font(self.font()))
        elif event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _arrange(self) -> None:
        self._wrap.setText("Wrap")
        self._wrap.setCheckable(True)
        self._wrap.setChecked(True)
        self._close.setText("×")
        self._close.setToolTip("Close (Esc)")
        above = QHBoxLayout()
        above.setSpacing(GAP_S)
        above.addWidget(self._title, 1)
        above.addWidget(self._form)
        above.addWidget(self._wrap)
        above.addWidget(self._copy)
        above.addWidget(self._close)
        below = QHBoxLayout()
        below.addWidget(self._size, 1)
        below.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        layout.setSpacing(GAP_XS)
        layout.addLayout(above)
        layout.addWidget(self._text, 1)
        layout.addLayout(below)
        self._more.hide()

    def _show_from_start(self) -> None:
        value = self._value or ""
        is_dear = self._form.currentData() is Form.JSON or _has_long_line(value[:PREVIEW_CHARS])
        self._preview_chars = SHORT_PREVIEW_CHARS if is_dear else PREVIEW_CHARS
        self._shown_chars = self._preview_chars
        self._set_wrap()
        self._show()
        self._dress()

    def _show_more(self) -> None:
        self._shown_chars += self._preview_chars
        self._show()

    def _show(self) -> None:
        value = self._value
        self._text.show_text("NULL" if value is None else self._formed(value[: self._shown_chars]))
        left = 0 if value is None else max(0, len(value) - self._shown_chars)
        self._more.setVisible(left > 0)
        if left:
            self._more.setText(f"Show {_count(min(left, self._preview_chars))} more of {_count(left)} characters")

    def _formed(self, text: str) -> str:
        form = self._form.currentData()
        if form is Form.HEX:
            is_cut = self._value is not None and len(text) < len(self._value)
            return hex_dump(text[: 2 + (len(text) - 2) // 32 * 32] if is_cut else text)
        return visible_block(laid_out(text) if form is Form.JSON else text)

    def _dress(self) -> None:
        """Give NULL the look of no text, and text its own; a style sheet overrules palettes here, but not formats."""
        is_null = self._value is None
        self._text.setFont(self._null_font if is_null else self._data_font)
        if is_null:
            faint = QTextCharFormat()
            faint.setForeground(theme_of(self).text_faint)
            cursor = QTextCursor(self._text.document())
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.setCharFormat(faint)

    def _set_wrap(self) -> None:
        wraps = self._wrap.isChecked() and self._form.currentData() is not Form.HEX
        mode = QPlainTextEdit.LineWrapMode
        self._text.setLineWrapMode(mode.WidgetWidth if wraps else mode.NoWrap)


def _has_long_line(text: str) -> bool:
    return max(map(len, text.split("\n"))) > _LONG_LINE_CHARS


def _named(widget: _Widget, name: str, spoken: str) -> _Widget:
    widget.setObjectName(name)
    widget.setAccessibleName(spoken)
    return widget


def _plain_label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _count(number: int) -> str:
    return QLocale().toString(number)


def _size_text(column: Column, value: str | None) -> str:
    if value is None:
        return "NULL: no value"
    if column.type_oid == _BYTEA_OID and is_hex_bytea(value):
        return f"{_count(len(value) // 2 - 1)} bytes"
    size_bytes = len(value) if value.isascii() else len(value.encode("utf-8", "surrogateescape"))
    lines = value.count("\n") + 1
    told = f"{_count(len(value))} characters, {_count(size_bytes)} bytes"
    return told if lines == 1 else f"{told}, {_count(lines)} lines"
