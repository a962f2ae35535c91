"""The pool over time as live charts; loading this module loads numpy and pyqtgraph, so it is loaded when first shown.

Owns plots on one axis of time: zoomed by the wheel, moved by dragging, paused, read by pointing at a moment. Of
what is in view no more is drawn than can be seen, the highest and lowest of each bin, so that hours cost what minutes
do: 21,600 samples took 130 ms to draw whole, and take 5 ms so (2026-11).
"""

from array import array
from dataclasses import dataclass
from datetime import datetime
from math import isnan

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_S, GAP_XS, Theme, figures_font, theme_of

_LINE_PX = 1.0
_LEAST_SPAN_S = 60.0
_BEYOND = 0.1
_BINS = 300
_AXIS_PX = 40


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
        "Pool",
        (
            _Curve("used", "in use", "accent"),
            _Curve("idle", "idle", "ok"),
            _Curve("waiting", "waiting", "danger"),
            _Curve("max", "max", "text_faint", is_dashed=True),
        ),
    ),
    (
        "Acquire, ms",
        (
            _Curve("acquire_ms_max", "max", "warning", is_stem=True),
            _Curve("acquire_ms_p95", "p95", "accent", is_stem=True),
            _Curve("acquire_ms_p50", "p50", "ok", is_stem=True),
        ),
    ),
    (
        "Use, ms",
        (
            _Curve("usage_ms_p95", "p95", "accent", is_stem=True),
            _Curve("usage_ms_p50", "p50", "ok", is_stem=True),
        ),
    ),
    (
        "/s",
        (
            _Curve("borrowed", "lent", "accent"),
            _Curve("opened", "opened", "ok", is_rate=True),
            _Curve("lost", "lost", "danger", is_rate=True),
            _Curve("recycled", "recycled", "text_second", is_rate=True),
            # Those that failed: one that went well is not told of anywhere.
            _Curve("reset_errors", "resets", "warning", is_rate=True),
        ),
    ),
)
"""The health check's latency has a drawing of its own, beside them."""


