"""Notices that this machine was asleep, or the whole process frozen: for so long there was no beat.

Networks change meanwhile, and whoever is between two machines forgets about them: a connection that looks whole may be
dead. Pure but for the clock.
"""

import time
from collections.abc import Callable
from typing import Final

ASLEEP_S: Final = 10.0
"""No beat of a second comes so late in a window that is awake; a probe too many costs a round trip."""


_CLOCK: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""Goes on in sleep: Linux has one for it, and on macOS that of the system does, though not Python's; neither is on
Windows, where Python's does."""


def elapsed_s() -> float:
    """Seconds, those of sleep included."""
    return time.clock_gettime(_CLOCK) if _CLOCK is not None else time.monotonic()


class SleepWatch:
    """To be asked at each beat of a timer."""

    def __init__(self, clock: Callable[[], float] = elapsed_s) -> None:
        self._clock = clock
        self._beat_s = clock()

    def has_slept(self) -> bool:
        """Whether the beat before this one is too long ago."""
        before, self._beat_s = self._beat_s, self._clock()
        return self._beat_s - before > ASLEEP_S
