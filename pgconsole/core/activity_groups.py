"""Which sessions are shown, in which groups and in which order; pure, so that a refresh costs a few milliseconds."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pgconsole.core.backend import Backend

Grouping = Literal["", "application", "user", "database", "state"]
Choice = Literal["clients", "busy", "waiting", "ours", "all"]
Column = Literal[
    "pid", "application", "user", "database", "state", "wait", "query_age", "transaction_age", "query", "age", "client"
]
COLUMNS: Final[tuple[Column, ...]] = (
    *("pid", "application", "user", "database", "state", "wait"),
    *("query_age", "transaction_age", "query", "age", "client"),
)
_LAST: Final = float("inf")
_STATE_RANK: Final = {"active": 0, "idle in transaction": 1, "idle in transaction (aborted)": 1, "idle": 3}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the table of sessions is to be."""

    grouping: Grouping = ""
    choice: Choice = "clients"
    filter_text: str = ""
    """Words that must all occur in what is shown of a session."""
    sort_by: Column = "query_age"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions that have something in common, named `title`; all of them, under an empty name, without grouping."""

    title: str
    backends: tuple[Backend, ...]

    @property
    def summary(self) -> str:
        """How many of its sessions are in which state."""
        states = Counter(backend.state or backend.kind or "not known" for backend in self.backends)
        return ", ".join(f"{count} {state}" for state, count in states.most_common())


def arranged(
    backends: Iterable[Backend], arrangement: Arrangement, ours: Collection[int], waiting: Collection[int]
) -> tuple[Group, ...]:
    """The sessions that are to be shown; `ours` and `waiting` are process ids. Groups stand in order of their names."""
    words = arrangement.filter_text.casefold().split()
    shown = [
        backend
        for backend in backends
        if _is_chosen(backend, arrangement.choice, ours, waiting) and all(word in _text(backend) for word in words)
    ]
    shown = _sorted(shown, arrangement)
    if not arrangement.grouping:
        return (Group("", tuple(shown)),)
    groups: dict[str, list[Backend]] = {}
    for backend in shown:
        groups.setdefault(group_title(backend, arrangement.grouping), []).append(backend)
    return tuple(Group(title, tuple(groups[title])) for title in sorted(groups, key=str.casefold))


def group_title(backend: Backend, grouping: Grouping) -> str:
    """The name of the group that a session belongs to."""
    match grouping:
        case "application":
            return backend.application or "no application name"
        case "user":
            return backend.user or "no user"
        case "database":
            return backend.database or "no database"
        case "state":
            return backend.state or backend.kind or "not known"
        case _:
            return ""


def _is_chosen(backend: Backend, choice: Choice, ours: Collection[int], waiting: Collection[int]) -> bool:
    match choice:
        case "all":
            return True
        case "clients":
            return backend.is_client
        case "busy":
            return backend.is_client and backend.state != "idle"
        case "waiting":
            return backend.pid in waiting or (backend.state == "active" and bool(backend.wait))
        case "ours":
            return backend.pid in ours


def _text(backend: Backend) -> str:
    parts = (backend.application, backend.user, backend.database, backend.client, backend.state, backend.wait)
    return " ".join((str(backend.pid), *parts, backend.query)).casefold()


def _sorted(backends: Sequence[Backend], arrangement: Arrangement) -> list[Backend]:
    """In the order that is asked for; those that are alike in that stay in the order in which they began."""
    key = _KEYS[arrangement.sort_by]
    return sorted(backends, key=key, reverse=arrangement.descending)


def _query_age_key(backend: Backend) -> tuple[int, float]:
    """Who runs something first, the longest first; then who keeps a transaction open, then the others."""
    since = backend.query_start if backend.state == "active" else backend.state_change
    return _STATE_RANK.get(backend.state, 2), since if since is not None else _LAST


_KEYS: Final[dict[Column, Callable[[Backend], tuple[object, ...]]]] = {
    "pid": lambda backend: (backend.pid,),
    "application": lambda backend: (backend.application.casefold(),),
    "user": lambda backend: (backend.user.casefold(),),
    "database": lambda backend: (backend.database.casefold(),),
    "client": lambda backend: (backend.client,),
    "state": lambda backend: (_STATE_RANK.get(backend.state, 2), backend.state),
    "wait": lambda backend: (not backend.wait, backend.wait),
    "query_age": _query_age_key,
    "transaction_age": lambda backend: (backend.transaction_start or _LAST,),
    "age": lambda backend: (backend.start or _LAST,),
    "query": lambda backend: (not backend.query, backend.query),
}
