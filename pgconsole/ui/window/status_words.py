"""The words of the status bar: how many rows, how long, since when; pure but for the locale of the figures."""

import time

from PySide6.QtCore import QLocale

from pgconsole.core.result import Result
from pgconsole.core.run_state import TabState, TransactionState
from pgconsole.core.wording import THOUSANDS, format_count, format_duration_ms, rows_phrase

_WITH_DATE = "%Y-%m-%d %H:%M"
_TRANSACTION_MEANING = {
    TransactionState.OPEN: "Nothing is final until it is committed. It holds locks and a snapshot on the server.",
    TransactionState.FAILED: "An error failed it: the server accepts nothing but ROLLBACK, or ROLLBACK TO a savepoint.",
    TransactionState.UNKNOWN: (
        "The connection was lost before its end was confirmed. The server rolls it back unless a COMMIT was under way:"
        " then look whether its changes came."
    ),
}


def clock_words(moment_s: float, now_s: float | None = None) -> str:
    """A moment as `12:03`, with its date where that is not today's; local time."""
    now = time.localtime(now_s)
    then = time.localtime(moment_s)
    same_day = (then.tm_year, then.tm_yday) == (now.tm_year, now.tm_yday)
    return time.strftime("%H:%M" if same_day else _WITH_DATE, then)


def thousands(locale: QLocale) -> str:
    """The locale's separator of thousands; the C locale, which has none, borrows the English one."""
    return THOUSANDS if locale.language() is QLocale.Language.C else locale.groupSeparator()


def rows_words(result: Result, locale: QLocale) -> str:
    """How many rows there are, and what is known of the rest."""
    return rows_phrase(
        result.row_count,
        is_final=result.is_final,
        estimated_rows=result.estimated_rows,
        counted_rows=result.counted_rows,
        stopped=bool(result.stopped_because),
        separator=thousands(locale),
    )


def rows_details(result: Result, locale: QLocale) -> str:
    """The same in sentences, with the road that the rows came by."""
    lines = []
    if result.is_final:
        lines.append("Every row that the statement returned is here.")
    elif result.stopped_because:
        lines.append(f"Not read to the end: {result.stopped_because}.")
    elif result.portal_open:
        lines.append("Reading is paused: scroll on, or fetch all.")
    else:
        lines.append("Rows are arriving.")
    if result.estimated_rows is not None:
        lines.append(f"The planner expected {format_count(result.estimated_rows, thousands(locale))} rows.")
    lines.append(f"Read by {result.road.value}.")
    if result.tag:
        lines.append(result.tag)
    return "\n".join(lines)


def time_words(result: Result) -> str:
    """Time to the first row, and from there to the end: `3 ms + 210 ms`."""
    if result.first_row_ms is None:
        return format_duration_ms(result.total_ms) if result.total_ms is not None else ""
    first = format_duration_ms(result.first_row_ms)
    if result.total_ms is None:
        return first
    return f"{first} + {format_duration_ms(max(result.total_ms - result.first_row_ms, 0.0))}"


def time_details(result: Result) -> str:
    """Which time is which."""
    lines = []
    if result.first_row_ms is not None:
        lines.append(f"First row after {format_duration_ms(result.first_row_ms)}")
    if result.total_ms is not None:
        lines.append(f"All in {format_duration_ms(result.total_ms)}")
    lines.append(f"Waited for the server {format_duration_ms(result.server_wait_ms)}")
    return "\n".join(lines)


def transaction_words(state: TabState, *, is_lost: bool = False) -> str:
    """The state of the user's own transaction; without one, and without a connection to be idle, how it would begin."""
    since = f" since {clock_words(state.transaction_since)}" if state.transaction_since is not None else ""
    match state.transaction:
        case TransactionState.OPEN:
            return f"Transaction open{since}"
        case TransactionState.FAILED:
            return f"Transaction failed, open{since}"
        case TransactionState.UNKNOWN:
            return "Transaction unknown"
        case TransactionState.IDLE if state.is_busy or is_lost or not state.connected:
            return "Auto-commit" if state.auto_commit else "Manual commit"
        case TransactionState.IDLE:
            return "Idle" if state.auto_commit else "Idle, manual commit"


def access_words(state: TabState) -> str:
    """Whether transactions begin read-only, whoever asked for it."""
    return "Read-only" if state.read_only or state.connection_read_only else ""


def access_details(state: TabState) -> str:
    """Who asked for it, and what it means."""
    whose = "this connection, by its settings," if state.connection_read_only else "this tab"
    return f"Transactions of {whose} begin read-only: the server refuses whatever would write."


def transaction_details(state: TabState) -> str:
    """What that state means, and what can be done."""
    if state.transaction is TransactionState.IDLE:
        told = "Each statement commits by itself." if state.auto_commit else "The next statement begins one."
    else:
        told = _TRANSACTION_MEANING[state.transaction]
    more = [state.isolation and f"Isolation: {state.isolation}", access_words(state)]
    return "\n".join([told, *(str(line) for line in more if line)])
