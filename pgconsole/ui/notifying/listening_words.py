"""The words for how listening goes and what came of it; pure."""

from pgconsole.core.listening_state import QUEUE_WARNING, ListeningState
from pgconsole.core.plain_text import visible_line
from pgconsole.core.wording import format_count, format_duration_ms, plural
from pgconsole.ui.notifying.model import clock_text

_PHASES = {"off": "Off", "listening": "Listening", "reconnecting": "Not listening"}


def phase_words(state: ListeningState | None, now_s: float) -> tuple[str, str]:
    """The state in few words, and the role of their colour."""
    if state is None:
        return "No connection", "faint"
    if state.phase == "listening":
        return "Listening", "ok"
    if state.phase == "off":
        return ("Off", "faint") if state.problem is None else ("Not listening", "danger")
    if state.lost_s is None:
        return "Connecting", "running"
    left_s = max(0.0, (state.retry_s or now_s) - now_s)
    again = "trying" if left_s < 0.5 else f"again in {format_duration_ms(left_s * 1000)}"
    return f"Not listening since {clock_text(state.lost_s)[:8]}, {again}", "danger"


def phase_tip(state: ListeningState | None) -> str:
    """The state whole: which process, or why not."""
    if state is None:
        return "Channels need a connection."
    if state.phase == "listening":
        pooled = (
            "\nA pooler stands between: the session is served by another process than the one that let us in."
            " In transaction mode nothing would arrive; give the server's own address then."
            if state.is_pooled
            else ""
        )
        return f"A connection of its own, outside the pool: process {state.backend_pid}.{pooled}"
    if state.problem is not None:
        return visible_line(str(state.problem))
    return "Subscribe to a channel to listen."


def count_words(state: ListeningState | None) -> str:
    """How many messages there are, and what became of the others."""
    if state is None or not state.received:
        return ""
    log, rows = state.log, state.rows
    parts = [plural(state.received, "message")]
    if rows.is_filtered:
        parts.append(f"{format_count(rows.end - rows.first)} shown")
    if rows.is_paused:
        parts.append(f"paused, {format_count(rows.waiting)} waiting")
    if log.dropped:
        parts.append(f"{format_count(log.dropped)} dropped")
    if state.unjudged:
        parts.append(f"{format_count(state.unjudged)} too many for the alerts")
    return " · ".join(parts)


def queue_words(state: ListeningState | None) -> tuple[str, str]:
    """How full the server's queue is, and the role of the words' colour; empty where it is as good as empty."""
    usage = state.queue_usage if state is not None else None
    if usage is None or usage < 0.001:
        return "", "second"
    return f"Queue {usage:.1%} full", "warning" if usage >= QUEUE_WARNING else "second"
