"""The requests that wait for room in a pool, first come first served; whether there is room, the pool knows."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from pgconsole.core.pool_facts import Waiter


@dataclass(slots=True, eq=False)
class Request:
    """One that waits; `since` is of the monotonic clock."""

    owner: str
    since: float
    turn: asyncio.Future[None]


class WaitingLine:
    """Who waits, in order; a request whose turn has come stays in line until it has tried."""

    def __init__(self) -> None:
        self._line: deque[Request] = deque()

    def __bool__(self) -> bool:
        return bool(self._line)

    @property
    def waiters(self) -> list[Waiter]:
        """Who waits, the first in line first; moments are seconds since the epoch."""
        now, clock = time.time(), time.monotonic()
        return [Waiter(each.owner, now - (clock - each.since)) for each in self._line if not each.turn.done()]

    def join(self, owner: str, *, first: bool) -> Request:
        """Take a request in, at the end or, where it had its turn before, at the head; then it waits."""
        request = Request(owner, time.monotonic(), asyncio.get_running_loop().create_future())
        if first:
            self._line.appendleft(request)
        else:
            self._line.append(request)
        return request

    async def wait(self, request: Request, deadline: float) -> None:
        """Return when the request's turn has come; raises TimeoutError after `deadline`, of the monotonic clock.

        Who leaves without a turn may have been given one all the same: then the next has to be woken.
        """
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                await request.turn
        finally:
            self._line.remove(request)

    def wake(self, count: int) -> None:
        """Let as many of the first try, those counted who were told before."""
        for request in list(self._line)[:count]:
            if not request.turn.done():
                request.turn.set_result(None)

    def wake_all(self) -> None:
        """Let everyone find out that nothing comes any more."""
        self.wake(len(self._line))
