"""The statements that the console ran lately, as values in bounded memory; sessions append, the pool pane reads.

A statement's entry is added once, when it goes out, and grows while its pages come: what runs can be seen running.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Final

from pgconsole.core.redaction import redacted

STATEMENTS_KEPT: Final = 5_000
OWN_KEPT: Final = 1_000
"""The console's own come every second: they must not push those of the user out."""
_TEXT_CHARS: Final = 2_000

CSV_HEADER: Final = ("time", "owner", "pid", "duration_ms", "rows", "sqlstate", "error", "own", "statement")


@dataclass(slots=True, eq=False)
class LoggedStatement:
    """One statement; it changes until it has ended."""

    at: float
    """When it was sent, in seconds since the epoch."""
    text: str
    """Its first 2,000 characters, without secrets."""
    owner: str
    """Who ran it: a tab by its name, or a part of the console."""
    pid: int
    is_own: bool
    """The console needed it for itself; nobody typed it."""
    waited_s: float = 0.0
    """Time spent waiting for the server, over all pages; a pause of the reader is none."""
    rows: int | None = None
    sqlstate: str = ""
    error: str = ""
    running_since: float | None = None
    """Since when the server is waited for, by the monotonic clock; None while it is not."""
    number: int = 0
    """Counts from 1 in the order of sending; 0 until it is in the log."""

    @property
    def is_running(self) -> bool:
        """Whether the server is at it."""
        return self.running_since is not None

    @property
    def duration_ms(self) -> float:
        """`waited_s` in milliseconds, what is waited for at this moment included."""
        running_s = 0.0 if self.running_since is None else time.monotonic() - self.running_since
        return (self.waited_s + running_s) * 1000

    def is_slow(self, threshold_ms: float) -> bool:
        """Whether it took at least so long."""
        return self.duration_ms >= threshold_ms


def log_entry(at: float, text: str, owner: str, pid: int, *, is_own: bool) -> LoggedStatement:
    """An entry for a statement that is about to be sent, cut and without secrets."""
    kept = text if len(text) <= _TEXT_CHARS else text[:_TEXT_CHARS] + "…"
    return LoggedStatement(at, redacted(kept), owner, pid, is_own)


class QueryLog:
    """The newest statements of one connection, the user's and the console's own apart."""

    def __init__(self) -> None:
        self._users: deque[LoggedStatement] = deque(maxlen=STATEMENTS_KEPT)
        self._own: deque[LoggedStatement] = deque(maxlen=OWN_KEPT)
        self.count = 0
        """How many there have been; a log with the same count has the same entries."""

    def __len__(self) -> int:
        return len(self._users) + len(self._own)

    def __iter__(self) -> Iterator[LoggedStatement]:
        """Every statement that is kept, in the order of sending."""
        return merge(self._users, self._own, key=lambda entry: entry.number)

    def append(self, entry: LoggedStatement) -> None:
        """Take an entry in; a log that is full drops its oldest one of that kind."""
        self.count += 1
        entry.number = self.count
        (self._own if entry.is_own else self._users).append(entry)

    def clear(self) -> None:
        """Forget every statement."""
        self._users.clear()
        self._own.clear()


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which statements are wanted."""

    words: str = ""
    """Each of them has to occur in text, owner, SQLSTATE or error, or be the pid; capitals do not matter."""
    with_own: bool = False
    only_slow: bool = False
    only_failed: bool = False
    slow_ms: float = 100.0

    def chosen(self, log: QueryLog) -> list[LoggedStatement]:
        """The statements that fit, the newest first."""
        words = self.words.casefold().split()
        entries: Iterable[LoggedStatement] = log if self.with_own else log._users
        found = [entry for entry in entries if self._fits(entry, words)]
        found.reverse()
        return found

    def _fits(self, entry: LoggedStatement, words: list[str]) -> bool:
        if self.only_slow and not entry.is_slow(self.slow_ms):
            return False
        if self.only_failed and not entry.error:
            return False
        if not words:
            return True
        text = f"{entry.text}\n{entry.owner}\n{entry.sqlstate}\n{entry.error}".casefold()
        return all(word in text or word == str(entry.pid) for word in words)


def csv_row(entry: LoggedStatement) -> tuple[str, ...]:
    """One statement as the cells of a CSV line, in the order of `CSV_HEADER`."""
    return (
        datetime.fromtimestamp(entry.at).astimezone().isoformat(timespec="milliseconds"),
        entry.owner,
        str(entry.pid),
        f"{entry.duration_ms:.3f}",
        "" if entry.rows is None else str(entry.rows),
        entry.sqlstate,
        entry.error,
        "yes" if entry.is_own else "no",
        entry.text,
    )
