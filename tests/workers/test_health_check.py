"""The health check on a real server: latency, lateness, loss, and what it closes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed
from pgconsole.db.session import Session
from pgconsole.workers import health_check
from pgconsole.workers.health_check import HealthCheck
from tests.fixtures.engine import open_session, through
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until


class Watch:
    """A check that runs, and what it told."""

    def __init__(self, opens: Callable[[], Awaitable[Session]]) -> None:
        self.phases: list[str] = []
        self.asked = 0
        self.check = HealthCheck(opens, lambda: 0.5, lambda: self.phases.append(self.check.health.phase))
        self.task = asyncio.create_task(self.check.run(lambda: 0.02, self._between))

    async def _between(self, session: Session) -> None:
        await session.fetch("select 1")
        self.asked += 1

    async def is_(self, phase: str) -> None:
        await until(lambda: self.check.health.phase == phase, phase)

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


MakeWatch = Callable[[Callable[[], Awaitable[Session]]], Watch]


@pytest.fixture
async def watch_of() -> AsyncIterator[MakeWatch]:
    made: list[Watch] = []

    def make(opens: Callable[[], Awaitable[Session]]) -> Watch:
        made.append(Watch(opens))
        return made[-1]

    yield make
    for watch in made:
        await watch.end()
        assert watch.check.session is None


async def test_answers_have_a_latency_and_a_moment_since_when(watch_of: MakeWatch, target: ConnectionTarget) -> None:
    watch = watch_of(lambda: open_session(target))
    await until(lambda: watch.asked >= 3, "three answers")
    health = watch.check.health
    assert health.phase == "answers"
    assert health.latency_ms is not None
    assert health.latency_ms > 0
    assert watch.phases == ["answers"]


async def test_killed_session_is_told_at_once_with_the_reason_and_replaced(
    watch_of: MakeWatch, target: ConnectionTarget, watcher: Session
) -> None:
    watch = watch_of(lambda: open_session(target))
    await watch.is_("answers")
    assert watch.check.session is not None
    await watcher.fetch(f"select pg_terminate_backend({watch.check.session.backend_pid}, 5000)")
    await until(lambda: watch.phases == ["answers", "down", "answers"], "it is down, and back")


async def test_server_that_lets_nobody_in_is_down_with_its_reason(watch_of: MakeWatch) -> None:
    async def fail() -> Session:
        raise ConnectFailed("Connecting failed.", "Nothing listens there.")

    watch = watch_of(fail)
    await watch.is_("down")
    health = watch.check.health
    assert health.reason == "Connecting failed. Nothing listens there."
    assert health.again_at is not None


async def test_late_answer_is_told_as_late_and_never_taken_for_a_loss(
    watch_of: MakeWatch, proxy: Proxy, target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_check, "LATE_S", 0.1)
    watch = watch_of(lambda: open_session(through(proxy, target)))
    await watch.is_("answers")
    session = watch.check.session
    proxy.black_hole()
    await watch.is_("late")
    proxy.open.set()
    await watch.is_("answers")
    assert watch.check.session is session


async def test_answer_that_never_comes_costs_the_session_in_the_end(
    watch_of: MakeWatch, proxy: Proxy, target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_of(lambda: open_session(through(proxy, target)))
    await watch.is_("answers")
    monkeypatch.setattr(health_check, "LATE_S", 0.05)
    monkeypatch.setattr(health_check, "GIVE_UP_S", 0.2)
    proxy.black_hole()
    await watch.is_("down")
    assert watch.phases[:3] == ["answers", "late", "down"]
    proxy.open.set()
    await watch.is_("answers")


async def test_check_now_does_not_wait_for_the_period(watch_of: MakeWatch, target: ConnectionTarget) -> None:
    opened = await open_session(target)

    async def opens() -> Session:
        return opened

    answered = 0

    async def count(_session: Session) -> None:
        nonlocal answered
        answered += 1

    check = HealthCheck(opens, lambda: 0.0, lambda: None)
    task = asyncio.create_task(check.run(lambda: 3600.0, count))
    await until(lambda: answered == 1, "the first answer")
    check.check_now()
    await until(lambda: answered == 2, "the second answer")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert opened.is_lost
