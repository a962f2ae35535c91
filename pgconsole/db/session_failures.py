"""Failures of a session that the server did not report: an answer that never came, and our own statement time-out."""

from pgconsole.core.errors import OutcomeUnknown, QueryCancelled, StatementTimeout


def unknown_outcome(doing: str) -> OutcomeUnknown:
    """A change was sent, and its confirmation never came; nothing is run again for it."""
    return OutcomeUnknown(
        f"The connection was lost before the server confirmed {doing}.",
        "The changes may have been made, or not; the answer never came.",
        "Look at the data before you run it again.",
    )


def own_timeout(budget_s: float, cancelled: QueryCancelled) -> StatementTimeout:
    """The console's limit for a statement ran out, and the server confirmed the cancel."""
    return StatementTimeout(
        "The statement took too long and was cancelled.",
        f"It waited {budget_s:g} s for the server, which is this console's limit for a statement.",
        "Raise the statement time-out in the settings, or run it in smaller parts.",
        report=cancelled.report,
    )
