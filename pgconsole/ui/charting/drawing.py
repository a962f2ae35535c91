"""One plot's lines, axes and marker, by pyqtgraph; loading this module loads it, and numpy.

It is put together from pyqtgraph's parts, as its `PlotItem` brings menus along that take three times as long to make as
the rest, and outlive it.
"""

from math import floor, log10
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from pgconsole.core.chart import Curve, Plot, short_number
from pgconsole.ui.charting.timeline import Timeline
from pgconsole.ui.theme import GAP_S, GAP_XS, Theme

_LINE_PX: Final = 1.0
_AXIS_PX: Final = 40
_TIME_AXIS_FROM_PX: Final = 72
"""A drawing that is lower has no axis of time: it would take the room of what stands on it."""
_TICK_PX: Final = 20
"""Ticks that are closer would have their words overlap."""
_ROOM_ABOVE: Final = 1.08


class Drawing(pg.GraphicsView):  # type: ignore[misc]
    """Draws a stretch of a timeline; says where the pointer is, and that the user moved or zoomed the time in view."""

    pointed = Signal(object)
    """The time that the pointer is at; None where it is at none."""
    moved = Signal(float, float)
    """The first and last time that the user wants to see."""

    def __init__(self, plot: Plot, parent: QWidget) -> None:
        super().__init__(parent)
        self._plot = plot
        self.setObjectName(f"chart.{plot.id}")
        self.setAccessibleName(f"{plot.title} over time")
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = pg.ViewBox(enableMenu=False)
        self._values, self._times = _ValueAxis(orientation="left"), pg.DateAxisItem(orientation="bottom")
        self._lines = {curve.name: pg.PlotCurveItem() for curve in plot.curves}
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._fill()
        self._box.sigRangeChangedManually.connect(lambda _axes: self.moved.emit(*self.span))
        self.scene().sigMouseMoved.connect(self._follow)

    def _fill(self) -> None:
        grid = pg.GraphicsLayout()
        # Half a line above and below, for the words of the highest and the lowest tick.
        grid.setContentsMargins(0, GAP_S, GAP_XS, GAP_XS)
        grid.setSpacing(0)
        self.setCentralItem(grid)
        grid.addItem(self._values, 0, 0)
        grid.addItem(self._box, 0, 1)
        grid.addItem(self._times, 1, 1)
        self._values.linkToView(self._box)
        self._times.linkToView(self._box)
        self._values.setWidth(_AXIS_PX)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.disableAutoRange()
        for line in self._lines.values():
            self._box.addItem(line)
        self._marker.hide()
        self._box.addItem(self._marker, ignoreBounds=True)

    @property
    def span(self) -> tuple[float, float]:
        """The first and last time in view."""
        first, last = self._box.viewRange()[0]
        return float(first), float(last)

    def draw(self, timeline: Timeline, first: float, last: float) -> None:
        """Draw what there is between two times, from 0 up to the highest of it."""
        highest = 0.0
        for curve in self._plot.curves:
            times, values = timeline.stretch(curve, first, last)
            self._draw(curve, times, values)
            known = values[np.isfinite(values)]
            highest = max(highest, float(known.max())) if len(known) else highest
        self._box.setRange(
            xRange=(first, last), yRange=(0, (highest or 1.0) * _ROOM_ABOVE), padding=0, disableAutoRange=True
        )

    def _draw(self, curve: Curve, times: np.ndarray, values: np.ndarray) -> None:
        line = self._lines[curve.name]
        if curve.is_stem:
            feet = np.column_stack((np.zeros_like(values), values)).ravel()
            line.setData(np.repeat(times, 2), feet, connect="pairs")
        else:
            line.setData(times, values, connect="finite")

    def mark(self, at: float | None) -> None:
        """Draw a line at a moment, or none."""
        self._marker.setVisible(at is not None)
        if at is not None:
            self._marker.setPos(at)

    def dress(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.setBackground(theme.panel)
        for axis in (self._values, self._times):
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.text_second))
        self._marker.setPen(pg.mkPen(theme.text_faint))
        for curve in self._plot.curves:
            color: QColor = getattr(theme, curve.role)
            style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
            line = self._lines[curve.name]
            line.setPen(pg.mkPen(color, width=_LINE_PX, style=style))
            if curve.is_filled:
                line.setFillLevel(0)
                line.setBrush(theme.selection)

    def _follow(self, where: QPointF) -> None:
        is_inside = self._box.sceneBoundingRect().contains(where)
        self.pointed.emit(self._box.mapSceneToView(where).x() if is_inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is nowhere any more."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Have an axis of time where there is room for one."""
        super().resizeEvent(event)
        if hasattr(self, "_times"):
            has_room = self.height() >= _TIME_AXIS_FROM_PX
            self._times.setVisible(has_room)
            self._times.setHeight(None if has_room else 0)


class _ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Values in words that fit beside the plot."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """One level of ticks, at 1, 2 or 5 times a power of ten."""
        least = (maxVal - minVal) * _TICK_PX / max(size, 1.0)
        power = 10.0 ** floor(log10(least)) if least > 0 else 1.0
        return [(next(step * power for step in (1, 2, 5, 10) if step * power >= least), 0.0)]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[Any]:
        """The words of some ticks."""
        return [short_number(value) for value in values]
