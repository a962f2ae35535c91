"""What a look at a source has shown: its first records, and what is odd about it, with the line of the first case."""

from bisect import bisect_right
from dataclasses import dataclass

from pgconsole.core.type_scan import ColumnFacts


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in a file that a person would want to know of."""

    text: str
    """What it is, as a sentence without its full stop and its line."""
    line: int = 0
    """Physical, from 1; 0 where it is of no line."""
    count: int = 1
    is_harmful: bool = True
    """Whether records will be refused for it, or read otherwise than meant."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first records of a source under some dialect."""

    header: tuple[str, ...] = ()
    """As the file has it; empty where it has none."""
    records: tuple[tuple[str, ...], ...] = ()
    lines: tuple[int, ...] = ()
    """On which line each record begins."""
    nulls: frozenset[tuple[int, int]] = frozenset()
    """Row and column of each field that stands for NULL: a quoted one never does."""
    width: int = 0
    """That of most records, or of a header that is longer."""
    oddities: tuple[Oddity, ...] = ()
    is_whole: bool = True
    """Whether the file has no more than these records."""

    def row_of(self, line: int) -> int | None:
        """Which of these records a line is of; None where it is of none of them."""
        row = bisect_right(self.lines, line) - 1
        is_last = row == len(self.lines) - 1
        return row if row >= 0 and (not is_last or self.is_whole or self.lines[row] == line) else None


@dataclass(frozen=True, slots=True)
class ScanState:
    """How far the scan of a whole source is, and what it has found."""

    facts: tuple[ColumnFacts, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    records: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    is_done: bool = False
    is_stopped: bool = False
    """Whether the user has had enough of it: what was found then stands for the whole."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will be found."""
        return self.is_done or self.is_stopped

    @property
    def share(self) -> float:
        """The part of the source that was seen, from 0 to 1."""
        return 1.0 if self.is_done else min(1.0, self.bytes_read / self.bytes_total) if self.bytes_total else 0.0
