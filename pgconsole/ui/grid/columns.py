"""Owns where a grid's columns stand: widths and running offsets in pixels; paints nothing and knows no widget."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

MIN_WIDTH = 32
MAX_WIDTH = 4000
EDGE_REACH = 4


class GridColumns:
    """Column widths with their sums, so that a place is found without touching every column."""

    def __init__(self, widths: list[int], chosen: Iterable[int] = ()) -> None:
        """Take the widths, and the columns whose width the user chose."""
        self._widths = widths
        self._chosen = set(chosen)
        self._offsets = [0, *accumulate(widths)]

    @property
    def count(self) -> int:
        """How many columns there are."""
        return len(self._widths)

    @property
    def total_width(self) -> int:
        """The width of all columns together."""
        return self._offsets[-1]

    def width(self, column: int) -> int:
        """The width of one column."""
        return self._widths[column]

    def left(self, column: int) -> int:
        """Where a column begins; for the count of columns, where the last one ends."""
        return self._offsets[column]

    def set_width(self, column: int, width: int) -> None:
        """Set one width as the user chose it, kept within `MIN_WIDTH` and `MAX_WIDTH`."""
        self._chosen.add(column)
        self.grow(column, width)

    def widen(self, widths: Sequence[int]) -> None:
        """Set every width but those that the user chose."""
        self._widths = [
            old if column in self._chosen else new
            for column, (old, new) in enumerate(zip(self._widths, widths, strict=True))
        ]
        self._offsets = [0, *accumulate(self._widths)]

    @property
    def widths(self) -> list[int]:
        """Every width."""
        return list(self._widths)

    @property
    def chosen(self) -> frozenset[int]:
        """The columns whose width the user chose."""
        return frozenset(self._chosen)

    def scaled(self, factor: float) -> "GridColumns":
        """The same columns, wider or narrower."""
        return GridColumns([round(width * factor) for width in self.widths], self.chosen)

    def is_chosen(self, column: int) -> bool:
        """Whether the user chose the width of a column."""
        return column in self._chosen

    def grow(self, column: int, width: int) -> None:
        """Set one width for the sake of what is in the column."""
        self._widths[column] = max(MIN_WIDTH, min(MAX_WIDTH, width))
        self._offsets[column + 1 :] = list(accumulate(self._widths[column:], initial=self._offsets[column]))[1:]

    def at(self, x: int) -> int:
        """The column at a place, the first or last for one beyond; -1 where there are none."""
        return max(0, min(bisect_right(self._offsets, x) - 1, self.count - 1)) if self.count else -1

    def between(self, left: int, right: int) -> range:
        """The columns that show in a half-open range of places."""
        if not self.count or left >= self.total_width:
            return range(0)
        return range(self.at(left), min(self.at(max(left, right - 1)) + 1, self.count))

    def edge_at(self, x: int) -> int | None:
        """The column whose right edge is within reach of a place, or None."""
        for column in (self.at(x - EDGE_REACH - 1), self.at(x)):
            if column >= 0 and abs(self._offsets[column + 1] - x) <= EDGE_REACH:
                return column
        return None
