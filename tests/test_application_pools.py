"""Pools of applications: watched as the settings name them, told truly while a service comes and goes."""

import json
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from msgspec.structs import replace

from pgconsole.application_pools import ApplicationPools
from pgconsole.core.application_pool import ApplicationPool
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.settings import Settings
from pgconsole.pool_monitor import pool_stats
from tests.fixtures.services import Service
from tests.fixtures.waiting import until

PERIOD_S = 0.02


class FakeView:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.shown: list[ApplicationPool] = []
        self.count = 0
        self.errors: list[PgconsoleError] = []

    def show_applications(self, applications: Sequence[ApplicationPool]) -> None:
        self.shown = list(applications)
        self.count += 1

    def report(self, error: PgconsoleError) -> None:
        self.errors.append(error)


class Desk:
    """Settings that change, and the feature with its view."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.view = FakeView()
        self.pools = ApplicationPools(self.view, lambda: self.settings, PERIOD_S)

    def name(self, *addresses: str) -> None:
        self.settings = replace(self.settings, application_pools=" ".join(addresses))

    async def shows(self, phase: str) -> ApplicationPool:
        await until(lambda: [each.phase for each in self.view.shown] == [phase], f"the application {phase}")
        return self.view.shown[0]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.pools.aclose()
    assert desk.view.errors == []


async def test_pool_of_a_service_is_shown_with_what_it_counts(desk: Desk, service: Service, module_dsn: str) -> None:
    async with asyncpg.create_pool(module_dsn, min_size=1, max_size=3) as pool, pool.acquire():
        service.content = json.dumps(pool_stats(pool)).encode()
    desk.name(service.address)
    desk.pools.set_seen(True)
    application = await desk.shows("answers")
    assert application.stats is not None
    assert (application.stats.used, application.stats.max) == (1, 3)
    await until(lambda: len(application.samples) > 2, "it is asked again and again")


async def test_service_that_goes_and_comes_is_told_of(desk: Desk, service: Service) -> None:
    service.content = b'{"size": 1, "idle": 1, "used": 0}'
    desk.name(service.address)
    desk.pools.set_seen(True)
    application = await desk.shows("answers")
    await service.stop()
    await desk.shows("fails")
    assert "can't be reached" in application.reason
    await service.start()
    await desk.shows("answers")
    service.content = b"[]"
    await desk.shows("fails")
    assert "no object" in application.reason


async def test_settings_choose_which_are_watched(desk: Desk, service: Service) -> None:
    desk.pools.follow(None)
    desk.pools.set_seen(True)
    await until(lambda: desk.view.count > 0, "nothing is shown")
    assert desk.view.shown == []
    desk.name(service.address)
    await desk.shows("fails")
    desk.name()
    await until(lambda: desk.view.shown == [], "it is watched no more")


async def test_nothing_is_shown_while_nobody_looks(desk: Desk, service: Service) -> None:
    service.content = b'{"size": 1, "idle": 1, "used": 0}'
    desk.name(service.address)
    desk.pools.follow(None)
    await until(lambda: len(service.requests) == 1, "it is asked all the same")
    assert desk.view.count == 0
    desk.pools.set_seen(True)
    await desk.shows("answers")
    await until(lambda: len(service.requests) > 2, "and more often, now that somebody looks")
