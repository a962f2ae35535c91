"""Holds work back that would be done oftener than anybody sees."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

FRAME_MS = 16
_PAINTS_PER_FRAME = 30
"""While rows come, a frame lasts this many paints: for as long as one takes nothing is read, and at 60 a second they
took a fifth of the time (2026-11)."""
_LONGEST_FRAME_MS = 50
_FEED_GAP_S = 0.1
"""Rows come for as long as the last of them are no older."""


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

    def ask_or_now(self, interval_ms: int = FRAME_MS) -> None:
        """Do it now where the last time is `interval_ms` past, else as soon as it is."""
        if (perf_counter() - self._done_s) * 1000 >= interval_ms:
            self.now()
        else:
            self.ask(interval_ms)


class PaintPace(FramePace):
    """Has a widget painted once a frame, and seldomer while the rows that it shows still come: reading goes first."""

    def __init__(
        self,
        act: Callable[[], None],
        parent: QObject,
        longest_frame_ms: int = _LONGEST_FRAME_MS,
        paints_per_frame: int = _PAINTS_PER_FRAME,
    ) -> None:
        super().__init__(act, parent)
        self._longest_frame_ms = longest_frame_ms
        self._paints_per_frame = paints_per_frame
        self._fed_s = self._paint_ms = 0.0

    def rows_came(self) -> None:
        """Note that rows are being read."""
        self._fed_s = perf_counter()

    @contextmanager
    def paint(self) -> Iterator[None]:
        """Measure a paint."""
        began_s = perf_counter()
        yield
        self._paint_ms = (perf_counter() - began_s) * 1000

    def repaint(self) -> None:
        """Paint now where the last frame is over, else at its end."""
        is_fed = perf_counter() - self._fed_s < _FEED_GAP_S
        frame_ms = min(round(self._paint_ms * self._paints_per_frame), self._longest_frame_ms) if is_fed else 0
        self.ask_or_now(max(FRAME_MS, frame_ms))
