"""The page of the pool pane with its charts, made when it is first shown: they take a third of a second to load.

Owns the bar above them: how much time, pause, export.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_S, GAP_XS

if TYPE_CHECKING:
    from pgconsole.ui.pool.charts import PoolCharts

_SPANS: Final = (
    ("1 minute", 60.0),
    ("5 minutes", 300.0),
    ("30 minutes", 1800.0),
    ("2 hours", 7200.0),
    ("everything", None),
)


class ChartsPage(QWidget):
    """The charts with their bar; asks to be filled by `charts_wanted` when it is first shown."""

    charts_wanted = Signal()
    """What the charts need has to be loaded; then `make_next`, until there are no more."""
    png_wanted = Signal()
    csv_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chartsPage")
        self.charts: PoolCharts | None = None
        self._making: PoolCharts | None = None
        self._samples: SampleRing | None = None
        self._asked = False
        self._span = QComboBox(self)
        self._span.setObjectName("chartSpan")
        self._span.setAccessibleName("How much time the charts show")
        self._span.addItems([words for words, _span_s in _SPANS])
        self._span.setCurrentIndex(1)
        self._pause = QPushButton("Pause", self)
        self._pause.setObjectName("chartPause")
        self._pause.setCheckable(True)
        self._png = QPushButton("Save picture…", self)
        self._png.setObjectName("chartPng")
        self._csv = QPushButton("Save figures…", self)
        self._csv.setObjectName("chartCsv")
        self._hint = plain_label("", "faint", self)
        self._rows = QVBoxLayout(self)
        self._lay_out()
        self.setFocusProxy(self._span)
        self._span.currentIndexChanged.connect(lambda _index: self._take_span())
        self._pause.toggled.connect(self._set_paused)
        self._png.clicked.connect(lambda: self.png_wanted.emit())
        self._csv.clicked.connect(lambda: self.csv_wanted.emit())

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(GAP_S, GAP_XS, GAP_S, 0)
        bar.setSpacing(GAP_S)
        bar.addWidget(self._span)
        bar.addWidget(self._pause)
        bar.addWidget(self._hint, 1)
        bar.addWidget(self._png)
        bar.addWidget(self._csv)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addLayout(bar)
        self._rows.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what the charts need, once."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._hint.setText("Loading…")
            self.charts_wanted.emit()
        self._draw()

    def make_next(self) -> bool:
        """Make the charts, one at a call, now that what they need is loaded; whether there are more to come."""
        from pgconsole.ui.pool.charts import PoolCharts

        if self._making is None:
            self._making = PoolCharts(self)
            self._making.hide()
        if self._making.add_plot():
            return True
        self.charts = self._making
        self._rows.takeAt(self._rows.count() - 1)
        self._rows.addWidget(self.charts, 1)
        self.charts.show()
        self._hint.setText("Wheel: zoom. Drag: move. Point, or left and right keys: read.")
        self._take_span()
        self._draw()
        return False

    def show_samples(self, samples: SampleRing | None) -> None:
        """Draw these, or nothing; while the page is not to be seen they are kept for later."""
        self._samples = samples
        if self.isVisible():
            self._draw()

    def picture(self) -> QPixmap | None:
        """The charts as they are to be seen; None before there are any."""
        return self.charts.picture() if self.charts is not None else None

    def _draw(self) -> None:
        if self.charts is None:
            return
        if self._samples is None:
            self.charts.clear()
        else:
            self.charts.show_samples(self._samples)

    def _take_span(self) -> None:
        if self.charts is not None:
            self.charts.span_s = _SPANS[self._span.currentIndex()][1]
            self.charts.follow()

    def _set_paused(self, is_paused: bool) -> None:
        self._pause.setText("Go on" if is_paused else "Pause")
        if self.charts is not None:
            self.charts.is_paused = is_paused
            self._draw()
