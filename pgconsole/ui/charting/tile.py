"""One chart with its title and legend; the drawing comes once its library is loaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pgconsole.core.chart import Plot
from pgconsole.ui.charting.legend import ChartLegend
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GAP_S

if TYPE_CHECKING:
    from pgconsole.ui.charting.drawing import Drawing

_LEAST_HEIGHT_PX: Final = 72
_LEAST_WIDTH_PX: Final = 160


class ChartTile(QFrame):
    """Shows the newest values, or those at a moment that is pointed at."""

    def __init__(self, plot: Plot, parent: QWidget) -> None:
        super().__init__(parent)
        self.plot = plot
        self.drawing: Drawing | None = None
        self.setObjectName(f"number.{plot.id}")
        self.setAccessibleName(plot.title)
        self.setToolTip(plain_tip(plot.tip))
        self.setMinimumSize(_LEAST_WIDTH_PX, _LEAST_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.legend = ChartLegend(f"number.{plot.id}.value", plot.title, plot.curves, self)
        self._newest: tuple[str, ...] = ("",) * len(plot.curves)
        self._read: tuple[str, ...] | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        title = plain_label(plot.title, "second", self)
        if plot.curves[0].words:
            self._rows.addWidget(title)
            self._rows.addWidget(self.legend)
        else:
            line = QHBoxLayout()
            line.setSpacing(GAP_S)
            line.addWidget(title)
            line.addWidget(self.legend, 1)
            self._rows.addLayout(line)
        self._rows.addStretch(1)

    def take(self, drawing: "Drawing") -> None:
        """Show the drawing below the legend."""
        self.drawing = drawing
        self._rows.takeAt(self._rows.count() - 1)
        self._rows.addWidget(drawing, 1)

    def show_newest(self, values: Sequence[str]) -> None:
        """Show these for as long as no moment is read."""
        self._newest = tuple(values)
        self._show()

    def show_read(self, values: Sequence[str] | None) -> None:
        """Show the values of a moment; None for the newest again."""
        self._read = tuple(values) if values is not None else None
        self._show()

    def _show(self) -> None:
        self.legend.show_values(self._newest if self._read is None else self._read)
