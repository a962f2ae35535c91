"""The pool over time as live charts; loading this module loads numpy and pyqtgraph, so it is loaded when first shown.

Owns three plots on one axis of time: zoomed by the wheel, moved by dragging, paused, read by pointing at a moment.
"""

from array import array
from dataclasses import dataclass
from datetime import datetime
from math import isnan

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_S, GAP_XS, Theme, figures_font, theme_of

_LINE_PX = 1.5
_LEAST_SPAN_S = 60.0


@dataclass(frozen=True, slots=True)
class _Curve:
    """One line: which numbers, in words, in which role's colour."""

    name: str
    words: str
    role: str
    is_dashed: bool = False
    is_rate: bool = False
    """Drawn as what was added since the sample before."""
    is_stem: bool = False
    """Drawn as stems from 0: there are values of single seconds only, and nothing between them."""


_PLOTS: tuple[tuple[str, tuple[_Curve, ...]], ...] = (
    (
        "Connections",
        (
            _Curve("used", "in use", "accent"),
            _Curve("idle", "idle", "ok"),
            _Curve("waiting", "waiting", "danger"),
            _Curve("max", "maximum", "text_faint", is_dashed=True),
        ),
    ),
    (
        "Milliseconds",
        (
            _Curve("acquire_ms_max", "acquire", "warning", is_stem=True),
            _Curve("acquire_ms_p95", "p95", "accent", is_stem=True),
            _Curve("acquire_ms_p50", "median", "ok", is_stem=True),
            _Curve("latency_ms", "health check", "text_faint"),
        ),
    ),
    (
        "Per second",
        (
            _Curve("borrowed", "borrowed", "accent"),
            _Curve("opened", "opened", "ok", is_rate=True),
            _Curve("lost", "lost", "danger", is_rate=True),
            _Curve("recycled", "recycled", "text_faint", is_rate=True),
        ),
    ),
)


