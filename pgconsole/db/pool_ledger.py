"""Counts what a pool does, and keeps the events with their reasons; decides nothing."""

import time
from collections.abc import Sequence

from pgconsole.core.errors import ConnectionLost, PgconsoleError
from pgconsole.core.pool_facts import EventKind, EventLog
from pgconsole.core.pool_stats import Durations
from pgconsole.core.wording import format_duration_ms
from pgconsole.db.session import Session


class PoolLedger:
    """Figures and events of one pool since it began."""

    def __init__(self) -> None:
        self.opened = self.lost = self.recycled = self.reset_errors = self.open_failures = 0
        self.acquire = Durations()
        self.usage = Durations()
        self.events = EventLog()

    def note_opened(self, session: Session, owner: str, took_s: float) -> None:
        """A connection was opened."""
        self.opened += 1
        for_whom = f"for {owner}" if owner else "for nobody yet"
        self._add("opened", session.backend_pid, owner, f"opened {for_whom} in {format_duration_ms(took_s * 1000)}")

    def note_open_failed(self, owner: str, error: PgconsoleError, again_in_s: float) -> None:
        """A connection could not be opened; for so long no other one is tried."""
        self.open_failures += 1
        reason = f"{error.what} {error.why}".strip()
        if again_in_s:
            reason += f" The next attempt is made in {format_duration_ms(again_in_s * 1000)} at the earliest."
        self._add("open failed", None, owner, reason, sqlstate=error.sqlstate, message=error.report.message)

    def note_lost(self, session: Session, owner: str, error: PgconsoleError | None = None) -> None:
        """A connection ended without being asked to; `error` is what told of it, if something ran on it."""
        self.lost += 1
        error = error or session.record.last_failure
        said = session.last_words or (error.report if isinstance(error, ConnectionLost) else None)
        if said:
            reason = f"the server ended it while {_doing(session, owner)}"
            self._add("lost", session.backend_pid, owner, reason, sqlstate=said.sqlstate, message=said.message)
        else:
            reason = f"it broke off while {_doing(session, owner)}, and the server did not say why"
            message = error.what if isinstance(error, ConnectionLost) else ""
            self._add("lost", session.backend_pid, owner, reason, message=message)

    def note_not_answering(self, session: Session, owner: str, waited_s: float) -> None:
        """An idle connection did not answer a check, and is dropped."""
        self.lost += 1
        reason = f"no answer to a check within {format_duration_ms(waited_s * 1000)}; dropped"
        self._add("not answering", session.backend_pid, owner, reason)

    def note_reset_failed(self, session: Session, owner: str, error: PgconsoleError) -> None:
        """A connection could not be cleaned for another borrower."""
        self.reset_errors += 1
        pid, said = session.backend_pid, error.report
        self._add("reset failed", pid, owner, error.what, sqlstate=said.sqlstate, message=said.message)

    def note_recycled(self, session: Session, owner: str, why: str) -> None:
        """The pool closed a connection."""
        self.recycled += 1
        self._add("recycled", session.backend_pid, owner, why)

    def note_limits(self, changes: Sequence[str]) -> None:
        """The user changed what the pool may do."""
        if changes:
            self._add("limits", None, "", ", ".join(changes))

    def _add(
        self, kind: EventKind, pid: int | None, owner: str, reason: str, *, sqlstate: str = "", message: str = ""
    ) -> None:
        self.events.add(time.time(), kind, pid, owner, reason, sqlstate=sqlstate, message=message)


def _doing(session: Session, owner: str) -> str:
    if not owner:
        return "it was idle"
    return f"{owner} ran a statement" if session.is_running else f"{owner} had it"
