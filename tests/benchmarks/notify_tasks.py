"""Hears notifications in the real window with its pane open, and on a bare asyncpg connection: rates, delays, stalls.

The sender is a process of its own. A payload begins with the clock at which it was sent, so that its delay can be read
off where it arrives: in the console when it is in the log of messages, on the bare connection in its callback.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from pgconsole.ui.notifications_pane import NotificationsPane
from tests.benchmarks.memory import resident_mib
from tests.benchmarks.stall_meter import measured_stalls
from tests.benchmarks.window_driver import WindowDriver, in_window

CHANNEL = "bench"
_CHILD = Path(__file__).with_name("child.py")
_LIMIT_S = 120.0
_TICK_S = 0.002
_STEADY_S = 3.0
_WARM_UP = 200
_FLOOD = "SELECT count(pg_notify($1, lpad(n::text, $2, 'x'))) FROM generate_series($3::int, $4::int) AS n"
_STEADY = (
    "SELECT count(pg_notify($1, rpad(extract(epoch from clock_timestamp())::text || ' ' || n, $2, 'x')))"
    " FROM generate_series(1, $3::int) AS n"
)


# Sending, in a process of its own


def flood(dsn: str, size: int, messages: int) -> dict[str, float]:
    """Send many messages in one transaction, so that they are all there at once."""

    async def work() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(_FLOOD, CHANNEL, size, 1, messages)
        await connection.close()

    asyncio.run(work())
    return {}


def steady(dsn: str, per_second: int, seconds: float) -> dict[str, float]:
    """Send a few messages every few milliseconds."""

    async def work() -> None:
        connection = await asyncpg.connect(dsn)
        began = time.perf_counter()
        sent = 0
        while (passed := time.perf_counter() - began) < seconds:
            due = int(passed * per_second) - sent
            if due:
                await connection.execute(_STEADY, CHANNEL, 100, due)
                sent += due
            await asyncio.sleep(_TICK_S)
        await connection.close()

    asyncio.run(work())
    return {}


async def _send(task: str, **given: Any) -> None:
    argv = [sys.executable, str(_CHILD), f"notify_tasks:{task}", json.dumps(given)]
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.DEVNULL)
    try:
        if await asyncio.wait_for(process.wait(), _LIMIT_S):
            raise RuntimeError(f"{task} failed")
    finally:
        if process.returncode is None:
            process.kill()


async def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.01)


# Hearing


class Ear:
    """Counts messages and notes when they came."""

    def __init__(self) -> None:
        self.count = 0
        self.first_s = self.last_s = 0.0
        self.delays_ms: list[float] = []
        self.takes_delays = False

    def hear(self, payloads: list[str]) -> None:
        """Note messages that came now."""
        self.last_s = time.perf_counter()
        if not self.count:
            self.first_s = self.last_s
        self.count += len(payloads)
        if self.takes_delays:
            now_s = time.time()
            self.delays_ms += [(now_s - float(payload.split(" ", 1)[0])) * 1000 for payload in payloads]

    def per_second(self) -> float:
        """How many came in a second, from the first to the last."""
        return self.count / max(self.last_s - self.first_s, 1e-6)

    def p99_ms(self) -> float:
        """What 99 of 100 delays stay below, the first ones left out."""
        delays = sorted(self.delays_ms[_WARM_UP:])
        return delays[int(len(delays) * 0.99)]

    async def until(self, count: int) -> None:
        """Wait for so many messages."""
        await _until(lambda: self.count >= count)


@asynccontextmanager
async def _pane(driver: WindowDriver) -> AsyncIterator[tuple[NotificationsPane, Ear]]:
    driver.window.actions_by_id["view.notifications"].trigger()
    pane = driver.window.findChild(NotificationsPane)
    assert pane is not None
    field = pane.findChild(QLineEdit, "channelInput")
    assert field is not None
    field.setText(CHANNEL)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await _until(lambda: pane.property("state") == "listening")
    ear = Ear()
    log = pane.state_shown.log
    append = log.append

    def heard(messages: Any, time_s: float) -> None:
        append(messages, time_s)
        ear.hear([message[2] for message in messages] if ear.takes_delays else messages)

    log.append = heard  # type: ignore[method-assign]
    yield pane, ear


def sustained(dsn: str, size: int, messages: int) -> dict[str, float]:
    """Messages a second in the pane, open and following."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        async with _pane(driver) as (pane, ear):
            await _send("flood", dsn=dsn, size=size, messages=messages)
            await ear.until(messages)
            await _until(lambda: pane.property("received") >= messages)
            return {"per_second": ear.per_second()}

    return in_window(dsn, work)


def latency(dsn: str, per_second: int) -> dict[str, float]:
    """The delay of a message, sent at a steady rate, until it is in the log that the pane shows."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        async with _pane(driver) as (_pane_shown, ear):
            ear.takes_delays = True
            await _send("steady", dsn=dsn, per_second=per_second, seconds=_STEADY_S)
            return {"p99_ms": ear.p99_ms()}

    return in_window(dsn, work)


def stalls(dsn: str, per_second: int) -> dict[str, float]:
    """How late the window's loop is at worst while messages stream in."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        async with _pane(driver) as (_pane_shown, ear):
            await asyncio.sleep(0.5)
            with measured_stalls() as phase:
                await _send("steady", dsn=dsn, per_second=per_second, seconds=_STEADY_S)
            return {"max_ms": phase.max_ms, "heard": ear.count}

    return in_window(dsn, work)


def idle_stalls(dsn: str) -> dict[str, float]:
    """The same while the pane is open and nothing comes."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        async with _pane(driver):
            await asyncio.sleep(0.5)
            with measured_stalls() as phase:
                await _send("steady", dsn=dsn, per_second=1, seconds=_STEADY_S)
            return {"max_ms": phase.max_ms}

    return in_window(dsn, work)


def growth(dsn: str, messages: int) -> dict[str, float]:
    """MiB by which the process grows over many messages, once the log is full."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        async with _pane(driver) as (_pane_shown, ear):
            await _send("flood", dsn=dsn, size=100, messages=messages)
            await ear.until(messages)
            await asyncio.sleep(0.5)
            before = resident_mib()
            for turn in range(2, 6):
                await _send("flood", dsn=dsn, size=100, messages=messages)
                await ear.until(turn * messages)
            await asyncio.sleep(0.5)
            return {"growth_mib": resident_mib() - before}

    return in_window(dsn, work)


# The anchor: a connection on a plain loop that does nothing but count


def bare_sustained(dsn: str, size: int, messages: int) -> dict[str, float]:
    """Messages a second on a bare connection."""

    async def work(ear: Ear) -> dict[str, float]:
        await _send("flood", dsn=dsn, size=size, messages=messages)
        await ear.until(messages)
        return {"per_second": ear.per_second()}

    return _bare(dsn, work)


def bare_latency(dsn: str, per_second: int) -> dict[str, float]:
    """The delay of a message on a bare connection."""

    async def work(ear: Ear) -> dict[str, float]:
        ear.takes_delays = True
        await _send("steady", dsn=dsn, per_second=per_second, seconds=_STEADY_S)
        return {"p99_ms": ear.p99_ms()}

    return _bare(dsn, work)


def _bare(dsn: str, work: Callable[[Ear], Any]) -> dict[str, float]:
    async def listen() -> dict[str, float]:
        ear = Ear()
        connection = await asyncpg.connect(dsn)
        await connection.add_listener(CHANNEL, lambda _connection, _pid, _channel, payload: ear.hear([str(payload)]))
        found: dict[str, float] = await work(ear)
        await connection.close()
        return found

    return asyncio.run(listen())
