"""What numbers were, with gaps, and how they are written."""

import math

import pytest

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


def test_history_keeps_numbers_with_gaps_and_the_newest_words() -> None:
    seen = history((100.0, None), (102.0, 2.0), (104.0, 3.0))
    assert list(seen.samples.times()) == [100.0, 102.0, 104.0]
    first, *others = seen.samples.column("square")
    assert math.isnan(first)
    assert others == [4.0, 9.0]
    assert seen.texts == {"square": "9 sq"}
    seen.clear()
    assert (len(seen.samples), seen.texts) == (0, {"square": "–"})


def test_chart_of_a_measure_writes_its_values_as_it_does() -> None:
    plot = SQUARE.plot
    assert (plot.id, plot.title, plot.write(4.0)) == ("square", "Square", "4 sq")
    assert [curve.name for curve in plot.curves] == ["square"]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 / s"), (5.25, "5.2 / s"), (1234, "1,234 / s"), (1_234_567, "1.2 M / s")]
)
def test_rate_is_as_exact_as_is_useful(value: float, text: str) -> None:
    assert per_second(value) == text
