"""Paints the cells of the table of messages: one call a cell, so that a flood is painted in a few milliseconds."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pgconsole.core.message_filter import Matcher
from pgconsole.core.message_log import Gap, Message
from pgconsole.ui.channel_colours import channel_colour, paint_dot
from pgconsole.ui.message_model import CHANNEL, PAYLOAD, SENDER, TIME, MessageModel, clock_text, gap_line, is_malformed
from pgconsole.ui.theme import FOCUS_RING, GAP_S, GRID_ROW_HEIGHT, Theme, theme_of

_PADDING = 6
_DOT_WIDTH = 16
_MARK = "not JSON"


class MessagePainter(QStyledItemDelegate):
    """Dresses rows by what they are: a message, one that is looked for, malformed JSON, a gap."""

    def __init__(self, model: MessageModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.highlights: Matcher | None = None
        """Whose rows stand out; None for none."""
        self.is_muted: Callable[[str], bool] = lambda _channel: False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line."""
        return QSize(120, GRID_ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        entry = self._model.entry(index.row())
        widget = option.widget
        assert isinstance(widget, QWidget)
        theme, cell = theme_of(widget), option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if isinstance(entry, Gap):
            _paint_gap(painter, theme, cell, entry, index.column(), is_selected)
            return
        if entry is None:
            return
        if is_selected:
            painter.fillRect(cell, theme.selection)
        elif self.highlights is not None and self.highlights(entry.channel, entry.payload):
            painter.fillRect(cell, theme.current_line)
            painter.fillRect(QRect(cell.left(), cell.top(), FOCUS_RING, cell.height()), theme.warning)
        self._paint_text(painter, theme, cell, entry, index, is_selected)
        painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.sunken)

    def _paint_text(
        self,
        painter: QPainter,
        theme: Theme,
        cell: QRect,
        entry: Message,
        index: QModelIndex | QPersistentModelIndex,
        is_selected: bool,
    ) -> None:
        column = index.column()
        text_cell = cell.adjusted(_PADDING, 0, -_PADDING, 0)
        if column == TIME:
            _draw(painter, text_cell, clock_text(entry.time_s), theme.text if is_selected else theme.text_second)
        elif column == CHANNEL:
            centre = QPointF(cell.left() + _PADDING + _DOT_WIDTH / 2 - 2, cell.center().y() + 0.5)
            paint_dot(painter, centre, channel_colour(theme, self._model.colour(entry)))
            _draw(painter, text_cell.adjusted(_DOT_WIDTH, 0, 0, 0), str(index.data()), theme.text)
        elif column == SENDER:
            faint = theme.text if is_selected else theme.text_second
            _draw(painter, text_cell, self._model.sender_text(entry), faint)
        else:
            if is_malformed(entry):
                width = painter.fontMetrics().horizontalAdvance(_MARK)
                mark = QRect(text_cell.right() - width, cell.top(), width + 1, cell.height())
                _draw(painter, mark, _MARK, theme.text if is_selected else theme.warning)
                text_cell.setRight(mark.left() - GAP_S)
            _draw(painter, text_cell, self._model.payload_line(index.row(), entry), theme.text)


def _paint_gap(painter: QPainter, theme: Theme, cell: QRect, gap: Gap, column: int, is_selected: bool) -> None:
    painter.fillRect(cell, theme.selection if is_selected else theme.sunken)
    for y in (cell.top(), cell.bottom()):
        painter.fillRect(QRect(cell.left(), y, cell.width(), 1), theme.warning)
    colour = theme.text if is_selected else theme.warning
    text_cell = cell.adjusted(_PADDING, 0, -_PADDING, 0)
    if column == TIME:
        _draw(painter, text_cell, clock_text(gap.began_s), colour)
    elif column == PAYLOAD:
        _draw(painter, text_cell, gap_line(gap), colour)


def _draw(painter: QPainter, cell: QRect, text: str, colour: QColor) -> None:
    if cell.width() <= 0:
        return
    # Cutting costs as much as the text is long: what can't be seen is left out before.
    shown = text[: cell.width() // 3 + 1]
    metrics = painter.fontMetrics()
    if len(shown) < len(text) or metrics.horizontalAdvance(shown) > cell.width():
        shown = metrics.elidedText(shown + "…" * (len(shown) < len(text)), Qt.TextElideMode.ElideRight, cell.width())
    painter.setPen(colour)
    painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
