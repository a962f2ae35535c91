"""Listens on a connection of its own for as long as it is asked to: LISTENs, hears, and comes back after every loss.

Yields what happens in its order: bursts of messages, the way up, the way down. PostgreSQL keeps nothing for a listener
that is away, so each way up after a loss tells since when nobody listened. It never stops reading its socket, for a
listener that does holds the queue of the whole server.

A message costs a call that appends; the consumer is woken once for all that were read together.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from pgconsole.core.errors import AuthenticationFailed, ConnectionLost, PgconsoleError
from pgconsole.core.listening_state import Sender
from pgconsole.core.message_log import Gap, RawMessage
from pgconsole.core.quoting import quote_identifier
from pgconsole.db.session import Session

BEAT_S: Final = 5.0
"""How often the server is asked for a sign of life, which is the use of its queue."""
ANSWER_S: Final = 4.0
"""How long it may keep silent then; the driver sets no such limit."""
_HELD_UP_S: Final = 0.5
FIRST_DELAY_S: Final = 0.1
LONGEST_DELAY_S: Final = 30.0

Connect = Callable[[], Awaitable[Session]]


@dataclass(frozen=True, slots=True)
class Burst:
    """Messages that were read together."""

    messages: Sequence[RawMessage]
    time_s: float


@dataclass(frozen=True, slots=True)
class Up:
    """It listens; `gap` is the time in which nobody did, None the first time."""

    backend_pid: int
    gap: Gap | None = None
    is_pooled: bool = False
    """Another process serves the session than the one that answered the login: a pooler stands between."""


@dataclass(frozen=True, slots=True)
class Down:
    """It does not listen: why, and when it tries again; None where that would be of no use."""

    error: PgconsoleError
    since_s: float
    retry_s: float | None


@dataclass(frozen=True, slots=True)
class QueueUsage:
    """How full the server's queue of notifications is, from 0 to 1; asked for with each sign of life."""

    fraction: float


Event = Burst | Up | Down | QueueUsage


