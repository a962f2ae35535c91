"""Counts how long one statement waits for the server, over all of its steps, and tells when that is too long."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StatementClock:
    """The clock of one session; `on_up` is called when the statement has waited for as long as it may."""

    def __init__(self, on_up: Callable[[], object]) -> None:
        self._on_up = on_up
        self.waited_s = 0.0
        """Time spent waiting for the server since `start`."""
        self.limit_s = 0.0
        """How long the statement may wait, where that is limited."""
        self.is_up = False
        """Whether the statement's time ran out, be it as a step of it ended."""
        self._budget_s: float | None = None
        self._waiting_since: float | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def start(self, timeout_s: float | None) -> None:
        """Begin a statement: waiting counts from zero and may last `timeout_s` in all, on whichever road."""
        self.waited_s = 0.0
        self.limit_s, self._budget_s = timeout_s or 0.0, timeout_s
        self.is_up = False

    def stop(self) -> None:
        """End the statement: what follows has no deadline."""
        self._budget_s = None
        self.is_up = False

    def hold(self) -> None:
        """Count no longer: the server is not waited for, but made to wait."""
        if self._waiting_since is not None:
            self.waited_s += time.monotonic() - self._waiting_since
            self._waiting_since = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def resume(self) -> None:
        """Count time as spent waiting for the server, until the statement's time is up."""
        self._waiting_since = time.monotonic()
        if self._budget_s is not None:
            left_s = max(0.0, self._budget_s - self.waited_s)
            self._alarm = asyncio.get_running_loop().call_later(left_s, self._time_out)

    @contextmanager
    def unlimited(self) -> Iterator[None]:
        """Meanwhile nothing has a deadline."""
        budget_s, self._budget_s = self._budget_s, None
        try:
            yield
        finally:
            self._budget_s = budget_s

    def _time_out(self) -> None:
        self.is_up = True
        self._budget_s = None
        self._on_up()
