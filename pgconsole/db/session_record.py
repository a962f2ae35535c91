"""What one session has run: an entry in the log for each statement, and figures for the pool's monitor.

Owns when a statement's entry begins and what is added to it; a statement costs one append, a page two additions.
"""

import time

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.query_log import LoggedStatement, QueryLog, log_entry


class SessionRecord:
    """Follows the operations of one session, of which there is one at a time."""

    def __init__(self, log: QueryLog | None, pid: int, tls_version: str) -> None:
        self._log = log
        self.tls_version = tls_version
        self._current: LoggedStatement | None = None
        self.pid = pid
        self.owner = ""
        """Who has the session now."""
        self.is_users_turn = False
        """What runs is what a user asked for, until the statement's clock stops."""
        self.served = 0
        self.last: LoggedStatement | None = None
        """The newest statement of a user's; until there is one, of the console's own."""
        self.last_failure: PgconsoleError | None = None
        self.quiet_since: float | None = time.time()
        """Since when nothing runs; None while something does."""

        self.block_since: float | None = None
        """Since when a transaction block is open, be it the user's or a portal's."""
        self.kept_for: tuple[str, ...] = ()
        """What its tab would lose by giving it back."""
        self.console_settings: dict[str, str] = {}
        """What the console has SET on it for itself."""

    @property
    def last_error(self) -> str:
        """The newest failure in a line; empty without one."""
        error = self.last_failure
        return " ".join(part for part in (error.sqlstate, error.what) if part) if error is not None else ""

    def parse(self, text: str) -> LoggedStatement:
        """A statement is about to be parsed; it is in the log once it runs, or fails."""
        self._current = log_entry(time.time(), text, self.owner, self.pid, is_own=not self.is_users_turn)
        return self._current

    def run(self, entry: LoggedStatement) -> None:
        """A statement that was parsed is about to run, or to read on."""
        self._current = entry
        if not entry.number:
            self._list(entry)

    def send(self, text: str, *, is_own: bool = False) -> LoggedStatement:
        """A statement is about to be parsed and run at once."""
        entry = log_entry(time.time(), text, self.owner, self.pid, is_own=is_own or not self.is_users_turn)
        self._current = entry
        self._list(entry)
        return entry

    def finish(self) -> None:
        """What comes next on the session is no part of the statement before."""
        self._current = None

    def began(self) -> None:
        """An operation goes out."""
        self.quiet_since = None
        if self._current is not None:
            self._current.running_since = time.monotonic()

    def ended(self, waited_s: float) -> None:
        """The operation has ended, after so long a wait."""
        self.quiet_since = time.time()
        if self._current is not None:
            self._current.waited_s += waited_s
            self._current.running_since = None

    def in_block(self, is_open: bool) -> None:
        """Whether a transaction block is open after the operation."""
        self.block_since = (self.block_since or time.time()) if is_open else None

    def failed(self, error: PgconsoleError) -> None:
        """The operation failed."""
        self.last_failure = error.without_frames()
        entry = self._current
        if entry is not None:
            entry.sqlstate, entry.error = error.sqlstate, error.what
            if not entry.number:
                self._list(entry)

    def _list(self, entry: LoggedStatement) -> None:
        self.served += 1
        if self.last is None or self.last.is_own or not entry.is_own:
            self.last = entry
        if self._log is not None:
            self._log.append(entry)
        elif not entry.number:
            entry.number = self.served


def add_rows(entry: LoggedStatement, count: int) -> None:
    """A page of so many rows has come."""
    entry.rows = (entry.rows or 0) + count


def rows_of_tag(tag: str) -> int | None:
    """The count at the end of a command tag, as of `INSERT 0 5`; None where it has none."""
    count = tag.rpartition(" ")[2]
    return int(count) if count.isdecimal() else None