class Listener:
    """One listening session after the other, and the channels that each of them LISTENs on."""

    def __init__(self, connect: Connect, beat_s: float = BEAT_S, answer_s: float = ANSWER_S) -> None:
        self._connect = connect
        self._beat_s = beat_s
        self._answer_s = answer_s
        self._channels: dict[str, None] = {}
        self._session: Session | None = None
        self._lock = asyncio.Lock()
        self._heard: list[RawMessage] = []
        self._heard_s = 0.0
        self._sign_s = 0.0
        self._silent_since_s: float | None = None
        self._lost_s = 0.0
        self._woken = asyncio.Event()
        self._hurry = asyncio.Event()

    # Channels

    async def listen(self, channel: str) -> None:
        """Hear a channel from now on; raises what the server says against it."""
        self._channels[channel] = None
        try:
            await self._run_if_up(f"LISTEN {quote_identifier(channel)}")
        except ConnectionLost:
            pass
        except PgconsoleError:
            self._channels.pop(channel, None)
            raise

    async def unlisten(self, channel: str) -> None:
        """Hear a channel no longer."""
        self._channels.pop(channel, None)
        with suppress(ConnectionLost):
            await self._run_if_up(f"UNLISTEN {quote_identifier(channel)}")

    async def _run_if_up(self, statement: str) -> None:
        async with self._lock:
            session = self._session
            if session is not None and not session.is_lost:
                async with self._dropped_if_silent(session):
                    await session.execute(statement)

    # Life

    def hurry(self) -> None:
        """Try again at once rather than at the end of a pause."""
        self._hurry.set()

    async def events(self) -> AsyncGenerator[Event]:
        """What happens, until the consumer has enough; then the session is closed.

        Ends by itself where the server refuses the login: asking again with the same password locks accounts.
        """
        lost_s: float | None = None
        delay_s = FIRST_DELAY_S
        while True:
            try:
                session, pid = await self._open()
            except AuthenticationFailed as error:
                yield Down(error, lost_s or time.time(), None)
                return
            except PgconsoleError as error:
                lost_s = lost_s or time.time()
                pause_s = delay_s * random.uniform(0.5, 1.5)
                delay_s = min(delay_s * 2, LONGEST_DELAY_S)
                yield Down(error, lost_s, time.time() + pause_s)
                await self._pause(pause_s)
                continue
            up_s = time.time()
            try:
                gap = Gap(lost_s, up_s) if lost_s is not None else None
                yield Up(pid, gap, is_pooled=pid != session.backend_pid)
                async with aclosing(self._hear(session)) as heard:
                    async for event in heard:
                        yield event
            finally:
                await self._leave(session)
            lost_s = self._lost_s
            # A server that lets in and throws out at once is not to be asked without a pause.
            delay_s = FIRST_DELAY_S if lost_s - up_s > LONGEST_DELAY_S else min(delay_s * 2, LONGEST_DELAY_S)
            pause_s = delay_s * random.uniform(0.5, 1.5)
            yield Down(_lost(), lost_s, time.time() + pause_s)
            await self._pause(pause_s)

    async def _leave(self, session: Session) -> None:
        """Close a session; what still runs on it is not waited for."""
        if self._session is session:
            self._session = None
        if self._lock.locked():
            session.terminate()
        await session.close()

    async def _open(self) -> tuple[Session, int]:
        """A session that listens, and the process that serves it."""
        session = await self._connect()
        session.listen(None, self._take)
        session.on_lost = self._note_loss
        try:
            async with self._lock, self._dropped_if_silent(session):
                rows = await session.fetch("SELECT pg_catalog.pg_backend_pid()")
                pid = int(str(rows[0][0]))
                if pid == session.backend_pid:
                    await session.fetch(_NO_IDLE_LIMIT)
                if self._channels:
                    await session.execute("; ".join(f"LISTEN {quote_identifier(name)}" for name in self._channels))
                # Whoever wants another channel from now on finds the session.
                self._session = session
        except BaseException:
            session.terminate()
            raise
        self._sign_s = time.time()
        self._silent_since_s = None
        return session, pid

    async def _pause(self, pause_s: float) -> None:
        self._hurry.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._hurry.wait()

    # Hearing

    def _take(self, pid: int, channel: str, payload: str) -> None:
        heard = self._heard
        if not heard:
            self._heard_s = time.time()
            self._woken.set()
        heard.append((pid, channel, payload))

    def _note_loss(self) -> None:
        self._lost_s = time.time() if self._silent_since_s is None else self._silent_since_s
        self._woken.set()

    async def _hear(self, session: Session) -> AsyncGenerator[Event]:
        """What comes on one session, until it is lost; the last that came is not lost with it."""
        answers: list[QueueUsage] = []
        beating = asyncio.get_running_loop().create_task(self._beat(session, answers), name="listener: sign of life")
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                if self._heard:
                    messages, self._heard = self._heard, []
                    self._sign_s = self._heard_s
                    yield Burst(messages, self._heard_s)
                if answers:
                    yield answers.pop()
                    answers.clear()
                if session.is_lost and not self._heard:
                    return
        finally:
            # Whoever wants a channel from now on leaves it to the next session.
            if self._session is session:
                self._session = None
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self, session: Session, answers: list[QueueUsage]) -> None:
        """Ask for a sign of life now and then, and drop the connection where none comes."""
        with suppress(PgconsoleError):
            while True:
                rows = await self._ask(session, "SELECT pg_catalog.pg_notification_queue_usage()")
                self._sign_s = time.time()
                answers.append(QueueUsage(float(str(rows[0][0]))))
                self._woken.set()
                await asyncio.sleep(self._beat_s)
        if not session.is_lost:
            session.terminate()

    async def _ask(self, session: Session, query: str) -> Sequence[Sequence[str | None]]:
        async with self._lock, self._dropped_if_silent(session):
            return await session.fetch(query)

    @asynccontextmanager
    async def _dropped_if_silent(self, session: Session) -> AsyncIterator[None]:
        """Drop the connection where the server neither answers in time nor sends anything else."""
        loop = asyncio.get_running_loop()
        since_s, due_s = time.time(), loop.time() + self._answer_s
        alarm: asyncio.TimerHandle

        def drop_if_silent() -> None:
            nonlocal since_s, due_s, alarm
            # What was read meanwhile shows that the server lives: it is only behind with its answer. Where this process
            # was held up itself, the answer may be there and is still to be read.
            if self._sign_s > since_s or loop.time() - due_s > _HELD_UP_S:
                since_s, due_s = time.time(), loop.time() + self._answer_s
                alarm = loop.call_at(due_s, drop_if_silent)
            else:
                self._silent_since_s = self._sign_s
                session.terminate()

        alarm = loop.call_at(due_s, drop_if_silent)
        try:
            yield
        finally:
            alarm.cancel()

    # Senders

    async def senders(self, pids: Iterable[int]) -> dict[int, Sender]:
        """What the server knows now of the processes that sent something; those that are gone are missing."""
        session = self._session
        if session is None or session.is_lost:
            return {}
        listed = ",".join(str(int(pid)) for pid in pids)
        try:
            rows = await self._ask(session, _SENDERS.format(pids=listed))
        except PgconsoleError:
            return {}
        now_s = time.time()
        return {
            int(str(pid)): Sender(user or "", application or "", client or "", now_s - float(age_s or 0))
            for pid, user, application, client, age_s in rows
        }


_NO_IDLE_LIMIT: Final = (
    "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
    " WHERE name OPERATOR(pg_catalog.=) 'idle_session_timeout'"
)
"""Listening is waiting: a limit that was made for forgotten sessions would end it again and again. A pooler would hand
the setting on to others."""

_SENDERS: Final = (
    "SELECT pid, usename, application_name, COALESCE(pg_catalog.host(client_addr), 'socket'),"
    " EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) backend_start)"
    " FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) ANY ('{{{pids}}}'::pg_catalog.int4[])"
)


def _lost() -> ConnectionLost:
    return ConnectionLost("The listening connection was lost.", "", "It is made anew by itself.")
