"""Judges a pool: what is wrong or about to be, each finding with the arithmetic that it rests on; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pgconsole.core.pool_facts import SessionFacts, Waiter
from pgconsole.core.pool_stats import PoolStats
from pgconsole.core.server_capacity import ServerCapacity
from pgconsole.core.wording import format_duration_ms, plural

AdviceLevel = Literal["fine", "warning", "danger"]

QUIET_S: Final = 5.0
"""A connection that did nothing for so long while others wait is in their way."""
IDLE_IN_TRANSACTION_S: Final = 30.0
LEAK_S: Final = 60.0
_CROWDED: Final = 0.8


@dataclass(frozen=True, slots=True)
class PoolAdvice:
    """One finding."""

    level: AdviceLevel
    what: str
    sums: str
    """The figures that it follows from."""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class PoolSituation:
    """What is judged, at the moment `now` in seconds since the epoch."""

    now: float
    stats: PoolStats
    sessions: Sequence[SessionFacts]
    waiters: Sequence[Waiter] = ()
    capacity: ServerCapacity | None = None
    borrowed_per_s: float = 0.0
    """Connections lent a second, lately."""
    is_pooler: bool = False
    """A pooler in transaction mode answers, not the server itself."""
    open_failures_in_a_row: int = 0
    open_failure: str = ""
    open_pause_s: float = 0.0
    waits_for_user: bool = False
    """Every connection was lost, and the settings leave it to the user to connect anew."""


def advise(situation: PoolSituation) -> list[PoolAdvice]:
    """Every finding, the worst first."""
    found = [
        *_can_not_open(situation),
        *_lost(situation),
        *_room(situation),
        *_waiting(situation),
        *_idle_in_transaction(situation),
        *_leaks(situation),
        *_crowded(situation),
        *_pooler(situation),
    ]
    order: tuple[AdviceLevel, ...] = ("danger", "warning", "fine")
    return sorted(found, key=lambda advice: order.index(advice.level))


def _can_not_open(at: PoolSituation) -> Iterator[PoolAdvice]:
    if at.open_failures_in_a_row:
        attempts = plural(at.open_failures_in_a_row, "attempt")
        yield PoolAdvice(
            "danger",
            "No connection can be opened.",
            f"{attempts} failed in a row; the next is made in {format_duration_ms(at.open_pause_s * 1000)}",
            at.open_failure,
        )


def _lost(at: PoolSituation) -> Iterator[PoolAdvice]:
    if at.waits_for_user:
        yield PoolAdvice(
            "warning",
            "Every connection was lost, and none is opened until you run something or reconnect.",
            f"{at.stats.size} open, {plural(at.stats.lost or 0, 'connection')} lost since the pool began",
            "The setting “Reconnect by itself” (auto_reconnect) has the pool do it.",
        )


def _room(at: PoolSituation) -> Iterator[PoolAdvice]:
    capacity, most = at.capacity, at.stats.max
    if capacity is None or most is None:
        return
    reserved = 0 if capacity.is_superuser else capacity.reserved
    yield _fits(
        most,
        capacity.usable - capacity.others,
        f"{capacity.max_connections} max_connections − {reserved} reserved − {capacity.others} of others",
        "the server",
        capacity.used_by_us,
    )
    for kind, name, limit, used in (
        ("role", capacity.role, capacity.role_limit, capacity.role_used),
        ("database", capacity.database, capacity.database_limit, capacity.database_used),
    ):
        if limit is not None:
            others = max(0, used - capacity.used_by_us)
            yield _fits(
                most,
                limit - others,
                f"{limit} allowed to {kind} {name} − {others} of others",
                f"the {kind}'s limit",
                capacity.used_by_us,
            )


def _fits(most: int, room: int, sums: str, whose: str, ours: int) -> PoolAdvice:
    sums = f"{sums} = {room}; the pool's maximum is {most}"
    if room <= ours:
        return PoolAdvice(
            "danger",
            f"There is no room for another connection: {whose} is used up.",
            f"{sums}, and {ours} are open",
            "Close connections that nobody needs, here or elsewhere.",
        )
    if most > room:
        return PoolAdvice(
            "warning", f"The pool may want more connections than {whose} has room for.", sums, f"Lower it to {room}."
        )
    return PoolAdvice(
        "fine", f"The pool fits into {whose}'s room." if whose == "the server" else f"It fits {whose}.", sums
    )


def _waiting(at: PoolSituation) -> Iterator[PoolAdvice]:
    if not at.waiters:
        return
    first = at.waiters[0]
    waits = f"{plural(len(at.waiters), 'request')}, {first.owner} for {_span(at.now - first.since)}"
    resting = [each for each in at.sessions if each.owner and _quiet_s(at, each) >= QUIET_S]
    if resting:
        held = "; ".join(f"{each.owner} keeps {each.pid} for {_why(each)}" for each in resting)
        yield PoolAdvice(
            "warning",
            "Requests wait while connections do nothing.",
            f"waiting: {waits}; at rest: {held}",
            "End what those tabs hold, or raise the maximum.",
        )
    else:
        yield PoolAdvice(
            "warning",
            "Requests wait, and every connection is busy.",
            f"waiting: {waits}; in use: {at.stats.used} of {at.stats.max}",
            "Wait, cancel a statement, or raise the maximum.",
        )


def _idle_in_transaction(at: PoolSituation) -> Iterator[PoolAdvice]:
    for each in at.sessions:
        quiet_s = _quiet_s(at, each)
        if each.transaction_since is not None and each.owner and quiet_s >= IDLE_IN_TRANSACTION_S:
            yield PoolAdvice(
                "warning",
                f"{each.owner} is idle in a transaction.",
                f"pid {each.pid}: open for {_span(at.now - each.transaction_since)}, nothing run for {_span(quiet_s)}",
                "Commit, roll back or close its paused result: it holds locks, and keeps VACUUM from its work.",
            )


def _leaks(at: PoolSituation) -> Iterator[PoolAdvice]:
    for each in at.sessions:
        quiet_s = _quiet_s(at, each)
        if each.phase == "kept" and not each.kept_for and quiet_s >= LEAK_S:
            yield PoolAdvice(
                "warning",
                f"{each.owner} has a connection that it does not use.",
                f"pid {each.pid}: lent for {_span(at.now - each.since)}, idle for {_span(quiet_s)}, nothing held",
                "Close that tab or reset its session.",
            )


def _crowded(at: PoolSituation) -> Iterator[PoolAdvice]:
    """By Little's law the connections in use are the rate of borrowing times the time of use."""
    use_ms, most = at.stats.usage_ms_p50, at.stats.max
    if use_ms is None or most is None or not at.borrowed_per_s:
        return
    needed = at.borrowed_per_s * use_ms / 1000
    if needed >= _CROWDED * most:
        yield PoolAdvice(
            "warning",
            "The pool is about as small as its work allows.",
            f"{at.borrowed_per_s:.1f} borrowed a second × {format_duration_ms(use_ms)} of use = {needed:.1f} in use;"
            f" the maximum is {most}",
            f"Raise the maximum to {max(most + 1, round(needed / 0.6))} or shorten the use.",
        )


def _pooler(at: PoolSituation) -> Iterator[PoolAdvice]:
    if not at.is_pooler:
        return
    for each in at.sessions:
        if each.kept_for:
            yield PoolAdvice(
                "warning",
                f"{each.owner} relies on what PgBouncer does not keep.",
                f"pid {each.pid} holds {', '.join(each.kept_for)}; in transaction mode a COMMIT may change the session",
                "Use SET LOCAL in a transaction, or connect past the pooler.",
            )
    if at.stats.min:
        yield PoolAdvice(
            "warning",
            "A minimum is of no use behind PgBouncer.",
            f"minimum {at.stats.min}: clients that PgBouncer counts, without a server connection of their own",
            "Set the minimum to 0.",
        )


def _quiet_s(at: PoolSituation, session: SessionFacts) -> float:
    return 0.0 if session.quiet_since is None else at.now - session.quiet_since


def _why(session: SessionFacts) -> str:
    if session.kept_for:
        return ", ".join(session.kept_for)
    return "a transaction" if session.transaction_since is not None else "no reason known"


def _span(seconds: float) -> str:
    return format_duration_ms(max(0.0, seconds) * 1000)