class PoolCharts(QWidget):
    """Plots side by side, and below them what the pointer is at."""

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
        self._plots: list[_Plot] = []
        self._row = QHBoxLayout()
        self._read_number: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._reading = plain_label("", "second", self)
        self._reading.setObjectName("poolChartReading")
        self._reading.setFont(figures_font(self._reading.font()))
        self._lay_out()

    def _lay_out(self) -> None:
        self._row.setSpacing(GAP_S)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        rows.setSpacing(0)
        rows.addLayout(self._row, 1)
        rows.addWidget(self._reading)

    def add_plot(self) -> bool:
        """Make the next plot, which takes some 10 ms; whether there are more to come."""
        title, curves = _PLOTS[len(self._plots)]
        plot = _Plot(title, curves, self)
        self._plots.append(plot)
        self._row.addWidget(plot, 1)
        if plot is not self._plots[0]:
            plot.box.setXLink(self._plots[0].box)
        plot.box.sigXRangeChanged.connect(lambda _box, _range: self._draw(plot))
        plot.view.scene().sigMouseMoved.connect(lambda where: self._point_at(plot, where))
        plot.dress(theme_of(self))
        return len(self._plots) < len(_PLOTS)

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
                self._values[curve.name] = np.diff(values, prepend=values[:1]) if curve.is_rate else values
        self.follow()
        for plot in self._plots:
            self._draw(plot)

    def _draw(self, plot: "_Plot") -> None:
        """Draw what of a plot is in view, and a little to both sides of it."""
        first, last = plot.box.viewRange()[0]
        beyond = (last - first) * _BEYOND
        start, end = np.searchsorted(self._times, (first - beyond, last + beyond))
        for curve in plot.curves:
            plot.draw(curve, self._times[start:end], self._values.get(curve.name, self._times)[start:end])

    def follow(self) -> None:
        """Show the newest stretch of time again."""
        if not len(self._times):
            return
        newest = float(self._times[-1])
        oldest = min(float(self._times[0]), newest - _LEAST_SPAN_S)
        if self.span_s is not None:
            oldest = max(oldest, newest - self.span_s)
        self._plots[0].box.setXRange(oldest, newest, padding=0.0)

    def clear(self) -> None:
        """There is nothing to draw."""
        self._samples, self._drawn = None, -1
        self._times, self._values = np.zeros(0), {}
        for plot in self._plots:
            self._draw(plot)

    def picture(self) -> QPixmap:
        """What is to be seen, for a file."""
        return self.grab()

    def _point_at(self, plot: "_Plot", where: QPointF) -> None:
        """Read every plot's figures at the moment that the pointer is at."""
        if not len(self._times) or not plot.box.sceneBoundingRect().contains(where):
            self._read_at(None)
            return
        at = plot.box.mapSceneToView(where).x()
        self._read_at(int(np.clip(np.searchsorted(self._times, at), 0, len(self._times) - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read one sample on to the left or right; Esc reads no more."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() == Qt.Key.Key_Escape:
            self._read_at(None)
        elif event.key() in steps and len(self._times):
            newest = len(self._times) - 1
            before = newest if self._read_number is None else self._read_number
            self._read_at(min(max(before + steps[Qt.Key(event.key())], 0), newest))
        else:
            super().keyPressEvent(event)

    def _read_at(self, number: int | None) -> None:
        self._read_number = number
        for plot in self._plots:
            plot.mark(None if number is None else float(self._times[number]))
        if number is None:
            self._reading.setText("")
            return
        words = [datetime.fromtimestamp(float(self._times[number])).strftime("%H:%M:%S")]
        for title, curves in _PLOTS:
            values = ((curve.words, float(self._values[curve.name][number])) for curve in curves)
            told = ", ".join(f"{word} {value:.3g}" for word, value in values if not isnan(value))
            if told:
                words.append(f"{title}: {told}")
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
    """One plot under a line that names its curves in their colours.

    It is put together from pyqtgraph's parts, as its `PlotItem` brings menus along that take three times as long to
    make as the rest.
    """

    def __init__(self, title: str, curves: tuple[_Curve, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.curves = curves
        self._words: dict[str, QLabel] = {}
        self.view = pg.GraphicsView(self)
        self.view.setAccessibleName(title)
        self.view.setFrameShape(self.view.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.box = pg.ViewBox(enableMenu=False)
        self._axes = (pg.AxisItem(orientation="left"), pg.DateAxisItem(orientation="bottom"))
        self._lines = {curve.name: pg.PlotCurveItem() for curve in curves}
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._fill_view()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._lay_out(title)

    def _fill_view(self) -> None:
        grid = pg.GraphicsLayout()
        grid.setContentsMargins(0, 0, GAP_XS, 0)
        grid.setSpacing(0)
        self.view.setCentralItem(grid)
        left, bottom = self._axes
        grid.addItem(left, 0, 0)
        grid.addItem(self.box, 0, 1)
        grid.addItem(bottom, 1, 1)
        left.linkToView(self.box)
        bottom.linkToView(self.box)
        left.setWidth(_AXIS_PX)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setLimits(yMin=0)
        self.box.enableAutoRange(axis="y")
        for line in self._lines.values():
            self.box.addItem(line)
        self._marker.hide()
        self.box.addItem(self._marker, ignoreBounds=True)

    def _lay_out(self, title: str) -> None:
        legend = QHBoxLayout()
        legend.setContentsMargins(GAP_XS, 0, 0, 0)
        legend.setSpacing(GAP_XS)
        legend.addWidget(plain_label(title, "", self))
        for curve in self.curves:
            self._words[curve.name] = plain_label(curve.words, "", self)
            legend.addWidget(self._words[curve.name])
        legend.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(legend)
        rows.addWidget(self.view, 1)

    def draw(self, curve: _Curve, times: np.ndarray, values: np.ndarray) -> None:
        """Draw one line anew."""
        if curve.is_stem:
            known = np.isfinite(values)
            times, values = extremes(times[known], values[known])
            feet = np.column_stack((np.zeros_like(values), values)).ravel()
            self._lines[curve.name].setData(np.repeat(times, 2), feet, connect="pairs")
        else:
            times, values = extremes(times, values)
            self._lines[curve.name].setData(times, values, connect="finite")

    def mark(self, at: float | None) -> None:
        """Draw a line at a moment, or none."""
        self._marker.setVisible(at is not None)
        if at is not None:
            self._marker.setPos(at)

    def dress(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.view.setBackground(theme.panel)
        for axis in self._axes:
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.text_second))
        self._marker.setPen(pg.mkPen(theme.text_faint))
        for curve in self.curves:
            color: QColor = getattr(theme, curve.role)
            style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
            self._lines[curve.name].setPen(pg.mkPen(color, width=_LINE_PX, style=style))
            self._words[curve.name].setStyleSheet(f"color: {color.name()}")


def extremes(times: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most some 600 points with the lowest and the highest of each stretch, so that no peak is lost."""
    size = len(values) // _BINS
    if size < 2:
        return times, values
    count = len(values) // size
    whole = count * size
    binned = values[:whole].reshape(count, size)
    known = np.where(np.isnan(binned), -np.inf, binned)
    highest = known.max(axis=1)
    lowest = np.where(np.isnan(binned), np.inf, binned).min(axis=1)
    nothing = np.isneginf(highest)
    pairs = np.column_stack((np.where(nothing, np.nan, lowest), np.where(nothing, np.nan, highest))).ravel()
    starts = np.repeat(times[:whole:size], 2)
    return np.concatenate((starts, times[whole:])), np.concatenate((pairs, values[whole:]))


def _numbers(column: "array[float]") -> np.ndarray:
    return np.asarray(column, dtype=np.float64)
