"""Numbers of samples of one kind as charts: what is measured is kept here for as long as one server is looked at."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from pgconsole.core.measures import History, Measure
from pgconsole.ui.charting.page import ChartsPage


class NumbersPage(ChartsPage):
    """A page of charts, one for each measure."""

    def __init__(
        self, name: str, title: str, measures: Sequence[Measure[Any]], columns: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, [measure.plot for measure in measures], columns, parent)
        self._history = History[Any](measures)
        self._show_history()

    def show_sample(self, sample: Any, clock: float) -> None:
        """Show the newest numbers, as they were at that time in seconds since the epoch."""
        self._history.add(sample, clock)
        self._show_history()

    def clear_numbers(self) -> None:
        """Forget what was seen: it was of another one."""
        self._history.clear()
        self._show_history()

    def _show_history(self) -> None:
        self.show_samples(self._history.samples, self._history.texts)
