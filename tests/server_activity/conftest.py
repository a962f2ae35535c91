"""A server's activity without widgets, on a real server, with a view that keeps what it is told."""

from collections.abc import AsyncIterator, Mapping

import pytest

from pgconsole.core.backend import Backend
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pooler import PoolerSample
from pgconsole.core.profile import Profile
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.server_activity import ServerActivity
from pgconsole.workers import activity_sampler
from tests.fixtures.waiting import until


class FakeActivityView:
    """Implements `ActivityView`."""

    def __init__(self) -> None:
        self.states: list[WatchState] = []
        self.samples: list[ServerSample] = []
        self.own: Mapping[int, str] = {}
        self.pooler: list[PoolerSample | PgconsoleError] = []
        self.cleared = 0
        self.questions: list[tuple[str, str, str]] = []
        self.answer = True
        self.told: list[str] = []
        self.statements: list[tuple[int, str, bool]] = []
        self.blocking: list[tuple[int, str, int]] = []
        self.errors: list[PgconsoleError] = []

    def show_watch(self, state: WatchState) -> None:
        self.states.append(state)

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        self.samples.append(sample)
        self.own = own

    def show_pooler(self, seen: PoolerSample | PgconsoleError) -> None:
        self.pooler.append(seen)

    def clear(self) -> None:
        self.cleared += 1
        self.samples.clear()

    def show_statement(self, backend: Backend, text: str, is_whole: bool) -> None:
        self.statements.append((backend.pid, text, is_whole))

    async def confirm(self, question: str, detail: str, yes: str) -> bool:
        self.questions.append((question, detail, yes))
        return self.answer

    def tell(self, text: str) -> None:
        self.told.append(text)

    def tell_tab(self, pid: int, owner: str, count: int) -> None:
        self.blocking.append((pid, owner, count))

    def report(self, error: PgconsoleError) -> None:
        self.errors.append(error)

    @property
    def phase(self) -> str:
        return self.states[-1].phase

    @property
    def seen(self) -> tuple[Backend, ...]:
        return self.samples[-1].backends if self.samples else ()

    async def sees(self, pid: int) -> Backend:
        """Wait until a session is seen."""

        def found() -> Backend | None:
            return next((each for each in self.seen if each.pid == pid), None)

        await until(lambda: found() is not None, f"session {pid} is seen")
        seen = found()
        assert seen is not None
        return seen


async def connect(dsn: str) -> ServerConnection:
    """A connection as the window opens it."""
    keywords = dict(parse_keywords(dsn))
    password = keywords.pop("password")
    return await open_server(Profile(id=dsn, server=dict(keywords)), password)


@pytest.fixture
async def server(module_dsn: str) -> AsyncIterator[ServerConnection]:
    server = await connect(module_dsn)
    yield server
    await server.aclose()


@pytest.fixture
def view() -> FakeActivityView:
    return FakeActivityView()


@pytest.fixture
async def activity(view: FakeActivityView, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServerActivity]:
    monkeypatch.setattr(activity_sampler, "_FIRST_RETRY_S", 0.05)
    activity = ServerActivity(view, blocking_every_s=0.05)
    activity.set_interval(0.05)
    yield activity
    await activity.aclose()
