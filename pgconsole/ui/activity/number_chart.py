"""A small chart of one number over time, by pyqtgraph; imported only once that library is there."""

from collections.abc import Sequence
from typing import Any, Final

import pyqtgraph
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from pgconsole.core.activity_words import age_text
from pgconsole.core.measures import SHOWN_S, Measure
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import Theme, theme_of

_SHORTEST_S: Final = 60.0
"""A chart that has just begun shows a minute."""


class NumberChart(pyqtgraph.GraphicsView):  # type: ignore[misc]
    """A line over the last ten minutes from zero up; what lies below the pointer is in its tool tip.

    It is no PlotWidget: that one brings axes and menus along, seven of them for each chart, which outlive it.
    """

    def __init__(self, measure: Measure[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._measure = measure
        self._times: Sequence[float] = ()
        self._values: Sequence[float] = ()
        self._worn: Theme | None = None
        self.setObjectName(f"chart.{measure.id}")
        self.setAccessibleName(f"{measure.title} over the last ten minutes")
        self._box = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._line = pyqtgraph.PlotCurveItem(connect="finite", fillLevel=0)
        self._box.addItem(self._line)
        self.setCentralItem(self._box)
        self.scene().sigMouseMoved.connect(self._follow)
        self.dress()

    def show_series(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Draw these values; a NaN leaves a gap."""
        self._times, self._values = times, values
        self.dress()
        self._line.setData(list(times), list(values))
        oldest = min(times, default=0.0)
        self._box.setXRange(max(-SHOWN_S, min(oldest, -_SHORTEST_S)), 0, padding=0)
        highest = max((value for value in values if value == value), default=0.0)
        self._box.setYRange(0, highest or 1.0, padding=0.05)

    def dress(self) -> None:
        """Take the theme's colours."""
        theme = theme_of(self.window())
        if theme is self._worn:
            return
        self._worn = theme
        self.setBackground(theme.panel)
        self._line.setPen(pyqtgraph.mkPen(theme.accent, width=1.5))
        self._line.setBrush(theme.selection)

    def _follow(self, at: QPointF) -> None:
        """Name the value that is nearest to the pointer's time."""
        time = self._box.mapSceneToView(at).x()
        known = [(abs(each - time), each, value) for each, value in zip(self._times, self._values, strict=True)]
        if known:
            _distance, nearest, value = min(known)
            said = self._measure.write(value) if value == value else "not known"
            self.setToolTip(plain_tip(f"{said}, {age_text(-nearest)} before the newest"))
