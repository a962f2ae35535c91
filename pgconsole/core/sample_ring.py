"""Samples over time in bounded memory: packed columns of which the oldest rows give way to the newest."""

from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import isnan, nan
from typing import Final

HOURS_KEPT: Final = 6
_ROWS: Final = HOURS_KEPT * 3600
"""At a sample a second and 16 columns, 1.5 MB."""


class SampleRing:
    """Rows of a time and one number for each name; NaN stands for a number that nobody told."""

    def __init__(self, names: tuple[str, ...], capacity: int = _ROWS) -> None:
        self.names = names
        self.capacity = capacity
        self._times = array("d")
        self._columns = {name: array("f") for name in names}
        self._next = 0
        self.added = 0
        """How many rows there have been."""

    def __len__(self) -> int:
        return len(self._times)

    def add(self, at: float, values: Mapping[str, float | None]) -> None:
        """Add a row; names that are not among `values` have none."""
        is_full = len(self._times) == self.capacity
        if is_full:
            self._times[self._next] = at
        else:
            self._times.append(at)
        for name, column in self._columns.items():
            value = values.get(name)
            number = nan if value is None else value
            if is_full:
                column[self._next] = number
            else:
                column.append(number)
        self._next = (self._next + 1) % self.capacity
        self.added += 1

    def times(self, newest: int | None = None) -> "array[float]":
        """Seconds since the epoch, the oldest first; with `newest`, of so many rows at most."""
        return self._ordered(self._times, newest)

    def column(self, name: str, newest: int | None = None) -> "array[float]":
        """The numbers of one name in the same order."""
        return self._ordered(self._columns[name], newest)

    def last(self, name: str) -> float | None:
        """The newest number of a name; None without one."""
        if not self._times:
            return None
        value = self._columns[name][self._next - 1]
        return None if isnan(value) else value

    def _ordered(self, column: "array[float]", newest: int | None) -> "array[float]":
        whole = len(column) == self.capacity
        ordered = column[self._next :] + column[: self._next] if whole and self._next else column[:]
        return ordered if newest is None or newest >= len(ordered) else ordered[len(ordered) - newest :]

    def csv_rows(self) -> Iterator[tuple[str, ...]]:
        """The names, then every row, as cells of a CSV; a number that nobody told is empty.

        They are the rows of now: writing thousands takes a thread, and further ones come meanwhile.
        """
        return self._cells(self.times(), [self.column(name) for name in self.names])

    def _cells(self, times: "array[float]", columns: "list[array[float]]") -> Iterator[tuple[str, ...]]:
        yield ("time", *self.names)
        for row, at in enumerate(times):
            moment = datetime.fromtimestamp(at).astimezone().isoformat(timespec="milliseconds")
            yield (moment, *("" if isnan(column[row]) else f"{column[row]:.6g}" for column in columns))
