"""Measures how late a window's loop is: the lateness of a precise timer of 5 ms."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from PySide6.QtCore import Qt, QTimer

_INTERVAL_MS = 5


@dataclass(slots=True)
class Stalls:
    """How much later than 5 ms after the one before each tick came, in ms."""

    lateness_ms: list[float] = field(default_factory=list)

    @property
    def p99_ms(self) -> float:
        """What 99 of 100 ticks stay below."""
        return sorted(self.lateness_ms)[int(len(self.lateness_ms) * 0.99)]

    @property
    def max_ms(self) -> float:
        """The worst of them."""
        return max(self.lateness_ms)


@contextmanager
def measured_stalls() -> Iterator[Stalls]:
    """Measure while the block runs."""
    stalls = Stalls()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    last = perf_counter()

    def tick() -> None:
        nonlocal last
        now = perf_counter()
        stalls.lateness_ms.append(max(0.0, (now - last) * 1000 - _INTERVAL_MS))
        last = now

    timer.timeout.connect(tick)
    timer.start(_INTERVAL_MS)
    try:
        yield stalls
    finally:
        timer.stop()
        tick()
