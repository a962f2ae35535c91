"""What is written in the cells of the table of sessions and of the tree of blocking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pgconsole.core.activity_groups import Column
from pgconsole.core.backend import Backend
from pgconsole.core.blocking import PREPARED_TRANSACTION, LockWait
from pgconsole.core.plain_text import cut_line, visible_line
from pgconsole.core.wording import plural

TITLES: Final[dict[Column, str]] = {
    "pid": "Session",
    "application": "Application",
    "user": "User",
    "database": "Database",
    "client": "Client",
    "state": "State",
    "wait": "Waits for",
    "query_age": "Statement",
    "transaction_age": "Transaction",
    "age": "Connected",
    "query": "Query",
}
AGES: Final = frozenset[Column](("query_age", "transaction_age", "age"))
_QUERY_CHARACTERS: Final = 200
_HIDDEN: Final = "not visible to this role"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session's cells say beside what it says of itself."""

    own: Mapping[int, str] = field(default_factory=dict)
    """The console's own sessions, with their owners' names."""
    waits: Mapping[int, LockWait] = field(default_factory=dict)
    blocking: Mapping[int, int] = field(default_factory=dict)
    """How many sessions wait for each that stands in the way of any."""


def age_text(seconds: float | None) -> str:
    """How long something lasts, in its two largest units: `4 s`, `2 min 5 s`, `3 h 20 min`, `4 d 2 h`."""
    if seconds is None:
        return ""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, seconds_left = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {seconds_left} s"
    hours, minutes_left = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes_left} min"
    return f"{hours // 24} d {hours % 24} h"


def one_line(text: str) -> str:
    """The beginning of a statement in one line, its white space drawn together."""
    return cut_line(" ".join(text[: 2 * _QUERY_CHARACTERS].split()), _QUERY_CHARACTERS)


def since_of(backend: Backend, column: Column) -> float | None:
    """The time that an age counts from; None where there is nothing to count."""
    match column:
        case "query_age":
            return backend.query_since
        case "transaction_age":
            return backend.transaction_start
        case _:
            return backend.start


def cell_text(backend: Backend, column: Column, around: Surroundings, now: float) -> str:
    """What a cell shows, safe for one line."""
    if column in AGES:
        since = since_of(backend, column)
        return age_text(None if since is None else now - since)
    return _TEXTS[column](backend, around)


def wait_text(backend: Backend, around: Surroundings) -> str:
    """What a session waits for: who stands in the way of which lock, or the server's wait event.

    Who waits for nothing and stands in others' way says so in its place.
    """
    wait = around.waits.get(backend.pid)
    if wait is not None:
        return f"{blockers_text(wait)} ({wait.wanted})"
    count = around.blocking.get(backend.pid, 0)
    return f"blocks {plural(count, 'session')}" if count else backend.wait


def blockers_text(wait: LockWait) -> str:
    """Who stands in the way."""
    shown = ["a prepared transaction" if pid == PREPARED_TRANSACTION else str(pid) for pid in wait.blockers[:4]]
    rest = len(wait.blockers) - len(shown) + wait.further_blockers
    return ", ".join(shown) + (f" and {rest} more" if rest else "") or "nobody by now"


def state_text(backend: Backend) -> str:
    """What a session does, as far as the role may see it."""
    return _HIDDEN if backend.is_hidden else backend.state or backend.kind


def tip_text(backend: Backend, around: Surroundings) -> str:
    """All that is known of a session, for a tool tip."""
    owner = around.own.get(backend.pid)
    lines = [
        "" if owner is None else f"A session of this console: {owner or 'free in the pool'}",
        f"{backend.kind or 'session'} {backend.pid}, {state_text(backend)}",
        wait_text(backend, around),
        backend.query,
    ]
    return "\n".join(line for line in lines if line)


_TEXTS: Final[dict[Column, Callable[[Backend, Surroundings], str]]] = {
    "pid": lambda backend, _around: str(backend.pid),
    "application": lambda backend, _around: visible_line(backend.application or backend.kind),
    "user": lambda backend, _around: visible_line(backend.user),
    "database": lambda backend, _around: visible_line(backend.database),
    "client": lambda backend, _around: backend.client or ("local" if backend.is_client and backend.kind else ""),
    "state": lambda backend, _around: state_text(backend),
    "wait": lambda backend, around: visible_line(wait_text(backend, around)),
    "query": lambda backend, _around: one_line(backend.query),
}
