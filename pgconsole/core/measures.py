"""Numbers that are worth a chart: read from samples of a kind, kept in bounded memory, and how they are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pgconsole.core.chart import Curve, Plot
from pgconsole.core.sample_ring import SampleRing
from pgconsole.core.wording import format_about, format_count

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

    @property
    def plot(self) -> Plot:
        """The chart of it."""
        return Plot(self.id, self.title, (Curve(self.id, is_filled=True),), self.tip, self.write)

    def text(self, sample: Sample) -> str:
        """The value in words; a dash where it is not known."""
        if self.say is not None:
            return self.say(sample)
        value = self.read(sample)
        return "–" if value is None else self.write(value)


class History(Generic[Sample]):
    """The numbers of the newest samples, and the words of the newest one by the measures' ids."""

    def __init__(self, measures: Sequence[Measure[Sample]]) -> None:
        self._measures = tuple(measures)
        self.clear()

    def clear(self) -> None:
        """Forget everything: another server is looked at."""
        self.samples = SampleRing(tuple(measure.id for measure in self._measures))
        self.texts = dict.fromkeys(self.samples.names, "–")

    def add(self, sample: Sample, clock: float) -> None:
        """Take a sample's numbers in, as they were at that time in seconds since the epoch."""
        self.samples.add(clock, {measure.id: measure.read(sample) for measure in self._measures})
        self.texts = {measure.id: measure.text(sample) for measure in self._measures}


def per_second(value: float) -> str:
    """A rate, as exact as is useful."""
    if 0 < value < 10:
        return f"{value:.1f} / s"
    count = round(value)
    return f"{format_count(count) if count < _EXACT_BELOW else format_about(count)} / s"
