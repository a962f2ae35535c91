"""A machine that slept is known by a beat that is missing."""

import time

from pgconsole.core.sleep_watch import ASLEEP_S, SleepWatch, elapsed_s


def test_long_pause_between_two_beats_is_a_sleep_told_once() -> None:
    now = 100.0
    watch = SleepWatch(lambda: now)
    told = []
    for step in (1.0, 1.0, ASLEEP_S + 1, 1.0, ASLEEP_S - 1):
        now += step
        told.append(watch.has_slept())
    assert told == [False, False, True, False, False]


def test_clock_goes_on() -> None:
    before, awake = elapsed_s(), time.monotonic()
    while time.monotonic() - awake < 0.01:
        pass
    assert elapsed_s() - before >= 0.005
