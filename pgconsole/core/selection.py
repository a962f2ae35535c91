"""Owns which cells of a result are selected: areas of rows and columns, never a set of cells.

Everything costs by the number of areas, whatever the number of cells. How a selection is made is `ui/grid/cursor.py`'s.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, half-open both ways."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def is_empty(self) -> bool:
        """Whether it holds no cell."""
        return self.top >= self.bottom or self.left >= self.right

    def contains(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row < self.bottom and self.left <= column < self.right


@dataclass(frozen=True, slots=True)
class Slab:
    """Rows that follow each other and have the same columns selected."""

    top: int
    bottom: int
    columns: tuple[tuple[int, int], ...]
    """Half-open spans of columns, in order, not touching."""

    @property
    def cell_count(self) -> int:
        """How many cells it holds."""
        return (self.bottom - self.top) * sum(right - left for left, right in self.columns)


def area_between(row: int, column: int, other_row: int, other_column: int) -> Area:
    """Return the area with two cells at opposite corners."""
    top, bottom = sorted((row, other_row))
    left, right = sorted((column, other_column))
    return Area(top, bottom + 1, left, right + 1)


@dataclass(frozen=True, slots=True)
class Selection:
    """Areas, which may overlap, in the order in which they were made."""

    areas: tuple[Area, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no cell is selected."""
        return all(area.is_empty for area in self.areas)

    def contains(self, row: int, column: int) -> bool:
        """Whether a cell is selected."""
        return bool(self.areas) and any(area.contains(row, column) for area in self.areas)

    def slabs(self) -> list[Slab]:
        """Return the selected cells as slabs from top to bottom, each cell once."""
        areas = [area for area in self.areas if not area.is_empty]
        edges = sorted({area.top for area in areas} | {area.bottom for area in areas})
        slabs = []
        for top, bottom in pairwise(edges):
            columns = merge_spans((area.left, area.right) for area in areas if area.top <= top < area.bottom)
            if columns:
                slabs.append(Slab(top, bottom, columns))
        return slabs

    @property
    def columns(self) -> tuple[tuple[int, int], ...]:
        """Spans of columns of which at least one cell is selected."""
        return merge_spans((area.left, area.right) for area in self.areas if not area.is_empty)

    @property
    def row_count(self) -> int:
        """How many rows have at least one cell selected."""
        spans = merge_spans((area.top, area.bottom) for area in self.areas if not area.is_empty)
        return sum(stop - start for start, stop in spans)

    @property
    def cell_count(self) -> int:
        """How many cells are selected, each counted once."""
        return sum(slab.cell_count for slab in self.slabs())


def merge_spans(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the union of half-open spans, in order, touching ones joined."""
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)
