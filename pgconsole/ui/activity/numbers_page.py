"""Numbers as tiles: a title, the newest value, and a chart of the last ten minutes for each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from pgconsole.core.measures import History, Measure
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GAP_S, GAP_XS, figures_font

if TYPE_CHECKING:
    from pgconsole.ui.activity.number_chart import NumberChart

_TILE_HEIGHT_PX: Final = 104
_TILE_WIDTH_PX: Final = 176


class NumbersPage(QScrollArea):
    """Tiles in rows; charts come once their library is there, which `charts_wanted` asks for."""

    charts_wanted = Signal()

    def __init__(
        self, name: str, title: str, measures: Sequence[Measure[Any]], columns: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._history = History[Any](measures)
        self._tiles = [_Tile(measure) for measure in measures]
        self._asked = False
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(GAP_S, GAP_S, GAP_S, GAP_S)
        grid.setSpacing(GAP_S)
        for number, tile in enumerate(self._tiles):
            grid.addWidget(tile, number // columns, number % columns)
        grid.setRowStretch(len(self._tiles) // columns + 1, 1)
        self.setWidget(inside)

    def show_sample(self, sample: Any, clock: float) -> None:
        """Show the newest numbers; charts are drawn only while they are seen."""
        self._history.add(sample, clock)
        for tile in self._tiles:
            tile.show_value(tile.measure.text(sample))
        if self.isVisible():
            self._draw()

    @property
    def has_charts(self) -> bool:
        """Whether charts are drawn by now."""
        return all(tile.chart is not None for tile in self._tiles)

    def show_charts(self) -> None:
        """Draw charts from now on: their library is loaded."""
        from pgconsole.ui.activity.number_chart import NumberChart

        for tile in self._tiles:
            tile.take(NumberChart(tile.measure, tile))
        self._draw()

    def clear_numbers(self) -> None:
        """Forget what was seen: it was of another one."""
        self._history.clear()
        for tile in self._tiles:
            tile.show_value("–")
        self._draw()

    def _draw(self) -> None:
        for tile in self._tiles:
            if tile.chart is not None:
                tile.chart.show_series(*self._history.series(tile.measure.id))

    def changeEvent(self, event: QEvent) -> None:
        """Have the charts take the new colours, once the window has them."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_tiles"):
            QTimer.singleShot(0, self, self._draw)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for charts the first time; draw what happened while nobody looked."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self.charts_wanted.emit()
        self._draw()


class _Tile(QFrame):
    """One number."""

    def __init__(self, measure: Measure[Any]) -> None:
        super().__init__()
        self.measure = measure
        self.chart: NumberChart | None = None
        self.setObjectName(f"number.{measure.id}")
        self.setAccessibleName(measure.title)
        self.setToolTip(plain_tip(measure.tip))
        self.setMinimumSize(_TILE_WIDTH_PX, _TILE_HEIGHT_PX)
        title = QLabel(measure.title, self)
        title.setProperty("role", "second")
        self._value = QLabel("–", self)
        self._value.setTextFormat(Qt.TextFormat.PlainText)
        self._value.setObjectName(f"number.{measure.id}.value")
        font = figures_font(self._value.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self._value.setFont(font)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        self._layout.setSpacing(0)
        self._layout.addWidget(title)
        self._layout.addWidget(self._value)
        self._layout.addStretch(1)

    def show_value(self, text: str) -> None:
        """Show the newest value."""
        self._value.setText(text)
        self.setAccessibleDescription(text)

    def take(self, chart: "NumberChart") -> None:
        """Show a chart below the value, which follows the pointer on it."""
        self.chart = chart
        self._layout.takeAt(self._layout.count() - 1)
        self._layout.addWidget(chart, 1)
