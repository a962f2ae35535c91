"""One share in the local server for one console, however it is asked for and given back."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from pgconsole.core.errors import LocalServerError
from pgconsole.db import sample_database
from pgconsole.workers import sample_server
from pgconsole.workers.sample_server import LOCAL_PROFILE_ID, SampleServer
from tests.fixtures.engine import target_of_dsn
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until


class Share:
    """A share in the tests' own server, as `local_server.LocalServer` has it."""

    def __init__(self, dsn: str) -> None:
        target = target_of_dsn(dsn)
        self.dsn = dsn
        self.host, self.port = target.hosts[0].name, target.hosts[0].port
        self.user, self.database = target.user, target.database
        self.password = "secret"
        self.started = self.released = 0

    def start(self) -> None:
        self.started += 1

    def release(self) -> None:
        self.released += 1


class Acquiring:
    """Stands for `local_server.acquire`: waits until it may go on, and may fail."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.failures_left = 0
        self.calls = 0
        self.shares: list[Share] = []

    def __call__(self, _paths: object) -> Share:
        self.calls += 1
        assert self.may_go_on.wait(20)
        if self.failures_left:
            self.failures_left -= 1
            raise LocalServerError("There are no binaries.")
        self.shares.append(Share(self.dsn))
        return self.shares[-1]


@pytest.fixture
def acquiring(
    database_dsn: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Acquiring]:
    monkeypatch.setattr(sample_database, "EVENT_COUNT", 20_000)
    acquiring = Acquiring(database_dsn)
    monkeypatch.setattr(sample_server, "acquire", acquiring)
    yield acquiring
    acquiring.may_go_on.set()


async def test_start_begins_the_sample_and_says_where_it_is(acquiring: Acquiring) -> None:
    sample = SampleServer()
    profile, password, is_unfilled = await sample.start()
    assert (profile.id, password, is_unfilled) == (LOCAL_PROFILE_ID, "secret", True)
    assert profile.server["dbname"] == acquiring.shares[0].database
    steps: list[float] = []
    await sample.fill(steps.append)
    assert steps[-1] == 1.0
    _profile, _password, is_unfilled = await sample.start()
    assert not is_unfilled
    await sample.stop()
    assert [share.released for share in acquiring.shares] == [1]


async def test_two_starts_at_once_take_one_share(acquiring: Acquiring) -> None:
    sample = SampleServer()
    acquiring.may_go_on.clear()
    starts = [asyncio.ensure_future(sample.start()) for _ in range(2)]
    await until(lambda: acquiring.calls > 0, "it is being started")
    acquiring.may_go_on.set()
    first, second = await asyncio.gather(*starts)
    assert first[0].server == second[0].server
    await sample.stop()
    assert [share.released for share in acquiring.shares] == [1]


async def test_a_start_that_is_cancelled_leaves_its_share_to_the_stop(acquiring: Acquiring) -> None:
    sample = SampleServer()
    acquiring.may_go_on.clear()
    start = asyncio.ensure_future(sample.start())
    await until(lambda: acquiring.calls > 0, "it is being started")
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    stop = asyncio.ensure_future(sample.stop())
    acquiring.may_go_on.set()
    await stop
    assert [share.released for share in acquiring.shares] == [1]


async def test_a_start_that_failed_can_be_tried_again(acquiring: Acquiring) -> None:
    sample = SampleServer()
    acquiring.failures_left = 1
    with pytest.raises(LocalServerError):
        await sample.start()
    await sample.stop()
    acquiring.failures_left = 1
    with pytest.raises(LocalServerError):
        await sample.start()
    await sample.start()
    await sample.stop()
    assert [share.released for share in acquiring.shares] == [1]


async def test_stop_and_fill_without_a_start_do_nothing(acquiring: Acquiring) -> None:
    sample = SampleServer()
    await sample.fill(lambda _done: None)
    await sample.stop()
    assert acquiring.calls == 0
