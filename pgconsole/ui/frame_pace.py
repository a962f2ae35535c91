"""Holds work back that would be done oftener than anybody sees."""

import math
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

FRAME_MS = 16


class FramePace(QObject):
    """Does one thing at most once in an interval; whatever asks for it in between is served by the next time."""

    def __init__(self, act: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._act = act
        self._done_s = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.now)

    @property
    def is_asked(self) -> bool:
        """Whether it was asked for and is still to be done."""
        return self._timer.isActive()

    def now(self) -> None:
        """Do it at once, for everyone who asked."""
        self._timer.stop()
        self._done_s = perf_counter()
        self._act()

    def ask(self, interval_ms: int = FRAME_MS) -> None:
        """Have it done from the event loop, `interval_ms` after the last time or as soon as that is over."""
        wait_ms = max(0, math.ceil(interval_ms - (perf_counter() - self._done_s) * 1000))
        if not self._timer.isActive() or self._timer.remainingTime() > wait_ms:
            self._timer.start(wait_ms)

    def ask_or_now(self) -> None:
        """Do it now where the last frame is over, else at its end."""
        if (perf_counter() - self._done_s) * 1000 >= FRAME_MS:
            self.now()
        else:
            self.ask()
