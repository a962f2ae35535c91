"""Failures of a session that the server did not report: an answer that never came, and our own statement time-out."""

from pgconsole.core.errors import ConnectionLost, OutcomeUnknown, QueryCancelled, StatementTimeout


def lost(why: str = "") -> ConnectionLost:
    """The session was gone before anything was sent, of which somebody else may have heard why."""
    return ConnectionLost("The connection was lost.", why, "The next statement begins on a new one.")


def dropped() -> ConnectionLost:
    """The console closed the session under a statement that it could not have cancelled in time."""
    return ConnectionLost(
        "The connection was dropped from this side.",
        "The server did not answer the request to cancel, and may go on until it notices.",
        "The next statement begins on a new one.",
    )


def unknown_outcome(doing: str, transaction_id: str = "") -> OutcomeUnknown:
    """A change was sent, and its confirmation never came; nothing is run again for it."""
    return OutcomeUnknown(
        f"Outcome unknown: the connection was lost before the server confirmed {doing}.",
        "The changes may have been made, or not; the answer never came.",
        "Ask the server what became of it." if transaction_id else "Look at the data before you run it again.",
        transaction_id=transaction_id,
    )


def tells_of_no_change(error: ConnectionLost) -> bool:
    """Whether a server's last word says that what it had been sent was not done.

    A pooler speaks in class 08, of a server that it lost in the midst: what came of the change there it doesn't know.
    """
    return bool(error.sqlstate) and not error.sqlstate.startswith("08")


def own_timeout(budget_s: float, cancelled: QueryCancelled | None = None) -> StatementTimeout:
    """The console's limit for a statement ran out; `cancelled` is what the server said to that, if it had to."""
    return StatementTimeout(
        "The statement took too long and was cancelled.",
        f"It waited {budget_s:g} s for the server, which is this console's limit for a statement.",
        "Raise the statement time-out in the settings, or run it in smaller parts.",
        report=cancelled.report if cancelled is not None else None,
    )
