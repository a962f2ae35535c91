"""The samples that charts draw, as arrays; loading this module loads numpy.

Of what is in view no more is drawn than can be seen, the highest and lowest of each bin, so that hours cost what
minutes do: 21,600 samples took 130 ms to draw whole, and take 5 ms so (2026-11).
"""

from collections.abc import Iterable

import numpy as np

from pgconsole.core.chart import Curve
from pgconsole.core.sample_ring import SampleRing

_BINS = 300
_BEYOND = 0.1


class Timeline:
    """Times and numbers of some curves."""

    def __init__(self, curves: Iterable[Curve]) -> None:
        self._curves = tuple(curves)
        self.times: np.ndarray = np.zeros(0)
        """Seconds since the epoch, ascending."""
        self._values: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.times)

    def take(self, samples: SampleRing) -> None:
        """Take what has been sampled in place of what was there."""
        self.times = np.asarray(samples.times(), dtype=np.float64)
        for curve in self._curves:
            values = np.asarray(samples.column(curve.name), dtype=np.float64)
            self._values[curve.name] = np.diff(values, prepend=values[:1]) if curve.is_rate else values

    def clear(self) -> None:
        """Have nothing."""
        self.times, self._values = np.zeros(0), {}

    def stretch(self, curve: Curve, first: float, last: float) -> tuple[np.ndarray, np.ndarray]:
        """What is to be drawn of a curve between two times, and a little to both sides of them."""
        beyond = (last - first) * _BEYOND
        start, end = np.searchsorted(self.times, (first - beyond, last + beyond))
        times, values = self.times[start:end], self._values.get(curve.name, self.times)[start:end]
        if curve.is_stem:
            known = np.isfinite(values)
            times, values = times[known], values[known]
        return extremes(times, values)

    def value(self, curve: Curve, number: int) -> float:
        """A curve's number in one of the samples; NaN where nobody told it."""
        return float(self._values[curve.name][number])

    def nearest(self, at: float) -> int:
        """The sample that is nearest to a time; there has to be one."""
        after = int(np.clip(np.searchsorted(self.times, at), 1, max(1, len(self.times) - 1)))
        is_before = len(self.times) == 1 or at - self.times[after - 1] <= self.times[after] - at
        return after - 1 if is_before else after


def extremes(times: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most some 600 points with the lowest and the highest of each stretch, so that no peak is lost."""
    size = len(values) // _BINS
    if size < 2:
        return times, values
    count = len(values) // size
    whole = count * size
    binned = values[:whole].reshape(count, size)
    known = np.where(np.isnan(binned), -np.inf, binned)
    highest = known.max(axis=1)
    lowest = np.where(np.isnan(binned), np.inf, binned).min(axis=1)
    nothing = np.isneginf(highest)
    pairs = np.column_stack((np.where(nothing, np.nan, lowest), np.where(nothing, np.nan, highest))).ravel()
    starts = np.repeat(times[:whole:size], 2)
    return np.concatenate((starts, times[whole:])), np.concatenate((pairs, values[whole:]))
