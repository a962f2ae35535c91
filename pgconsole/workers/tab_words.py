"""What a query tab says of its session, and takes over from it, as pure functions."""

from collections.abc import Sequence
from dataclasses import replace

from pgconsole.core.errors import ConnectionLost, RefusedStatement
from pgconsole.core.run_state import TabState, TransactionState
from pgconsole.core.server_errors import from_report
from pgconsole.core.server_report import ServerReport
from pgconsole.db.session import Session
from pgconsole.workers.readings import Readings

AN_ANSWER = "an answer, after a sleep"
"""What is waited for while a session is tried."""


def tab_is_busy() -> RefusedStatement:
    """A second run was asked for while one is under way."""
    return RefusedStatement("This tab is busy.", "Another run is under way in it.", "Cancel that one, or wait.")


def notification_text(pid: int, channel: str, payload: str) -> str:
    """One line for a notification that the tab's session heard."""
    said = f": {payload}" if payload else ", without a payload"
    return f"Notification on {channel} from process {pid}{said}"


def limit_warning(left_s: float) -> str:
    """A paused result has been held for nearly as long as one may be."""
    return f"A paused result holds a snapshot on the server; it is closed in {left_s:.0f} s, its rows kept."


def unseen_beside(pins: tuple[str, ...], transaction: TransactionState) -> tuple[str, ...]:
    """What another session does not see of a tab's, in words."""
    return (*pins, *(("the open transaction",) if transaction is TransactionState.OPEN else ()))


def lost_with_session(held: Sequence[str], transaction: TransactionState, *, has_paused: bool) -> tuple[str, ...]:
    """What is gone with the session, in words, the gravest first."""
    block = ("the open transaction",) if transaction is not TransactionState.IDLE else ()
    return (*block, *held, *(("paused results",) if has_paused else ()))


def lost_while_idle(lost: tuple[str, ...], report: ServerReport | None = None) -> ConnectionLost:
    """The connection ended while nothing ran on it; `report` is what the server said of it, if it did."""
    told = from_report(report) if report is not None else None
    return ConnectionLost(
        "The connection of this tab was lost.",
        told.what if told is not None else "It was closed without a word.",
        "The next statement runs on a new one; nothing is run again by itself.",
        report=report,
        lost=lost,
    )


def lost_in_sleep(lost: tuple[str, ...], why: str) -> ConnectionLost:
    """The connection did not outlive the time that this machine slept."""
    return ConnectionLost(
        "The connection of this tab was lost while this machine slept.",
        why,
        "The next statement runs on a new one; nothing is run again by itself.",
        lost=lost,
    )


def with_known_outcome(state: TabState) -> TabState:
    """The tab's state once the server has said what became of the transaction whose COMMIT was not confirmed."""
    is_unknown = state.transaction is TransactionState.UNKNOWN
    transaction = TransactionState.IDLE if is_unknown else state.transaction
    return replace(state, unknown_transaction="", transaction=transaction)


def with_session(state: TabState, session: Session | None, pins: tuple[str, ...], readings: Readings) -> TabState:
    """The tab's state with what its session says; an unknown outcome is shown until there is another session."""
    transaction = session.transaction if session is not None else TransactionState.IDLE
    if session is None and state.transaction is TransactionState.UNKNOWN:
        transaction = TransactionState.UNKNOWN
    return replace(
        state,
        transaction=transaction,
        transaction_since=session.transaction_since if session is not None else None,
        pin_reasons=pins,
        portal_since=readings.paused_since,
        may_have_written=readings.writes,
        backend_pid=session.backend_pid if session is not None else None,
    )
