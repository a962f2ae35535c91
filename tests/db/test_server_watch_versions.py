"""Every query of a look, run on each major version of PostgreSQL that this machine has, statements included."""

from collections.abc import Iterator

import pytest

from pgconsole.db.local_account import current_account
from pgconsole.db.local_binaries import Binaries, candidate_directories, inspect_directory, reachable_binaries
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import LocalServer, acquire_with
from pgconsole.db.server_watch import ServerWatch
from pgconsole.db.session import Session
from tests.fixtures.engine import open_session, target_of_dsn
from tests.fixtures.postgres import FAST_SETTINGS

MAJORS = range(14, 20)
_LIBRARY = {"shared_preload_libraries": "pg_stat_statements"}


def installed() -> dict[int, Binaries]:
    """The first installation of each major version."""
    found: dict[int, Binaries] = {}
    for directory in candidate_directories():
        binaries = inspect_directory(directory)
        if binaries is not None:
            found.setdefault(binaries.major, binaries)
    return found


@pytest.fixture(params=MAJORS)
def server(request: pytest.FixtureRequest, local_paths: LocalPaths) -> Iterator[LocalServer]:
    """A server of one major version, with pg_stat_statements where its installation has it."""
    binaries = installed().get(request.param)
    if binaries is None:
        pytest.skip(f"there is no PostgreSQL {request.param} on this machine")
    account = current_account()
    reachable = reachable_binaries(binaries, account, local_paths.system_home)
    has_library = any(binaries.directory.parent.rglob("pg_stat_statements.so"))
    settings = FAST_SETTINGS | (_LIBRARY if has_library else {})
    server = acquire_with(reachable, account, local_paths, settings)
    yield server
    server.release()


async def test_server_is_seen_whole(server: LocalServer) -> None:
    watch = ServerWatch(await open_session(target_of_dsn(server.dsn_of("postgres"))))
    try:
        has_statements = await _add_statements(watch.session)
        await watch.look(with_statements=True)
        sample = await watch.look(with_statements=True)
    finally:
        await watch.aclose()
    assert [backend.kind for backend in sample.backends if backend.kind == "checkpointer"] == ["checkpointer"]
    assert sample.counters.connections_max == 60
    assert sample.rates is not None
    assert sample.rates.transactions is not None
    assert sample.rates.wal_bytes is not None
    if has_statements:
        assert sample.statements
        assert sample.unseen == ()


async def _add_statements(session: Session) -> bool:
    rows = await session.fetch("SHOW shared_preload_libraries")
    if rows[0][0] != "pg_stat_statements":
        return False
    await session.execute("CREATE EXTENSION pg_stat_statements")
    return True
