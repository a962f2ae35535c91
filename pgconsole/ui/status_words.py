"""The words of the status bar: how many rows, how long, since when; pure but for the locale of the figures."""

import time

from PySide6.QtCore import QLocale

from pgconsole.core.result import Result
from pgconsole.core.run_state import TabState, TransactionState

_WITH_DATE = "%Y-%m-%d %H:%M"
_TRANSACTION_MEANING = {
    TransactionState.OPEN: "Nothing is final until it is committed. It holds locks and a snapshot on the server.",
    TransactionState.FAILED: "An error failed it: the server accepts nothing but ROLLBACK, or ROLLBACK TO a savepoint.",
    TransactionState.UNKNOWN: "The connection was lost before its end was confirmed. Look whether its changes came.",
}


def duration_words(duration_ms: float) -> str:
    """A duration in the unit that fits: `14 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`."""
    if duration_ms < 1:
        return "under 1 ms"
    if duration_ms < 999.5:
        return f"{duration_ms:.0f} ms"
    seconds = duration_ms / 1000
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {left} s"
    return f"{minutes // 60} h {minutes % 60} min"


def clock_words(moment_s: float, now_s: float | None = None) -> str:
    """A moment as `12:03`, with its date where that is not today's; local time."""
    now = time.localtime(now_s)
    then = time.localtime(moment_s)
    same_day = (then.tm_year, then.tm_yday) == (now.tm_year, now.tm_yday)
    return time.strftime("%H:%M" if same_day else _WITH_DATE, then)


def count_words(count: int, locale: QLocale) -> str:
    """A count with the locale's separators; the C locale, which has none, borrows the English ones."""
    return f"{count:,}" if locale.language() is QLocale.Language.C else locale.toString(count)


def about_words(count: int, locale: QLocale) -> str:
    """An estimate, in two figures: `about 1.2 M`; never more exact than it is."""
    for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            value = count / size
            return f"about {locale.toString(value, 'f', 1 if value < 9.95 else 0)} {unit}"
    return f"about {count}"


def rows_words(result: Result, locale: QLocale) -> str:
    """How many rows there are, and what is known of the rest."""
    count = result.row_count
    shown = count_words(count, locale)
    if result.is_final:
        return "No rows" if not count else f"{shown} row" if count == 1 else f"{shown} rows"
    if result.stopped_because:
        return f"{shown} rows, stopped"
    if result.estimated_rows is not None and result.estimated_rows > count:
        return f"{shown} so far, {about_words(result.estimated_rows, locale)}"
    return f"{shown} so far"


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
        lines.append(f"The planner expected {count_words(result.estimated_rows, locale)} rows.")
    lines.append(f"Read by {result.road.value}.")
    if result.tag:
        lines.append(result.tag)
    return "\n".join(lines)


def time_words(result: Result) -> str:
    """Time to the first row, and from there to the end: `3 ms + 210 ms`."""
    if result.first_row_ms is None:
        return duration_words(result.total_ms) if result.total_ms is not None else ""
    first = duration_words(result.first_row_ms)
    if result.total_ms is None:
        return first
    return f"{first} + {duration_words(max(result.total_ms - result.first_row_ms, 0.0))}"


def time_details(result: Result) -> str:
    """Which time is which."""
    lines = []
    if result.first_row_ms is not None:
        lines.append(f"First row after {duration_words(result.first_row_ms)}")
    if result.total_ms is not None:
        lines.append(f"All in {duration_words(result.total_ms)}")
    lines.append(f"Waited for the server {duration_words(result.server_wait_ms)}")
    return "\n".join(lines)


def transaction_words(state: TabState) -> str:
    """The state of the user's own transaction."""
    since = f" since {clock_words(state.transaction_since)}" if state.transaction_since is not None else ""
    match state.transaction:
        case TransactionState.OPEN:
            return f"Transaction open{since}"
        case TransactionState.FAILED:
            return f"Transaction failed, open{since}"
        case TransactionState.UNKNOWN:
            return "Transaction unknown"
        case TransactionState.IDLE:
            return "Idle" if state.auto_commit else "Idle, manual commit"


def transaction_details(state: TabState) -> str:
    """What that state means, and what can be done."""
    if state.transaction is TransactionState.IDLE:
        told = "Each statement commits by itself." if state.auto_commit else "The next statement begins one."
    else:
        told = _TRANSACTION_MEANING[state.transaction]
    more = [state.isolation and f"Isolation: {state.isolation}", state.read_only and "Read-only"]
    return "\n".join([told, *(str(line) for line in more if line)])
