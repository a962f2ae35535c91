"""How connections and events of a pool read in their tables; pure but for the local time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from pgconsole.core.pool_facts import PoolEvent, SessionFacts
from pgconsole.core.query_log import LoggedStatement
from pgconsole.core.server_capacity import BackendFacts
from pgconsole.core.wording import format_count, format_duration_ms
from pgconsole.ui.live_table import Column, Tone

_LONG_TRANSACTION_S = 30.0


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection with what the server says of it."""

    facts: SessionFacts
    backend: BackendFacts | None
    now: float
    is_beside: bool
    """It is the console's, and not the pool's."""


def connection_rows(
    sessions: list[SessionFacts], beside: list[SessionFacts], backends: Mapping[int, BackendFacts], now: float
) -> list[ConnectionRow]:
    """The pool's connections, then those beside it."""
    pool = [ConnectionRow(each, backends.get(each.pid), now, False) for each in sessions]
    return pool + [ConnectionRow(each, backends.get(each.pid), now, True) for each in beside]


def _state(row: ConnectionRow) -> str:
    facts = row.facts
    if row.is_beside and facts.phase == "kept":
        return "beside the pool"
    words = f"kept: {', '.join(facts.kept_for)}" if facts.kept_for else str(facts.phase)
    return f"{words}, to be replaced" if facts.is_expired else words


def _state_tone(row: ConnectionRow) -> Tone:
    tones: dict[str, Tone] = {
        "running": "running",
        "idle": "text_second",
        "failed transaction": "danger",
        "lost": "danger",
        "kept": "warning" if not row.is_beside else "text_second",
    }
    if row.facts.phase == "in transaction":
        return "warning" if _transaction_s(row) >= _LONG_TRANSACTION_S else "text"
    return tones.get(row.facts.phase, "text")


def _transaction_s(row: ConnectionRow) -> float:
    since = row.facts.transaction_since
    return 0.0 if since is None else row.now - since


def _server_says(row: ConnectionRow) -> str:
    if row.backend is None:
        return ""
    is_waiting = row.backend.wait and not row.backend.wait.startswith("Client")
    return f"{row.backend.state}, {row.backend.wait}" if is_waiting else row.backend.state


def _span(seconds: float) -> str:
    return format_duration_ms(max(0.0, seconds) * 1000)


CONNECTION_COLUMNS: tuple[Column[ConnectionRow], ...] = (
    Column("PID", lambda row: str(row.facts.pid), 72, is_number=True),
    Column(
        "Owner",
        lambda row: row.facts.owner or (f"idle, last {row.facts.last_owner}" if row.facts.last_owner else "idle"),
        152,
        tone=lambda row: "text" if row.facts.owner else "text_second",
    ),
    Column("State", _state, 152, tone=_state_tone),
    Column("For", lambda row: _span(row.now - row.facts.since), 72, is_number=True),
    Column("Age", lambda row: _span(row.now - row.facts.opened_at), 72, is_number=True),
    Column("Served", lambda row: format_count(row.facts.served), 64, is_number=True),
    Column(
        "Transaction",
        lambda row: _span(_transaction_s(row)) if row.facts.transaction_since is not None else "",
        88,
        is_number=True,
        tone=lambda row: "warning" if _transaction_s(row) >= _LONG_TRANSACTION_S else "text",
    ),
    Column("Last query", lambda row: row.facts.last_query, 240, tone=lambda _row: "text_second"),
    Column("Server says", _server_says, 152, tone=lambda _row: "text_second"),
    Column("Last error", lambda row: row.facts.last_error, 160, tone=lambda _row: "danger"),
    Column("TLS", lambda row: row.facts.tls or "none", 64, tone=lambda row: "ok" if row.facts.tls else "text_second"),
)


def moment_words(at: float) -> str:
    """A moment of today or before as `12:03:04.567`, local time."""
    return f"{time.strftime('%H:%M:%S', time.localtime(at))}.{int(at % 1 * 1000):03d}"


def _event_tone(event: PoolEvent) -> Tone:
    return "danger" if event.is_bad else "ok" if event.kind == "opened" else "text_second"


EVENT_COLUMNS: tuple[Column[PoolEvent], ...] = (
    Column("Time", lambda event: moment_words(event.at), 112),
    Column("Event", lambda event: event.kind, 104, tone=_event_tone),
    Column("PID", lambda event: "" if event.pid is None else str(event.pid), 72, is_number=True),
    Column("Owner", lambda event: event.owner, 136),
    Column("SQLSTATE", lambda event: event.sqlstate, 80, tone=lambda _event: "text_second"),
    Column("Reason", lambda event: event.reason, 448),
    Column("Server's words", lambda event: event.message, 320, tone=lambda _event: "text_second"),
)


def statement_columns(slow_ms: "SlowLimit") -> tuple[Column[LoggedStatement], ...]:
    """How logged statements read; what took as long as the limit is marked, by a word too."""

    def tone(entry: LoggedStatement) -> Tone:
        return "warning" if entry.is_slow(slow_ms.ms) else "text"

    return (
        Column("Time", lambda entry: moment_words(entry.at), 112),
        Column("Owner", lambda entry: entry.owner, 128, tone=lambda entry: "text_second" if entry.is_own else "text"),
        Column("PID", lambda entry: str(entry.pid), 72, is_number=True),
        Column("Duration", lambda entry: _duration(entry, slow_ms.ms), 104, is_number=True, tone=tone),
        Column("Rows", lambda entry: "" if entry.rows is None else format_count(entry.rows), 80, is_number=True),
        Column("Outcome", _outcome, 96, tone=_outcome_tone),
        Column(
            "Statement",
            lambda entry: f"{entry.text}\n{entry.error}" if entry.error else entry.text,
            480,
            tone=lambda entry: "text_second" if entry.is_own else "text",
        ),
    )


@dataclass(slots=True)
class SlowLimit:
    """From how many milliseconds on a statement is slow; it may change while the table is shown."""

    ms: float = 100.0


def _duration(entry: LoggedStatement, slow_ms: float) -> str:
    words = format_duration_ms(entry.duration_ms)
    return f"slow  {words}" if entry.is_slow(slow_ms) else words


def _outcome(entry: LoggedStatement) -> str:
    if entry.is_running:
        return "running"
    return (entry.sqlstate or "failed") if entry.error else "done"


def _outcome_tone(entry: LoggedStatement) -> Tone:
    if entry.is_running:
        return "running"
    return "danger" if entry.error else "text_second"
