"""Puts together what is told of one session of a pool."""

import time

from pgconsole.core.pool_facts import SessionFacts, SessionPhase
from pgconsole.db.session import Session

_QUERY_CHARS = 4_000


def facts_of(
    session: Session, *, owner: str, since: float, is_expired: bool = False, last_owner: str = ""
) -> SessionFacts:
    """The facts of a session that `owner` has, or nobody, `since` a moment of the monotonic clock."""
    record = session.record
    return SessionFacts(
        pid=session.backend_pid,
        owner=owner,
        phase=_phase(session, owner),
        opened_at=session.opened_at,
        since=time.time() - (time.monotonic() - since),
        served=record.served,
        last_query=record.last.text[:_QUERY_CHARS] if record.last is not None else "",
        last_error=record.last_error,
        transaction_since=record.block_since,
        quiet_since=None if session.is_running else record.quiet_since,
        tls=record.tls_version,
        kept_for=record.kept_for,
        is_expired=is_expired,
        last_owner=last_owner,
    )


def _phase(session: Session, owner: str) -> SessionPhase:
    if session.is_lost:
        return "lost"
    if session.is_running:
        return "running"
    if session.in_failed_block:
        return "failed transaction"
    if session.in_transaction_block:
        return "in transaction"
    return "kept" if owner else "idle"
