"""Copies selected cells to the clipboard in slices of a few milliseconds, so that the window goes on meanwhile."""

from collections.abc import Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from pgconsole.core.clipboard_text import RowReader, selected_lines
from pgconsole.core.selection import Selection

MAX_COPY_ROWS = 1_000_000
MAX_COPY_CHARS = 64 << 20

_SLICE_S = 0.006


class GridCopy(QObject):
    """One copy at a time; a new one, or `stop`, ends the one before and leaves the clipboard as it was."""

    done = Signal(object)
    """The number of rows that are on the clipboard now."""
    too_large = Signal(object)
    """How many rows were asked for, or taken when the text grew past `MAX_COPY_CHARS`; the clipboard is as it was."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: Iterator[str] = iter(())
        self._taken: list[str] = []
        self._chars = 0
        self._rows = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def start(self, reader: RowReader, selection: Selection, names: Sequence[str] | None) -> None:
        """Begin to copy a selection, led by all columns' names where they are given.

        A short copy is on the clipboard when this returns; one of more than `MAX_COPY_ROWS` is refused at once.
        """
        self.stop()
        rows = selection.row_count
        if rows > MAX_COPY_ROWS:
            self.too_large.emit(rows)
        if not 0 < rows <= MAX_COPY_ROWS:
            return
        self._lines, self._rows = selected_lines(reader, selection, names), rows
        self._timer.start()
        self._go_on()

    def stop(self) -> None:
        """Give up the copy that goes on, if any."""
        self._timer.stop()
        self._lines, self._taken, self._chars = iter(()), [], 0

    def _go_on(self) -> None:
        until = perf_counter() + _SLICE_S
        for line in self._lines:
            self._taken.append(line)
            self._chars += len(line) + 1
            if self._chars > MAX_COPY_CHARS:
                taken = len(self._taken)
                self.stop()
                self.too_large.emit(taken)
                return
            if perf_counter() > until:
                return
        self._finish()

    def _finish(self) -> None:
        text = "\n".join(self._taken)
        self.stop()
        QGuiApplication.clipboard().setText(text)
        self.done.emit(self._rows)
