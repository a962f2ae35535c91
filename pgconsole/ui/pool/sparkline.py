"""Two small drawings of the pool pane: a line of the newest values, and a bar of what connections do."""

from collections.abc import Sequence
from math import isnan
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from pgconsole.ui.theme import GAP_S, GAP_XS, RADIUS, theme_of

VALUES_SHOWN: Final = 120
_LINE_PX = 1.4


class Sparkline(QWidget):
    """The newest two minutes of one figure, from 0 to their maximum; a gap is where there was none."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFixedHeight(GAP_S * 4)
        self._values: list[float] = []

    def show_values(self, values: Sequence[float]) -> None:
        """Draw these, the newest on the right."""
        self._values = list(values)[-VALUES_SHOWN:]
        known = [value for value in self._values if not isnan(value)]
        self.setAccessibleDescription(f"newest {known[-1]:.1f}, highest {max(known):.1f}" if known else "none yet")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line over a hair line at 0."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = self.height() - 1.0
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))
        highest = max((value for value in self._values if not isnan(value)), default=0.0) or 1.0
        painter.setPen(QPen(theme.accent, _LINE_PX))
        step = self.width() / (VALUES_SHOWN - 1)
        first = VALUES_SHOWN - len(self._values)
        stretch = QPolygonF()
        for number, value in enumerate(self._values):
            if isnan(value):
                painter.drawPolyline(stretch)
                stretch = QPolygonF()
                continue
            stretch.append(QPointF((first + number) * step, bottom - 1 - value / highest * (bottom - 3)))
        painter.drawPolyline(stretch)
        painter.end()


class ShareBar(QWidget):
    """A bar of coloured parts of a whole."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFixedHeight(GAP_S)
        self._parts: tuple[tuple[str, int], ...] = ()
        self._whole = 1

    def show_parts(self, parts: tuple[tuple[str, int], ...], whole: int) -> None:
        """Draw parts, each a role of the theme and a size, of a whole."""
        self._parts, self._whole = parts, max(1, whole, sum(size for _role, size in parts))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the whole, and its parts from the left."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        frame = QRectF(0, 0, self.width(), self.height())
        painter.setBrush(theme.line)
        painter.drawRoundedRect(frame, RADIUS / 2, RADIUS / 2)
        left = 0.0
        for role, size in self._parts:
            width = self.width() * size / self._whole
            color: QColor = getattr(theme, role)
            painter.fillRect(QRectF(left, 0, max(0.0, width - GAP_XS / 4), self.height()), color)
            left += width
        painter.end()
