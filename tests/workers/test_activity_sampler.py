"""Looks at a real server again and again: its rhythm, its losses, how it comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.db.server_watch import ServerWatch
from pgconsole.db.session import Session
from pgconsole.workers import activity_sampler
from pgconsole.workers.activity_sampler import ActivitySampler, Pace
from tests.fixtures.engine import open_session, through, values
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer

Seen = ServerSample | WatchState


class Watcher:
    """Runs a sampler and keeps what it tells."""

    def __init__(self, open_watch: Callable[[], Awaitable[ServerWatch]], pace: Pace) -> None:
        self.pace = pace
        self.sampler = ActivitySampler(open_watch, pace)
        self.seen: list[Seen] = []
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        async for each in self.sampler.run():
            self.seen.append(each)

    @property
    def samples(self) -> list[ServerSample]:
        """The looks so far."""
        return [each for each in self.seen if isinstance(each, ServerSample)]

    @property
    def phases(self) -> list[str]:
        """What was told of the watching itself."""
        return [each.phase for each in self.seen if isinstance(each, WatchState)]

    async def stop(self) -> None:
        """End it."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


Watch = Callable[..., Watcher]


@pytest.fixture
async def watching(target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watch]:
    """Starts watchers on the module's database, or elsewhere, and ends them."""
    monkeypatch.setattr(activity_sampler, "_FIRST_RETRY_S", 0.02)
    watchers: list[Watcher] = []

    def watch(to: ConnectionTarget | None = None, pace: Pace | None = None) -> Watcher:
        async def open_watch() -> ServerWatch:
            return ServerWatch(await open_session(to or target))

        watchers.append(Watcher(open_watch, pace or Pace(interval_s=0.02)))
        return watchers[-1]

    yield watch
    for watcher in watchers:
        await watcher.stop()


async def test_looks_go_on_by_their_interval(watching: Watch) -> None:
    watcher = watching()
    await until(lambda: len(watcher.samples) >= 3, "three looks")
    assert watcher.phases == ["connecting"]
    assert watcher.samples[0].rates is None
    assert watcher.samples[1].rates is not None


async def test_pause_looks_no_more_until_it_ends(watching: Watch) -> None:
    watcher = watching(pace=Pace(interval_s=0.02, is_paused=True))
    await until(lambda: watcher.sampler.watch is not None, "it is connected")
    watcher.pace.is_paused = False
    watcher.pace.changed.set()
    await until(lambda: len(watcher.samples) >= 2, "it goes on")
    watcher.pace.is_paused = True
    watcher.pace.changed.set()
    await until_answer(_count_of(watcher), True, "it rests")


def _count_of(watcher: Watcher) -> Callable[[], Awaitable[bool]]:
    async def rests() -> bool:
        before = len(watcher.samples)
        await asyncio.sleep(0.1)
        return len(watcher.samples) == before

    return rests


async def test_look_that_is_wanted_comes_before_its_time(watching: Watch) -> None:
    watcher = watching(pace=Pace(interval_s=3600.0))
    await until(lambda: len(watcher.samples) == 1, "the first look")
    watcher.pace.with_statements = True
    watcher.pace.changed.set()
    await until(lambda: len(watcher.samples) == 2, "the wanted look")
    assert any("pg_stat_statements" in text for text in watcher.samples[1].unseen)


async def test_loss_is_told_at_once_and_healed(watching: Watch, session: Session) -> None:
    watcher = watching(pace=Pace(interval_s=3600.0))
    await until(lambda: len(watcher.samples) == 1, "the first look")
    assert watcher.sampler.watch is not None
    await session.fetch(f"select pg_terminate_backend({watcher.sampler.watch.session.backend_pid})")
    await until(lambda: "reconnecting" in watcher.phases, "the loss is told")
    await until(lambda: len(watcher.samples) == 2, "it looks again")
    told = next(each for each in watcher.seen if isinstance(each, WatchState) and each.error is not None)
    assert "lost" in told.text


async def test_loss_is_told_in_a_pause_too(watching: Watch, session: Session) -> None:
    watcher = watching(pace=Pace(is_paused=True))
    await until(lambda: watcher.sampler.watch is not None, "it is connected")
    assert watcher.sampler.watch is not None
    await session.fetch(f"select pg_terminate_backend({watcher.sampler.watch.session.backend_pid})")
    await until(lambda: "reconnecting" in watcher.phases, "the loss is told")


async def test_tries_come_ever_more_seldom(watching: Watch, target: ConnectionTarget) -> None:
    watcher = watching(to=replace(target, user="nobody_of_this_name"))
    await until(lambda: watcher.phases.count("reconnecting") >= 4, "four tries")
    states = [each for each in watcher.seen if isinstance(each, WatchState) and each.phase == "reconnecting"]
    assert [state.retry_in_s for state in states[:4]] == [0.02, 0.04, 0.08, 0.16]
    assert isinstance(states[0].error, ConnectFailed)


async def test_server_that_stops_answering_is_told_and_left(
    watching: Watch, target: ConnectionTarget, monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    monkeypatch.setattr(activity_sampler, "UNANSWERED_AFTER_S", 0.1)
    monkeypatch.setattr(activity_sampler, "GIVEN_UP_AFTER_S", 0.1)
    watcher = watching(to=through(proxy, target))
    await until(lambda: len(watcher.samples) >= 1, "the first look")
    proxy.black_hole()
    await until(lambda: "unanswered" in watcher.phases, "the silence is told")
    await until(lambda: "reconnecting" in watcher.phases, "the dead connection is left")


async def test_its_connection_ends_with_it(watching: Watch, session: Session) -> None:
    watcher = watching()
    await until(lambda: len(watcher.samples) >= 1, "the first look")
    assert watcher.sampler.watch is not None
    look = f"select pid from pg_stat_activity where pid = {watcher.sampler.watch.session.backend_pid}"
    await watcher.stop()
    await until_answer(lambda: values(session, look), [], "its backend is gone")