class PoolCharts(QWidget):
    """Three plots side by side, and below them what the pointer is at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("poolCharts")
        self.setAccessibleName("Charts of the pool over time")
        self.span_s: float | None = 300.0
        """How much of the newest time is shown; None for everything."""
        self.is_paused = False
        self._samples: SampleRing | None = None
        self._drawn = -1
        self._times: np.ndarray = np.zeros(0)
        self._values: dict[str, np.ndarray] = {}
        self._plots = [_Plot(title, curves, self) for title, curves in _PLOTS]
        self._reading = plain_label("", "second", self)
        self._reading.setObjectName("poolChartReading")
        self._reading.setFont(figures_font(self._reading.font()))
        self._lay_out()
        for plot in self._plots[1:]:
            plot.view.setXLink(self._plots[0].view)
        for plot in self._plots:
            plot.view.scene().sigMouseMoved.connect(lambda where, plot=plot: self._point_at(plot, where))
        self._dress()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP_S)
        for plot in self._plots:
            row.addWidget(plot, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        rows.setSpacing(0)
        rows.addLayout(row, 1)
        rows.addWidget(self._reading)

    def show_samples(self, samples: SampleRing) -> None:
        """Draw what has been sampled; while paused, nothing new."""
        is_other = samples is not self._samples
        if is_other:
            self._samples, self._drawn, self.is_paused = samples, -1, False
        if self.is_paused or samples.added == self._drawn:
            return
        self._drawn = samples.added
        self._times = _numbers(samples.times())
        for plot in self._plots:
            for curve in plot.curves:
                values = _numbers(samples.column(curve.name))
                if curve.is_rate:
                    values = np.diff(values, prepend=values[:1])
                self._values[curve.name] = values
                plot.draw(curve, self._times, values)
        self.follow()

    def follow(self) -> None:
        """Show the newest stretch of time again."""
        if not len(self._times):
            return
        newest = float(self._times[-1])
        oldest = min(float(self._times[0]), newest - _LEAST_SPAN_S)
        if self.span_s is not None:
            oldest = max(oldest, newest - self.span_s)
        self._plots[0].view.setXRange(oldest, newest, padding=0.0)

    def clear(self) -> None:
        """There is nothing to draw."""
        self._samples, self._drawn = None, -1
        self._times = np.zeros(0)
        for plot in self._plots:
            for curve in plot.curves:
                plot.draw(curve, self._times, self._times)

    def picture(self) -> QPixmap:
        """What is to be seen, for a file."""
        return self.grab()

    def _point_at(self, plot: "_Plot", where: QPointF) -> None:
        """Read every plot's figures at the moment that the pointer is at."""
        box = plot.view.getViewBox()
        if not len(self._times) or not plot.view.sceneBoundingRect().contains(where):
            self._read_at(None)
            return
        at = box.mapSceneToView(where).x()
        self._read_at(int(np.clip(np.searchsorted(self._times, at), 0, len(self._times) - 1)))

    def _read_at(self, number: int | None) -> None:
        for plot in self._plots:
            plot.mark(None if number is None else float(self._times[number]))
        if number is None:
            self._reading.setText("")
            return
        words = [datetime.fromtimestamp(float(self._times[number])).strftime("%H:%M:%S")]
        for plot in self._plots:
            for curve in plot.curves:
                value = float(self._values[curve.name][number])
                if not isnan(value):
                    words.append(f"{curve.words} {value:.3g}")
        self._reading.setText("   ".join(words))

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the colours of another theme."""
        if event.type() is QEvent.Type.PaletteChange:
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        theme = theme_of(self)
        for plot in self._plots:
            plot.dress(theme)


class _Plot(QWidget):
    """One plot under a line that names its curves in their colours."""

    def __init__(self, title: str, curves: tuple[_Curve, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.curves = curves
        self._legend = QHBoxLayout()
        self._words: dict[str, QLabel] = {}
        item = pg.PlotItem(axisItems={"bottom": pg.DateAxisItem(orientation="bottom")}, enableMenu=False)
        self.view = pg.PlotWidget(self, plotItem=item)
        self.view.setAccessibleName(title)
        # Nobody opens it, and without a parent it would outlive the plot.
        item.ctrlMenu.setParent(self, item.ctrlMenu.windowFlags())
        self.view.hideButtons()
        self.view.setMouseEnabled(x=True, y=False)
        self.view.getViewBox().setLimits(yMin=0)
        self.view.getViewBox().enableAutoRange(axis="y")
        self.view.getViewBox().setAutoVisible(y=True)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines = {curve.name: self.view.plot([], [], connect="finite") for curve in curves}
        for curve in curves:
            if not curve.is_stem:
                self._lines[curve.name].setDownsampling(auto=True, method="peak")
                self._lines[curve.name].setClipToView(True)
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._marker.hide()
        self.view.addItem(self._marker, ignoreBounds=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._lay_out(title)

    def _lay_out(self, title: str) -> None:
        self._legend.setContentsMargins(GAP_XS, 0, 0, 0)
        self._legend.setSpacing(GAP_S)
        self._legend.addWidget(plain_label(title, "", self))
        for curve in self.curves:
            words = plain_label(curve.words, "", self)
            self._words[curve.name] = words
            self._legend.addWidget(words)
        self._legend.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._legend)
        rows.addWidget(self.view, 1)

    def draw(self, curve: _Curve, times: np.ndarray, values: np.ndarray) -> None:
        """Draw one line anew."""
        if curve.is_stem:
            known = np.isfinite(values)
            tops = values[known]
            feet = np.column_stack((np.zeros_like(tops), tops)).ravel()
            self._lines[curve.name].setData(np.repeat(times[known], 2), feet, connect="pairs")
        else:
            self._lines[curve.name].setData(times, values, connect="finite")

    def mark(self, at: float | None) -> None:
        """Draw a line at a moment, or none."""
        self._marker.setVisible(at is not None)
        if at is not None:
            self._marker.setPos(at)

    def dress(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.view.setBackground(theme.panel)
        for side in ("left", "bottom"):
            axis = self.view.getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.text_second))
        self._marker.setPen(pg.mkPen(theme.text_faint))
        for curve in self.curves:
            color: QColor = getattr(theme, curve.role)
            style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
            self._lines[curve.name].setPen(pg.mkPen(color, width=_LINE_PX, style=style))
            self._words[curve.name].setStyleSheet(f"color: {color.name()}")


def _numbers(column: "array[float]") -> np.ndarray:
    return np.asarray(column, dtype=np.float64)
