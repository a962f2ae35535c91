"""Shows one value whole: as text, as JSON laid out, or as bytes; opened from a grid, it never blocks.

What a value is comes from its column's type. A huge value is shown from its beginning, and further at a press, and
counted in slices; nothing holds it whole. What is copied is always the whole of what the server sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, QTimer, Signal
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
from pgconsole.core.long_cell import LongCell
from pgconsole.core.plain_text import cut_line, visible_block
from pgconsole.core.wording import format_count
from pgconsole.ui.gradual_text import GradualText
from pgconsole.ui.theme import GAP_S, GAP_XS, data_font, figures_font, theme_of
from pgconsole.ui.window.status_words import thousands

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


@dataclass(slots=True)
class _Size:
    """How much of a value was counted, and whether that is all of it."""

    chars: int = 0
    size_bytes: int = 0
    newlines: int = 0
    is_whole: bool = False

    def add(self, text: str) -> None:
        self.chars += len(text)
        self.size_bytes += len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
        self.newlines += text.count("\n")


def forms_of(column: Column, value: str | None) -> tuple[Form, ...]:
    """Return the forms that suit a value, of which the beginning is enough, the best one first."""
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
        self._column: Column | None = None
        self._value: str | LongCell | None = None
        self._head = ""
        """What was read of the value's beginning, to be shown."""
        self._slices: Iterator[str] = iter(())
        """What follows on it."""
        self._counted = _Size()
        self._uncounted: Iterator[str] = iter(())
        self._counting = QTimer(self, interval=0)
        self._counting.timeout.connect(self._count_slice)
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

    def show_value(self, column: Column, row: int, value: str | LongCell | None) -> None:
        """Show a value of a row, counted from 0; None is NULL."""
        self._column, self._value = column, value
        self._head, self._slices = "", _slices_of(value)
        self._counted, self._uncounted = _Size(), _slices_of(value)
        name = cut_line(column.name, _TITLE_CHARS)
        self._title.setText(f"{name}  ·  {cut_line(column.type_name, _TITLE_CHARS)}  ·  row {_count(row + 1)}")
        self._form.clear()
        for form in forms_of(column, None if value is None else self._beginning(PREVIEW_CHARS)):
            self._form.addItem(form.value, form)
        self._form.setVisible(self._form.count() > 1)
        self._copy.setEnabled(value is not None)
        if isinstance(value, LongCell):
            self._counting.start()
        else:
            self._count_slice()
        self._show_from_start()

    def clear(self) -> None:
        """Show nothing and let the value go."""
        self._counting.stop()
        self._value, self._head, self._slices, self._uncounted = None, "", iter(()), iter(())
        self._title.clear()
        self._size.clear()
        self._text.show_text("")
        self._more.hide()
        self._copy.setEnabled(False)

    def copy(self) -> None:
        """Copy the whole value as the server sent it, whatever form is shown."""
        if self._value is not None:
            QGuiApplication.clipboard().setText("".join(_slices_of(self._value)))

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
        is_dear = self._form.currentData() is Form.JSON or _has_long_line(self._beginning(PREVIEW_CHARS))
        self._preview_chars = SHORT_PREVIEW_CHARS if is_dear else PREVIEW_CHARS
        self._shown_chars = self._preview_chars
        self._set_wrap()
        self._show()
        self._dress()

    def _show_more(self) -> None:
        self._shown_chars += self._preview_chars
        self._show()

    def _beginning(self, chars: int) -> str:
        """The first characters of the value, read as far as they are wanted."""
        while len(self._head) < chars and (text := next(self._slices, None)) is not None:
            self._head += text
        return self._head[:chars]

    def _show(self) -> None:
        beginning = self._beginning(self._shown_chars + 1)
        is_cut = len(beginning) > self._shown_chars
        beginning = beginning[: self._shown_chars]
        self._text.show_text("NULL" if self._value is None else self._formed(beginning, is_cut=is_cut))
        self._more.setVisible(is_cut)
        self._tell_more()

    def _count_slice(self) -> None:
        text = next(self._uncounted, None)
        if text is not None:
            self._counted.add(text)
        if text is None or not isinstance(self._value, LongCell):
            self._counting.stop()
            self._counted.is_whole = True
            self._tell_more()
        if self._column is not None:
            self._size.setText(_size_text(self._column, self._head[:2], self._value is None, self._counted))

    def _tell_more(self) -> None:
        """Say how much more a press shows, and of how much where that is counted."""
        left = max(0, self._counted.chars - self._shown_chars)
        if self._counted.is_whole:
            self._more.setText(f"Show {_count(min(left, self._preview_chars))} more of {_count(left)} characters")
        else:
            self._more.setText(f"Show {_count(self._preview_chars)} more characters")

    def _formed(self, text: str, *, is_cut: bool) -> str:
        form = self._form.currentData()
        if form is Form.HEX:
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
    return format_count(number, thousands(QLocale()))


def _slices_of(value: str | LongCell | None) -> Iterator[str]:
    if isinstance(value, LongCell):
        return value.slices()
    return iter(() if value is None else (value,))


def _size_text(column: Column, beginning: str, is_null: bool, size: _Size) -> str:
    if is_null:
        return "NULL: no value"
    so_far = "" if size.is_whole else " so far"
    if column.type_oid == _BYTEA_OID and is_hex_bytea(beginning):
        return f"{_count(size.chars // 2 - 1)} bytes{so_far}"
    told = f"{_count(size.chars)} characters, {_count(size.size_bytes)} bytes"
    return (f"{told}, {_count(size.newlines + 1)} lines" if size.newlines else told) + so_far
