"""The names of a chart's curves in their colours, each with its value; painted, so that no change lays anything out."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pgconsole.core.chart import Curve
from pgconsole.ui.theme import GAP_S, figures_font, theme_of

_LARGE = 1.25


class ChartLegend(QWidget):
    """One line of words and values; a curve without words is alone, and its value is written large."""

    def __init__(self, name: str, title: str, curves: Sequence[Curve], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._curves = tuple(curves)
        self._values: tuple[str, ...] = ("",) * len(curves)
        font = figures_font(self.font())
        if not curves[0].words:
            font.setPointSizeF(font.pointSizeF() * _LARGE)
            font.setWeight(QFont.Weight.Bold)
        self.setFont(font)

    @property
    def text(self) -> str:
        """What is shown."""
        return ", ".join(self._said())

    def _said(self) -> list[str]:
        pairs = zip(self._curves, self._values, strict=True)
        return [" ".join(part for part in (curve.words, value) if part) for curve, value in pairs]

    def show_values(self, values: Sequence[str]) -> None:
        """Show a value for each curve, in their order; an empty one is none."""
        if tuple(values) != self._values:
            self._values = tuple(values)
            self.setAccessibleDescription(self.text)
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(0, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write each in its colour, and cut what does not fit."""
        theme = theme_of(self)
        painter = QPainter(self)
        metrics = self.fontMetrics()
        left = 0
        for curve, said in zip(self._curves, self._said(), strict=True):
            room = self.width() - left
            if room <= 0:
                break
            painter.setPen(getattr(theme, curve.role) if curve.words else theme.text)
            shown = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(said) + GAP_S
        painter.end()
