"""What of many samples is drawn: few points, and no peak lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.ui.pool.charts import extremes


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
