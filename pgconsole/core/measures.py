"""Numbers that are worth a chart: what they were over the last while, in bounded memory, and how they are written."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pgconsole.core.wording import format_about, format_count

LOOKS_KEPT: Final = 1800
"""An hour, at a look every two seconds."""
SHOWN_S: Final = 600.0
"""How far back the charts go."""
_EXACT_BELOW: Final = 100_000

Sample = TypeVar("Sample")


@dataclass(frozen=True, slots=True)
class Measure(Generic[Sample]):
    """A number in each sample of a kind."""

    id: str
    title: str
    tip: str
    read: Callable[[Sample], float | None]
    """None where it can't be told."""
    write: Callable[[float], str]
    say: Callable[[Sample], str] | None = None
    """What is said of a sample where that is more than the value."""

    def text(self, sample: Sample) -> str:
        """The value in words; a dash where it is not known."""
        if self.say is not None:
            return self.say(sample)
        value = self.read(sample)
        return "–" if value is None else self.write(value)


class History(Generic[Sample]):
    """The numbers of the newest samples."""

    def __init__(self, measures: Sequence[Measure[Sample]]) -> None:
        self._measures = measures
        self._times: deque[float] = deque(maxlen=LOOKS_KEPT)
        self._values: dict[str, deque[float | None]] = {each.id: deque(maxlen=LOOKS_KEPT) for each in measures}

    def add(self, sample: Sample, clock: float) -> None:
        """Take a sample's numbers in, as they were at that time in seconds."""
        self._times.append(clock)
        for measure in self._measures:
            self._values[measure.id].append(measure.read(sample))

    def clear(self) -> None:
        """Forget everything: another server is looked at."""
        self._times.clear()
        for values in self._values.values():
            values.clear()

    def series(self, measure_id: str) -> tuple[list[float], list[float]]:
        """Seconds before the newest look, as numbers up to 0, and values; a value that is not known is a NaN."""
        if not self._times:
            return [], []
        newest = self._times[-1]
        pairs = [
            (time - newest, float("nan") if value is None else value)
            for time, value in zip(self._times, self._values[measure_id], strict=True)
            if newest - time <= SHOWN_S
        ]
        return [time for time, _value in pairs], [value for _time, value in pairs]


def per_second(value: float) -> str:
    """A rate, as exact as is useful."""
    if 0 < value < 10:
        return f"{value:.1f} / s"
    count = round(value)
    return f"{format_count(count) if count < _EXACT_BELOW else format_about(count)} / s"
