"""What a benchmark measures, how it is judged, and the line that is written for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from tests.benchmarks.workplace import Workplace

Measure = Callable[[Workplace], Mapping[str, float]]
"""Measures once, and returns a value for each figure by its name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number to watch; the lower the better, unless its limit is a floor."""

    name: str
    unit: str
    limit: float | None = None
    judged_by: Literal["value", "ratio", "difference"] = "value"
    """Whether the limit is one of the value, of its ratio to the anchor's, or of what it is more than that."""
    takes: Literal["median", "second worst"] = "median"
    """A maximum takes the second worst run: on a shared machine one run in three meets somebody else's stall."""
    digits: int = 3
    is_floor: bool = False
    """Whether the limit is the least that will do."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Figures that come from one measurement, and what they are compared with."""

    figures: tuple[Figure, ...]
    ours: Measure
    anchor: str = ""
    """What is measured beside ours, in words; empty for none."""
    theirs: Measure | None = None

    def run(self, workplace: Workplace, runs: int) -> list[dict[str, Any]]:
        """Measure the anchor and ours in turn, `runs` times, and return a line for each figure."""
        ours: list[Mapping[str, float]] = []
        theirs: list[Mapping[str, float]] = []
        for _ in range(runs):
            if self.theirs is not None:
                theirs.append(self.theirs(workplace))
            ours.append(self.ours(workplace))
        return [
            line_of(figure, self.anchor, [run[figure.name] for run in ours], [run[figure.name] for run in theirs])
            for figure in self.figures
        ]


def line_of(figure: Figure, anchor: str, ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Any]:
    """The line of one figure; `runs` and `anchor_runs` are the single values in their order."""
    value = _pick(figure, ours)
    anchor_value = _pick(figure, theirs) if theirs else None
    ratio = value / anchor_value if anchor_value else None
    judged = {"value": value, "ratio": ratio, "difference": value - (anchor_value or 0)}[figure.judged_by]
    digits = figure.digits
    return {
        "name": figure.name,
        "value": round(value, digits),
        "unit": figure.unit,
        "anchor": anchor or None,
        "anchor_value": None if anchor_value is None else round(anchor_value, digits),
        "ratio": None if ratio is None else round(ratio, 3),
        "runs": [round(each, digits) for each in ours],
        "anchor_runs": [round(each, digits) for each in theirs],
        "limit": figure.limit,
        "judged_by": figure.judged_by,
        "ok": None if figure.limit is None or judged is None else _holds(figure, judged),
    }


def _holds(figure: Figure, judged: float) -> bool:
    assert figure.limit is not None
    return judged >= figure.limit if figure.is_floor else judged <= figure.limit


def _pick(figure: Figure, values: Sequence[float]) -> float:
    if figure.takes == "second worst" and len(values) > 1:
        return sorted(values)[-2]
    return median(values)
