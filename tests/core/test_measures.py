"""What numbers were: counted back from the newest, with gaps, in bounded memory."""

import math

import pytest

from pgconsole.core import measures
from pgconsole.core.measures import History, Measure, per_second

SQUARE: Measure[float | None] = Measure(
    "square", "Square", "", lambda each: None if each is None else each * each, lambda value: f"{value:g} sq"
)


def history(*seen: tuple[float, float | None]) -> History[float | None]:
    """What was seen at each time."""
    history = History((SQUARE,))
    for time, value in seen:
        history.add(value, time)
    return history


def test_value_is_written_and_a_dash_where_it_is_not_known() -> None:
    assert (SQUARE.text(3.0), SQUARE.text(None)) == ("9 sq", "–")


def test_series_counts_back_from_the_newest_and_leaves_gaps() -> None:
    seen = history((100.0, None), (102.0, 2.0), (104.0, 3.0))
    times, values = seen.series("square")
    assert times == [-4.0, -2.0, 0.0]
    assert math.isnan(values[0])
    assert values[1:] == [4.0, 9.0]
    seen.clear()
    assert seen.series("square") == ([], [])


def test_series_ends_ten_minutes_back() -> None:
    assert history((0.0, 1.0), (1.0, 1.0), (601.0, 1.0)).series("square")[0] == [-600.0, 0.0]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "LOOKS_KEPT", 3)
    assert history(*((float(n), 1.0) for n in range(10))).series("square")[0] == [-2.0, -1.0, 0.0]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 / s"), (5.25, "5.2 / s"), (1234, "1,234 / s"), (1_234_567, "1.2 M / s")]
)
def test_rate_is_as_exact_as_is_useful(value: float, text: str) -> None:
    assert per_second(value) == text
