"""Looks through the rows of messages for the next match, for some ms at a time, so that nothing waits for it."""

from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from pgconsole.core.message_filter import Matcher
from pgconsole.core.message_log import Message
from pgconsole.ui.notifying.model import MessageModel

_STEP_ROWS: Final = 500
_STEP_S: Final = 0.004
"""What looks at a message may take a microsecond, or thousands of them."""


class MessageSearch(QObject):
    """One search at a time; a new one takes the place of the last."""

    found = Signal(int)
    """The row."""
    ended = Signal()
    """Nothing is found anywhere."""

    def __init__(self, model: MessageModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._matches: Matcher | None = None
        self._row = self._left = 0
        self._direction = 1
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    def start(self, matches: Matcher, row: int, *, backward: bool) -> None:
        """Look from this row on, round the end to all rows."""
        self._matches = matches
        self._row, self._left = row, self._model.rowCount()
        self._direction = -1 if backward else 1
        self._go_on()

    def _go_on(self) -> None:
        matches, count = self._matches, self._model.rowCount()
        if matches is None:
            return
        until_s = perf_counter() + _STEP_S
        for _ in range(min(_STEP_ROWS, self._left, count)):
            row = self._row % count
            entry = self._model.entry(row)
            if isinstance(entry, Message) and matches(entry.channel, entry.payload):
                self._matches = None
                self.found.emit(row)
                return
            self._row = row + self._direction
            self._left -= 1
            if perf_counter() > until_s:
                break
        if self._left > 0 and count:
            self._timer.start()
        else:
            self._matches = None
            self.ended.emit()
