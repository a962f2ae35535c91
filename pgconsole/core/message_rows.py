"""Which entries of a message log are shown, in rows: all of them or those that a filter wants, up to a pause.

Rows are counted over the life of one filter, so that a row keeps its number while older ones go: `first` and `end` only
grow until `generation` changes. A filter catches up in steps of bounded work, which the caller spreads over time.
"""

from array import array
from bisect import bisect_left
from time import perf_counter

from pgconsole.core.message_filter import Matcher
from pgconsole.core.message_log import Gap, MessageLog

SCAN_ROWS = 500
"""How many entries a filter looks at in one step."""


class MessageRows:
    """The rows of one view on one log."""

    def __init__(self, log: MessageLog) -> None:
        self._log = log
        self._matcher: Matcher | None = None
        self._found = array("Q")
        self._gone = 0
        self._scanned = log.first
        self._pause_end: int | None = None
        self.generation = 0
        """Grows where rows are others than before, not only more or fewer at the ends."""

    @property
    def is_paused(self) -> bool:
        """Whether what comes now is kept, but not shown yet."""
        return self._pause_end is not None

    @property
    def is_filtered(self) -> bool:
        """Whether there may be entries that are no rows."""
        return self._matcher is not None

    @property
    def waiting(self) -> int:
        """Entries that came since the pause began."""
        return 0 if self._pause_end is None else self._log.end - self._pause_end

    @property
    def first(self) -> int:
        """The oldest row that is there."""
        return self._log.first if self._matcher is None else self._gone

    @property
    def end(self) -> int:
        """One more than the newest row; never less than `first`."""
        if self._matcher is None:
            return max(self._log.first, self._limit)
        return self._gone + len(self._found)

    @property
    def is_behind(self) -> bool:
        """Whether entries are still to be looked at."""
        return self._matcher is not None and self._scanned < self._limit

    @property
    def _limit(self) -> int:
        return self._log.end if self._pause_end is None else self._pause_end

    def number(self, row: int) -> int:
        """The number of a row's entry in the log; raises IndexError for a row that is gone."""
        if row < self.first:
            raise IndexError(row)
        return row if self._matcher is None else self._found[row - self._gone]

    def row_of(self, number: int) -> int:
        """The row of an entry, or of the first one behind it."""
        return number if self._matcher is None else self._gone + bisect_left(self._found, number)

    def choose(self, matcher: Matcher | None) -> None:
        """Show what a filter wants from now on, None for everything; `advance` finds it."""
        self._matcher = matcher
        self._restart()

    def pause(self) -> None:
        """Show nothing further that comes."""
        self._pause_end = self._log.end

    def resume(self) -> None:
        """Show what came meanwhile, and what comes."""
        self._pause_end = None

    def cleared(self) -> None:
        """Note that the log let everything go."""
        if self._pause_end is not None:
            self._pause_end = self._log.end
        self._restart()

    def advance(self, until_s: float = float("inf")) -> None:
        """Forget rows whose entries are gone, and look at up to `SCAN_ROWS` further ones, but for one not past a time.

        The time is one of `perf_counter`: what looks at a message may take a microsecond, or thousands of them.
        """
        if self._matcher is None:
            return
        kept_from = bisect_left(self._found, self._log.first)
        if kept_from:
            del self._found[:kept_from]
            self._gone += kept_from
        matcher, start = self._matcher, max(self._scanned, self._log.first)
        end = min(start + SCAN_ROWS, self._limit)
        for number, entry in self._log.entries(start, end):
            if isinstance(entry, Gap) or matcher(entry.channel, entry.payload):
                self._found.append(number)
            if perf_counter() > until_s:
                end = number + 1
                break
        self._scanned = max(start, end)

    def _restart(self) -> None:
        self.generation += 1
        self._found = array("Q")
        self._gone = 0
        self._scanned = self._log.first
