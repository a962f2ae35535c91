"""Samples over time: order, bounds, gaps."""

from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.sample_ring import SampleRing


@given(st.integers(1, 9), st.integers(0, 40), st.none() | st.integers(0, 12))
def test_ring_has_the_newest_rows_in_order(capacity: int, count: int, newest: int | None) -> None:
    ring = SampleRing(("a",), capacity)
    for number in range(count):
        ring.add(float(number), {"a": float(number)})
    kept = list(range(count))[-capacity:] if count else []
    wanted = kept if newest is None else kept[len(kept) - min(newest, len(kept)) :]
    assert list(ring.times(newest)) == wanted
    assert list(ring.column("a", newest)) == wanted
    assert len(ring) == len(kept)
    assert ring.last("a") == (kept[-1] if kept else None)


def test_number_that_nobody_told_is_nan_and_empty_in_csv() -> None:
    ring = SampleRing(("a", "b"))
    ring.add(0.0, {"a": 1.5, "b": None})
    assert isnan(ring.column("b")[0])
    assert ring.last("b") is None
    header, row = ring.csv_rows()
    assert header == ("time", "a", "b")
    assert row[1:] == ("1.5", "")


def test_csv_has_the_rows_of_when_it_was_asked_for() -> None:
    ring = SampleRing(("a",), 2)
    ring.add(0.0, {"a": 1.0})
    ring.add(1.0, {"a": 2.0})
    rows = ring.csv_rows()
    ring.add(2.0, {"a": 3.0})
    assert [row[1] for row in rows] == ["a", "1", "2"]


def test_hours_of_samples_fit_into_two_mebibytes() -> None:
    ring = SampleRing(tuple(f"c{number}" for number in range(16)))
    for second in range(ring.capacity + 10):
        ring.add(float(second), {})
    size = ring.times().itemsize * len(ring) + 16 * ring.column("c0").itemsize * len(ring)
    assert ring.capacity >= 6 * 3600
    assert size < 2 * 1024 * 1024
