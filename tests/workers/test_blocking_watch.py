"""Telling a tab that it blocks others: once, in time, and without asking the server for nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from pgconsole.core.blocking import LockWait
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.server_watch import ServerWatch
from pgconsole.db.session import Session
from pgconsole.workers import blocking_watch
from pgconsole.workers.blocking_watch import BlockingWatch
from tests.fixtures.activity import waits_for
from tests.fixtures.engine import open_session
from tests.fixtures.waiting import until

Told = list[tuple[int, str, int]]


class Tabs:
    """Who has which session, what was told, and how many connections were opened to look."""

    def __init__(self, target: ConnectionTarget) -> None:
        self._target = target
        self.owners: dict[int, str] = {}
        self.told: Told = []
        self.looking: list[Session] = []
        self.watch = BlockingWatch(self._open, lambda: self.owners, self._hear, look_every_s=0.02)

    async def _open(self) -> ServerWatch:
        self.looking.append(await open_session(self._target))
        return ServerWatch(self.looking[-1])

    def _hear(self, pid: int, owner: str, count: int) -> None:
        self.told.append((pid, owner, count))


@pytest.fixture
async def tabs(target: ConnectionTarget) -> AsyncIterator[Tabs]:
    tabs = Tabs(target)
    running = asyncio.get_running_loop().create_task(tabs.watch.run())
    yield tabs
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert all(session.is_lost for session in tabs.looking)


def hears(tabs: Tabs, *waits: LockWait) -> Told:
    """What is told of these waits."""
    tabs.told.clear()
    tabs.watch.hear(waits)
    return tabs.told


async def test_tab_is_told_once_for_each_time_that_it_blocks(tabs: Tabs, monkeypatch: pytest.MonkeyPatch) -> None:
    tabs.owners = {1: "Query 1", 2: "Query 2", 3: ""}
    assert hears(tabs, waits_for(9, 1), waits_for(8, 1)) == [(1, "Query 1", 2)]
    assert hears(tabs, waits_for(9, 1), waits_for(8, 1), waits_for(7, 1)) == []
    assert hears(tabs, waits_for(9, 2)) == [(2, "Query 2", 1)]
    monkeypatch.setattr(blocking_watch, "_FORGOTTEN_AFTER_S", 0.0)
    assert hears(tabs) == []
    assert hears(tabs, waits_for(9, 1)) == [(1, "Query 1", 1)]


async def test_short_waits_strangers_and_free_sessions_are_not_told_of(tabs: Tabs) -> None:
    tabs.owners = {1: "Query 1", 3: ""}
    assert hears(tabs, waits_for(9, 1, waited_s=1.0), waits_for(8, 77), waits_for(7, 3)) == []


async def test_tab_that_waits_itself_is_not_blamed(tabs: Tabs) -> None:
    tabs.owners = {1: "Query 1"}
    assert hears(tabs, waits_for(1, 50), waits_for(9, 1, 50)) == []


async def test_nothing_is_asked_while_no_session_is_lent(tabs: Tabs) -> None:
    tabs.owners = {1: ""}
    await _some_rounds(tabs)
    assert tabs.looking == []


async def test_nothing_is_asked_while_somebody_else_looks(tabs: Tabs) -> None:
    tabs.owners = {1: "Query 1"}
    tabs.watch.is_needless = True
    await _some_rounds(tabs)
    assert tabs.looking == []


async def _some_rounds(tabs: Tabs) -> None:
    asked = 0
    owners = dict(tabs.owners)

    class Counting(dict[int, str]):
        def items(self):  # type: ignore[no-untyped-def]
            nonlocal asked
            asked += 1
            return super().items()

    tabs.owners = Counting(owners)
    await until(lambda: asked >= 3, "three rounds")


async def test_real_blocking_is_found_while_nobody_looks(
    tabs: Tabs, locked_row: tuple[Session, Session, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking_watch, "TOLD_AFTER_S", 0.05)
    holder, _waiter, _waiting = locked_row
    tabs.owners = {holder.backend_pid: "Query 1"}
    await until(lambda: tabs.told == [(holder.backend_pid, "Query 1", 1)], "the tab is told")
    assert len(tabs.looking) == 1
    tabs.owners = {}
    await until(lambda: tabs.looking[0].is_lost, "the connection is given back")


async def test_failure_to_look_is_quiet_and_tried_again(tabs: Tabs, session: Session) -> None:
    tabs.owners = {1: "Query 1"}
    await until(lambda: len(tabs.looking) == 1 and not tabs.looking[0].is_running, "it looks")
    await session.fetch(f"select pg_terminate_backend({tabs.looking[0].backend_pid})")
    await until(lambda: len(tabs.looking) == 2, "it looks again")
    assert tabs.told == []
