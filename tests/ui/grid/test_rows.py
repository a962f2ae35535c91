"""The top row and its picture on a scroll bar."""

import pytest

from pgconsole.ui.grid.rows import GridRows


@pytest.mark.parametrize("count", [0, 10, 1000, 2**30, 2**31 + 5, 10**12])
def test_a_bar_reaches_both_ends_of_any_result(count: int) -> None:
    rows = GridRows(count=count, page=40)
    assert rows.bar_max <= 1 << 30
    assert rows.top_of_bar(0) == 0
    assert rows.top_of_bar(rows.bar_max) == rows.max_top
    rows.scroll_to(rows.max_top)
    assert rows.bar_value == rows.bar_max


def test_scrolling_stays_within_the_result() -> None:
    rows = GridRows(count=100, page=40)
    assert rows.scroll_to(1000)
    assert rows.top == 60
    assert not rows.scroll_to(60)
    assert rows.scroll_to(-3)
    assert rows.top == 0


def test_a_row_is_shown_by_the_least_movement() -> None:
    rows = GridRows(count=1000, page=40, top=100)
    assert [rows.top_to_show(row) for row in (50, 100, 139, 140, 500)] == [50, 100, 100, 101, 461]
