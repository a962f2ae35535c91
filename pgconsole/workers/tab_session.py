"""The session of one tab: borrowed when something runs, kept only while something on it would be lost.

Owns borrowing, probing, pinning and giving back; the pool owns the sessions, the query console what runs on them.
"""

import asyncio
import math
from collections.abc import Callable, Mapping
from contextlib import suppress

from pgconsole.core.errors import PgconsoleError, QueryCancelled, ServerError, SessionError
from pgconsole.core.run_state import TransactionState
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.db.session_state import limit_s, pinned_state, read_only_step, restoring_steps
from pgconsole.db.text_connection import NoticeSink, NotificationSink


class TabSession:
    """Holds at most one session of `pool` for the tab `owner`."""

    def __init__(
        self,
        pool: Pool,
        owner: str,
        *,
        notices: NoticeSink,
        notifications: NotificationSink,
        on_lost: Callable[[], None],
        on_doubt: Callable[[], None],
        on_restored: Callable[[str], None],
    ) -> None:
        """Take who hears of notices, of notifications, of the connection's end or a doubt whether it still is there,
        and of what was set again after it."""
        self._pool = pool
        self._owner = owner
        self._notices = notices
        self._notifications = notifications
        self._on_lost = on_lost
        self._on_doubt = on_doubt
        self.session: Session | None = None
        self._on_restored = on_restored
        self._pinned: Mapping[str, str] = {}
        self._to_restore: Mapping[str, str] = {}
        """What to set again in place of a lost session, by what it is called."""
        self._unproven: list[str] = []
        self._borrowing: asyncio.Task[Session] | None = None

    async def borrow(self, *, read_only: bool) -> Session:
        """The session that the tab holds, else one of the pool, which has just answered.

        Its transactions begin read-only as asked; one that is open already is left as it is. Raises `PoolTimeout`, or
        why no connection came about, and `QueryCancelled` after `give_up_borrowing`.
        """
        borrowing = self._borrowing = asyncio.get_running_loop().create_task(
            self._borrow(read_only=read_only), name="borrow session"
        )
        try:
            await asyncio.wait({borrowing})
        except asyncio.CancelledError:
            borrowing.cancel()
            await asyncio.gather(borrowing, return_exceptions=True)
            raise
        finally:
            self._borrowing = None
        if borrowing.cancelled():
            raise QueryCancelled("Cancelled before a connection was there.")
        return borrowing.result()

    def give_up_borrowing(self) -> None:
        """End the wait for a session, where one is waited for."""
        if self._borrowing is not None:
            self._borrowing.cancel()

    async def _borrow(self, *, read_only: bool) -> Session:
        if self.session is not None and self.session.is_lost:
            self.drop()
        if self.session is None:
            self.session = await self._pool.acquire(self._owner, read_only=read_only)
            self.session.listen(self._notices, self._notifications)
            self.session.on_lost, self.session.on_doubt = self._on_lost, self._on_doubt
            await self._restore(self.session)
        elif self.session.read_only is not read_only and not self.session.in_transaction_block:
            await self.session.execute(read_only_step(self.session, read_only))
            self.session.read_only = read_only
        return self.session

    async def _restore(self, session: Session) -> None:
        """Set again what changes the meaning of statements; raises `SessionError` where the server refuses that."""
        steps, self._to_restore = self._to_restore, {}
        for name, step in steps.items():
            try:
                await session.execute(step)
            except ServerError as error:
                raise SessionError(
                    f"Nothing was run: {name} of the lost connection could not be set again.",
                    error.what,
                    "Set it by hand, or run once more to go on without it.",
                    report=error.report,
                ) from error
        if steps:
            self._on_restored(", ".join(steps))

    @property
    def pins(self) -> tuple[str, ...]:
        """Why the tab keeps the session beyond its run and its transaction."""
        return tuple(self._pinned)

    @property
    def standard_conforming_strings(self) -> bool:
        """Whether a backslash in a plain string is one, as it is wherever nobody has said otherwise."""
        return self.session is None or self.session.parameter_status("standard_conforming_strings") != "off"

    @property
    def idle_limit_s(self) -> float:
        """How long the server bears with its transaction while nothing runs; infinite for ever."""
        if self.session is None:
            return math.inf
        typed = self._pinned.get("SET idle_in_transaction_session_timeout")
        return limit_s(typed) if typed else self.session.idle_limits.in_transaction_s

    @property
    def holds(self) -> tuple[str, ...]:
        """What goes with the session: the server's word of it, then by its statements what came since."""
        return tuple(dict.fromkeys((*self.pins, *self._unproven)))

    def leaves_behind(self, state: str) -> None:
        """Note what a statement left in the session, until the server is asked; in a transaction that is its end."""
        self._unproven.append(state)

    async def settle(self) -> None:
        """Give the session back unless something depends on it; what does is in `pins` afterwards."""
        session = self.session
        if session is None:
            return
        if session.is_lost:
            self.drop()
        elif session.transaction is TransactionState.IDLE and not session.in_transaction_block:
            self._pinned, self._unproven = await pinned_state(session), []
            session.record.kept_for = self.pins
            if not self._pinned and self.session is session:
                self.session = None
                self._pool.release(session, self._owner)

    async def leave(self) -> None:
        """Let the session go as the tab ends, whatever is pinned; one in a transaction block is closed."""
        with suppress(PgconsoleError):
            if self.session is not None and not self.session.in_transaction_block:
                await self.settle()
        self.drop()

    def drop(self) -> None:
        """Close the session, and with it all that was pinned; the next run borrows another."""
        session, self.session, self._unproven = self.session, None, []
        pinned, self._pinned = self._pinned, {}
        if session is not None:
            self._to_restore = restoring_steps(pinned) if session.is_lost else {}
            self._pool.discard(session)
