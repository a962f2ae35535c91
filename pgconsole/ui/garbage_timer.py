"""Runs Python's cyclic garbage collector on the window's thread alone.

By itself the collector runs in whichever thread has just made an object; in a worker thread it would destroy Qt objects
there ("Timers cannot be stopped from another thread") and may crash. So it is switched off, and a timer of the window
does its work by its own thresholds.
"""

import gc
from time import perf_counter
from types import TracebackType

from PySide6.QtCore import QTimer

_LOOK_EVERY_MS = 100
_FULL_SHARE = 0.005
"""Full collections may take so much of the time; one of 5 ms, as they are after `freeze`, comes once a second."""


class GarbageTimer:
    """Collects from its `with` to the end of it; made on the thread of the window, after the application."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._was_enabled = gc.isenabled()
        self._next_full_s = 0.0

    def __enter__(self) -> "GarbageTimer":
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()
        return self

    def __exit__(self, *_exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    def freeze(self) -> None:
        """Leave out of every later collection what is there now: the modules, their functions, the window.

        A full collection goes through all else: 6 ms in a window with 16 tabs, where it took 56 ms before (2026-11).
        """
        gc.freeze()

    def collect_due(self) -> None:
        """Collect the oldest generation that is over its threshold, and with it the younger ones.

        The collector itself puts a full collection off until survivors are a quarter of what is old, which can't be
        asked; here its share of the time is bounded instead.
        """
        due = [counted > limit > 0 for counted, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if due[2] and perf_counter() >= self._next_full_s:
            began_s = perf_counter()
            gc.collect(2)
            ended_s = perf_counter()
            self._next_full_s = ended_s + (ended_s - began_s) / _FULL_SHARE
        elif due[1]:
            gc.collect(1)
        elif due[0]:
            gc.collect(0)
