"""The session of one tab: borrowed when something runs, kept only while something on it would be lost.

Owns borrowing, probing, pinning and giving back; the pool owns the sessions, the query console what runs on them.
"""

import asyncio
from collections.abc import Callable

from pgconsole.core.errors import QueryCancelled
from pgconsole.core.run_state import TransactionState
from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.db.session_state import pin_reasons, read_only_step
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
    ) -> None:
        """Take who hears of notices, of notifications, and of the connection's end while the tab holds it."""
        self._pool = pool
        self._owner = owner
        self._notices = notices
        self._notifications = notifications
        self._on_lost = on_lost
        self.session: Session | None = None
        self.pins: tuple[str, ...] = ()
        """Why the tab keeps the session beyond its run and its transaction."""
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
            self.session.on_lost = self._on_lost
        elif self.session.read_only is not read_only and not self.session.in_transaction_block:
            await self.session.execute(read_only_step(self.session, read_only))
            self.session.read_only = read_only
        return self.session

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
            self.pins, self._unproven = await pin_reasons(session), []
            session.record.kept_for = self.pins
            if not self.pins and self.session is session:
                self.session = None
                self._pool.release(session, self._owner)

    def drop(self) -> None:
        """Close the session, and with it all that was pinned; the next run borrows another."""
        session, self.session, self.pins, self._unproven = self.session, None, (), []
        if session is not None:
            self._pool.discard(session)
