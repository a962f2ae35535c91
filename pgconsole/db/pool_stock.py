"""The sessions of one pool: which rest, which are lent to whom; closes them, and tells the ledger of each.

Whom to lend one to is `pool.py`'s, when to look after them `pool_upkeep.py`'s.
"""

import asyncio
import time
from collections.abc import Callable

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pool_facts import SessionFacts, Waiter
from pgconsole.core.pool_limits import PoolLimits
from pgconsole.core.pool_stats import PoolStats, percentile_ms
from pgconsole.db.idle_sessions import IdleSession, IdleSessions
from pgconsole.db.pool_ledger import PoolLedger
from pgconsole.db.session import Session
from pgconsole.db.session_facts import facts_of


class PoolStock:
    """What a pool has; `on_room` is called when there may be room for one who waits."""

    def __init__(self, limits: PoolLimits, on_room: Callable[[], None]) -> None:
        self.limits = limits
        self.ledger = PoolLedger()
        self.idle = IdleSessions()
        self.lent: dict[Session, tuple[str, float]] = {}
        """Who has a session, and since when by the monotonic clock."""
        self.expired: set[Session] = set()
        """Lent ones that are closed when they come back."""
        self.opening = 0
        """How many are being opened."""
        self.owed = 0
        """How many idle sessions went and were not replaced yet."""
        self.is_closed = False
        self._on_room = on_room
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def size(self) -> int:
        """Sessions open or being opened."""
        return len(self.idle) + len(self.lent) + self.opening

    @property
    def room(self) -> int:
        """How many requests could be served now."""
        return len(self.idle) + max(0, self.limits.max_size - self.size)

    def stats(self, waiters: list[Waiter]) -> PoolStats:
        """A snapshot of the figures."""
        ledger, limits = self.ledger, self.limits
        acquire, usage = ledger.acquire.since(0), ledger.usage.since(0)
        return PoolStats(
            size=self.size,
            idle=len(self.idle),
            used=len(self.lent),
            min=limits.min_size,
            max=limits.max_size,
            waiting=len(waiters),
            acquire_ms_p50=percentile_ms(acquire, 0.5),
            acquire_ms_p95=percentile_ms(acquire, 0.95),
            acquire_ms_max=percentile_ms(acquire, 1.0),
            usage_ms_p50=percentile_ms(usage, 0.5),
            usage_ms_p95=percentile_ms(usage, 0.95),
            opened=ledger.opened,
            lost=ledger.lost,
            recycled=ledger.recycled,
            waiting_ms=max(0.0, time.time() - waiters[0].since) * 1000 if waiters else None,
            opening=self.opening,
            open_failures=ledger.open_failures,
            reset_errors=ledger.reset_errors,
        )

    def sessions(self) -> list[SessionFacts]:
        """Every session, those that are lent first."""
        lent = [
            facts_of(session, owner=owner, since=since, is_expired=session in self.expired)
            for session, (owner, since) in self.lent.items()
        ]
        resting = [facts_of(each.session, owner="", since=each.since, last_owner=each.owner) for each in self.idle]
        return lent + resting

    # Lending and resting

    def lend(self, session: Session, owner: str) -> None:
        """Note who has a session from now on."""
        session.on_lost = session.on_doubt = None
        session.record.owner = owner
        self.lent[session] = (owner, time.monotonic())

    def rest(self, session: Session, owner: str) -> None:
        """Keep a session for whoever needs one, first of all for `owner`, who had it."""
        self.let_go(session)
        session.on_lost = lambda: self._lost_idle(session)
        self.idle.put(session, owner)

    def let_go(self, session: Session) -> tuple[str, float] | None:
        """Take a session from whoever has it, with all that was noted of him; who it was, and since when."""
        session.listen(None, None)
        session.on_lost = session.on_doubt = None
        session.record.owner = ""
        session.record.kept_for = ()
        self.expired.discard(session)
        return self.lent.pop(session, None)

    def why_not_kept(self, session: Session) -> str:
        """Why a session that comes back is closed rather than kept; empty where it is kept."""
        if self.is_closed:
            return "the pool was closed"
        if session in self.expired:
            return "it was to be replaced when it came back"
        if self.is_spent(session):
            return f"it was older than {self.limits.max_age_s:g} s"
        others = self.size - (session in self.lent)
        return "the pool's size was lowered" if others >= self.limits.max_size else ""

    def is_spent(self, session: Session) -> bool:
        """Whether a session is too old to be lent again."""
        return time.time() - session.opened_at > self.limits.max_age_s

    # Ending

    def retire(self, session: Session, owner: str, why: str) -> None:
        """Close a session that nobody has any more, in the background."""
        self.ledger.note_recycled(session, owner, why)
        task = asyncio.get_running_loop().create_task(session.close(), name="close session")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def retire_idle(self, idle: IdleSession, why: str) -> None:
        """Close a session that rests."""
        self.idle.remove(idle.session)
        self.let_go(idle.session)
        self.retire(idle.session, idle.owner, why)

    def drop_idle(self, idle: IdleSession, why: str) -> None:
        """Drop a session that rests without a goodbye, which nobody may hear."""
        self.idle.remove(idle.session)
        self.let_go(idle.session)
        self.ledger.note_recycled(idle.session, idle.owner, why)
        idle.session.terminate()

    def drop(self, session: Session, owner: str, error: PgconsoleError, *, unanswered_s: float | None = None) -> None:
        """Drop a session that failed what it was asked to do before it is lent, or did not answer for so long."""
        if unanswered_s is None:
            self.ledger.note_lost(session, owner, error)
        else:
            self.ledger.note_not_answering(session, owner, unanswered_s)
        self.let_go(session)
        session.terminate()
        self._on_room()

    def _lost_idle(self, session: Session) -> None:
        if self.idle.remove(session) is not None:
            self.owed += 1
            self.ledger.note_lost(session, "")
            self.let_go(session)
            self._on_room()

    async def aclose(self) -> None:
        """Close every session, the lent ones too."""
        self.is_closed = True
        idle = self.idle.clear()
        for session in idle:
            session.on_lost = None
        sessions = [*idle, *self.lent]
        self.lent.clear()
        await asyncio.gather(*(session.close() for session in sessions), *self._closing)
