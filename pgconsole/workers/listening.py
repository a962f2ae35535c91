"""Keeps one connection's `ListeningState`: listens while there are channels, takes in what comes, asks who sent it.

Owns the task that listens and the order of LISTEN and UNLISTEN; the session's life is `listener`'s, what is remembered
and shown `notifications`'.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from operator import itemgetter
from typing import Final

import msgspec

from pgconsole.core.channels import Channel, Traffic, next_colour
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.listening_state import ListeningState
from pgconsole.workers.listener import Burst, Connect, Down, Event, Listener, QueueUsage, Up
from pgconsole.workers.task_scope import ErrorReport, TaskScope

ASK_AGAIN_S: Final = 60.0
"""A sender's process is asked about again after so long: another may have its number."""
SENDERS_AT_MOST: Final = 4096

_PID, _CHANNEL = itemgetter(0), itemgetter(1)


class Listening:
    """What one connection of the console hears; `changed` is called once for all that came together.

    `heard` is called once the log has further messages.
    """

    def __init__(
        self,
        connect: Connect,
        state: ListeningState,
        report: ErrorReport,
        changed: Callable[[], None],
        heard: Callable[[], None],
    ) -> None:
        self.state = state
        self._connect = connect
        self._changed = changed
        self._heard = heard
        self._scope = TaskScope("notifications", report)
        self._listener = Listener(connect)
        self._task: asyncio.Task[None] | None = None
        self._muted: frozenset[str] = frozenset()
        self._asked: dict[int, float] = {}
        self._asking: asyncio.Task[None] | None = None

    # Channels

    def subscribe(self, channels: Sequence[Channel]) -> None:
        """Listen on further channels, as they are remembered."""
        for channel in channels:
            self._put(channel)
            self._scope.start(self._listen(channel.name), f"listen {channel.name}")
        if channels:
            self.start()

    def add(self, name: str) -> None:
        """Listen on one more channel, in a colour that few have."""
        self.subscribe([Channel(name=name, colour=next_colour(self.state.channels))])

    def change(self, channel: Channel) -> None:
        """Mute a channel or let it be heard again, or give it another colour."""
        self._put(channel)
        self._changed()

    def unsubscribe(self, name: str) -> None:
        """Listen on a channel no longer; its messages stay."""
        del self.state.channels[name]
        self._note_muted()
        self._scope.start(self._unlisten(name), f"unlisten {name}")
        self._changed()

    def _put(self, channel: Channel) -> None:
        self.state.channels[channel.name] = channel
        self.state.traffic.setdefault(channel.name, Traffic())
        self._note_muted()

    def _note_muted(self) -> None:
        self._muted = frozenset(name for name, channel in self.state.channels.items() if channel.muted)

    async def _listen(self, name: str) -> None:
        try:
            await self._listener.listen(name)
        except PgconsoleError:
            self.state.channels.pop(name, None)
            self._note_muted()
            self._changed()
            raise

    async def _unlisten(self, name: str) -> None:
        await self._listener.unlisten(name)
        if not self.state.channels:
            await self.stop()

    # Life

    def start(self) -> None:
        """Listen, unless it does already; after a refused login this is the way to try again."""
        if self._task is None or self._task.done():
            self.state.phase = "reconnecting"
            self.state.problem = None
            self._task = self._scope.start(self._run(), "listen")
        else:
            self._listener.hurry()
        self._changed()

    async def stop(self) -> None:
        """Close the connection; channels and messages stay."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        # Whoever subscribed meanwhile has it listen again.
        if self._task is None:
            self._rest()

    async def aclose(self) -> None:
        """End everything."""
        await self._scope.aclose()

    def mute_of(self, name: str, muted: bool) -> None:
        """Count a channel's messages without keeping them, or keep them again."""
        self.change(msgspec.structs.replace(self.state.channels[name], muted=muted))

    async def _run(self) -> None:
        async with aclosing(self._listener.events()) as events:
            async for event in events:
                self._take(event)
                self._changed()

    # What happens

    def _take(self, event: Event) -> None:
        state = self.state
        match event:
            case Burst():
                self._take_messages(event)
            case Up(pid, gap, is_pooled):
                state.phase, state.backend_pid, state.is_pooled = "listening", pid, is_pooled
                state.problem = state.lost_s = state.retry_s = None
                if gap is not None:
                    state.log.append_gap(gap)
            case Down(error, since_s, retry_s):
                state.backend_pid, state.queue_usage = None, None
                state.problem, state.lost_s, state.retry_s = error.without_frames(), since_s, retry_s
                state.phase = "off" if retry_s is None else "reconnecting"
            case QueueUsage(fraction):
                state.queue_usage = fraction

    def _take_messages(self, burst: Burst) -> None:
        state, messages = self.state, burst.messages
        state.received += len(messages)
        now_s = time.monotonic()
        for channel, count in Counter(map(_CHANNEL, messages)).items():
            # Only a server that is none of PostgreSQL's sends on channels that nobody asked for.
            if channel in state.traffic:
                state.traffic[channel].add(count, now_s)
        if self._muted:
            messages = [message for message in messages if message[1] not in self._muted]
        if messages:
            state.log.append(messages, burst.time_s)
            self._heard()
            self._ask_for(set(map(_PID, messages)), now_s)

    def _rest(self) -> None:
        state = self.state
        state.phase, state.problem, state.backend_pid = "off", None, None
        state.lost_s = state.retry_s = state.queue_usage = None
        self._changed()

    # Senders

    def _ask_for(self, pids: set[int], now_s: float) -> None:
        if all(now_s - self._asked.get(pid, -ASK_AGAIN_S) < ASK_AGAIN_S for pid in pids):
            return
        if self._asking is None or self._asking.done():
            wanted = {pid for pid in pids if now_s - self._asked.get(pid, -ASK_AGAIN_S) >= ASK_AGAIN_S}
            if len(self._asked) + len(wanted) > SENDERS_AT_MOST:
                self._asked.clear()
                self.state.senders.clear()
            self._asked |= dict.fromkeys(wanted, now_s)
            self._asking = self._scope.start(self._ask(wanted), "ask who sent it")

    async def _ask(self, pids: set[int]) -> None:
        found = await self._listener.senders(pids)
        if found:
            self.state.senders |= found
            self._changed()
