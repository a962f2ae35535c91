"""Random work for a while, after which nothing is left: no connection, task, file, timer, object, and no growth.

`PGCONSOLE_SOAK_S` sets how long (20 s; `make test` takes 120), `PGCONSOLE_SOAK_SEED` which.
"""

import asyncio
import ctypes
import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication

from pgconsole.core.row_store import RowStore
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.session import Session
from pgconsole.query_console import QueryConsole
from pgconsole.ui.garbage_timer import GarbageTimer
from pgconsole.ui.query_tab import QueryTab
from tests.fixtures.engine import value
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until_answer
from tests.fixtures.window import User, Windows
from tests.soak.driver import RandomUser
from tests.soak.holders import told

SECONDS = float(os.environ.get("PGCONSOLE_SOAK_S", "20"))
SEED = int(os.environ.get("PGCONSOLE_SOAK_SEED", "6"))
_MOST_GROWTH_MIB = 48
_OURS = (QueryConsole, QueryTab, RowStore)
_SESSIONS = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds, as far as work at random could leave it behind."""

    tasks: int
    timers: int
    files: int
    objects: int


def held(user: User) -> Held:
    """Count, after everything that nobody refers to is gone."""
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
    objects = gc.get_objects()
    qt_timers = [timer for timer in user.window.findChildren(QTimer) if timer.isActive()]
    return Held(
        tasks=sum(task.get_name() != "proxy" for task in asyncio.all_tasks()),  # those go with the pool's sessions
        timers=delayed_calls() + len(qt_timers),
        files=len(list(Path("/proc/self/fd").iterdir())),
        objects=sum(isinstance(each, _OURS) for each in objects),
    )


def delayed_calls() -> int:
    """How many callbacks wait for their time; the loop keeps each in a handle of its own, cancelled ones too."""
    waiting: dict[int, asyncio.Handle] = vars(vars(asyncio.get_running_loop())["_timer"])["_SimpleTimer__callbacks"]
    return sum(not handle._args[0].cancelled() for handle in waiting.values())


def left_over() -> str:
    """Who holds what."""
    return told(each for each in gc.get_objects() if isinstance(each, _OURS))


def resident_mib() -> float:
    """The memory of this process, without what it has freed and the C library keeps for the next time."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


@pytest.fixture
def garbage(qapp: QApplication) -> Iterator[GarbageTimer]:
    """Collects as in the program: tests have no collector of their own, and whatever is in a cycle would stay."""
    with GarbageTimer() as garbage:
        yield garbage


@pytest.mark.usefixtures("garbage")
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="what a process holds is read from /proc")
@pytest.mark.timeout(SECONDS * 3 + 120)
async def test_random_work_leaves_nothing_behind(
    windows: Windows, proxy: Proxy, database_dsn: str, outside: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgconsole.db.session.CANCEL_DEADLINE_S", 0.5)
    await outside.execute("create table soaked (n int)")
    keywords = {**dict(parse_keywords(database_dsn)), "host": "127.0.0.1", "port": str(proxy.port)}
    user = await windows.open(" ".join(f"{name}='{text}'" for name, text in keywords.items()) + " sslmode=disable")
    driver = RandomUser(user, proxy, outside, SEED)
    await driver.work(SECONDS / 4)  # fills caches that stay
    await driver.come_to_rest()
    await until_answer(lambda: is_quiet(user, outside), True, "the connections are at rest")
    before, before_mib = held(user), resident_mib()

    await driver.work(SECONDS * 3 / 4)
    await driver.come_to_rest()
    await until_answer(lambda: is_quiet(user, outside), True, "the connections are at rest")
    after, after_mib = held(user), resident_mib()

    assert after.objects <= before.objects, f"{before} {after}\n{left_over()}"
    assert after.tasks <= before.tasks + 1, asyncio.all_tasks()
    assert after.timers <= before.timers + 1, (before, after)
    assert after.files <= before.files + 10, (before, after)  # those of sessions that the pool keeps
    assert after_mib - before_mib < _MOST_GROWTH_MIB, f"grew by {after_mib - before_mib:.0f} MiB"
    assert sum(driver.done.values()) > SECONDS, driver.done
    assert not user.notice.startswith("A fault of pgconsole"), user.notice

    await windows.close(user)
    await until_answer(lambda: value(outside, _SESSIONS), "0", "every connection is closed")


async def is_quiet(user: User, outside: Session) -> bool:
    """Whether no session of the window does anything or holds a transaction."""
    busy = f"{_SESSIONS} and state is distinct from 'idle'"
    return await value(outside, busy) == "0"
