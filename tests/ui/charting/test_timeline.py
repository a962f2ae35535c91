"""The samples of charts: what of many is drawn, few points and no peak lost; what is read at a moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.chart import Curve
from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.charting.timeline import Timeline, extremes


@given(st.lists(st.floats(0, 1000) | st.just(float("nan")), max_size=3000))
def test_few_points_have_every_peak(values: list[float]) -> None:
    numbers = np.array(values, dtype=np.float64)
    times, drawn = extremes(np.arange(len(values), dtype=np.float64), numbers)
    assert len(times) == len(drawn) <= max(599, 2 * 300 + 300)
    assert list(times) == sorted(times)
    known, shown = numbers[~np.isnan(numbers)], drawn[~np.isnan(drawn)]
    assert len(known) == 0 or (known.max(), known.min()) == (shown.max(), shown.min())
    assert len(shown) or not len(known)


def test_gap_of_a_whole_stretch_stays_a_gap() -> None:
    values = np.ones(6000)
    values[2000:4000] = np.nan
    _times, drawn = extremes(np.arange(6000.0), values)
    assert np.isnan(drawn[220:380]).all()
    assert not np.isnan(drawn[:190]).any()


LEVEL, RATE, STEM = Curve("level"), Curve("total", is_rate=True), Curve("level", is_stem=True)


def timeline(*rows: tuple[float, float | None, float], curve: Curve = LEVEL) -> Timeline:
    """Samples of a level and a total at their times."""
    ring = SampleRing(("level", "total"))
    for at, level, total in rows:
        ring.add(at, {"level": level, "total": total})
    lines = Timeline((curve, RATE))
    lines.take(ring)
    return lines


def test_rate_is_what_each_sample_added() -> None:
    lines = timeline((1, 0, 5), (2, 0, 7), (3, 0, 7))
    assert [lines.value(RATE, number) for number in range(3)] == [0, 2, 0]


def test_stretch_reaches_a_little_beyond_what_is_in_view() -> None:
    lines = timeline(*((float(n), float(n), 0.0) for n in range(100)))
    times, values = lines.stretch(LEVEL, 20, 40)
    assert (times[0], times[-1]) == (18, 41)
    assert list(times) == list(values)


def test_stems_have_no_gaps_to_draw() -> None:
    times, values = timeline((1, None, 0), (2, 3, 0), (3, None, 0), curve=STEM).stretch(STEM, 0, 4)
    assert (list(times), list(values)) == ([2], [3])


@pytest.mark.parametrize(("at", "number"), [(0, 0), (14, 0), (16, 1), (29, 2), (99, 2)])
def test_nearest_sample_is_found(at: float, number: int) -> None:
    assert timeline((10, 0, 0), (20, 0, 0), (30, 0, 0)).nearest(at) == number


def test_only_sample_is_the_nearest() -> None:
    assert timeline((10, 0, 0)).nearest(99) == 0
