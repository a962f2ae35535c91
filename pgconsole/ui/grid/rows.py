"""Owns which row of a grid stands at the top, for any number of rows, and its picture on a scroll bar.

A scroll bar counts to 2^31, a result does not: beyond 2^30 steps the bar's range is capped and its value mapped.
"""

from dataclasses import dataclass

_BAR_MAX = 1 << 30


@dataclass(slots=True)
class GridRows:
    """Rows known, rows that fit wholly into the view, and the row at the top."""

    count: int = 0
    page: int = 1
    top: int = 0

    @property
    def max_top(self) -> int:
        """The last row that may stand at the top."""
        return max(0, self.count - self.page)

    @property
    def bar_max(self) -> int:
        """The end of the scroll bar's range."""
        return min(self.max_top, _BAR_MAX)

    @property
    def bar_value(self) -> int:
        """The scroll bar's value for the row at the top."""
        last = self.max_top
        return self.top if last <= _BAR_MAX else self.top * _BAR_MAX // last

    @property
    def bar_page(self) -> int:
        """The scroll bar's page step, which gives its handle a length."""
        last = self.max_top
        return self.page if last <= _BAR_MAX else max(1, self.page * _BAR_MAX // last)

    def scroll_to(self, top: int) -> bool:
        """Put a row at the top, within what is possible; returns whether that changed anything."""
        top = max(0, min(top, self.max_top))
        changed = top != self.top
        self.top = top
        return changed

    def top_of_bar(self, value: int) -> int:
        """The row that a scroll bar's value stands for."""
        last = self.max_top
        if last <= _BAR_MAX:
            return value
        return last if value >= _BAR_MAX else value * last // _BAR_MAX

    def top_to_show(self, row: int) -> int:
        """The nearest top row with which a row is wholly seen."""
        if row < self.top:
            return row
        return max(self.top, row - self.page + 1)
