"""Cancelling, asking for more and closing at moments that nobody chose: nothing hangs, leaks or is told wrongly."""

import asyncio
import random

import pytest

from pgconsole.core.run_state import TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import value
from tests.fixtures.waiting import until_answer

LONG = "select generate_series(1, 300000), repeat('x', 100)"
STATEMENTS = (
    LONG,
    "select pg_sleep(0.0005) from generate_series(1, 100)",
    "select 1 \\; select pg_sleep(0.01) \\; select generate_series(1, 50000)",
    "copy (select generate_series(1, 300000)) to stdout",
    "do $$ begin for i in 1..50 loop perform pg_sleep(0.0005); raise notice 'n %', i; end loop; end $$",
    "create temp table if not exists momentary (n int)",
)
OUTCOMES = ("Cancelled", "There was nothing left to cancel", "The server did not confirm")


def start_any(desk: Desk, moments: random.Random) -> None:
    """Start a statement or a script, whichever comes."""
    desk.view.messages.clear()
    desk.view.errors.clear()
    if moments.random() < 0.3:
        desk.console.run_all("; ".join(moments.choices(STATEMENTS, k=3)))
    else:
        desk.console.run(moments.choice(STATEMENTS), 0, to_end=moments.random() < 0.3)


def fetch_all(desk: Desk) -> None:
    if desk.view.results:
        desk.console.fetch_more(desk.result, to_end=True)


@pytest.mark.parametrize("auto_commit", [True, False])
async def test_cancel_at_any_moment_is_told_once_and_keeps_the_session(desk: Desk, auto_commit: bool) -> None:
    desk.settings = Settings(read_ahead_rows=1000)
    await desk.run("select 1")
    desk.console.set_auto_commit(auto_commit)
    moments, loop = random.Random(auto_commit), asyncio.get_running_loop()
    for _ in range(50):
        start_any(desk, moments)
        timers = [loop.call_later(moments.random() * 0.03, desk.console.cancel)]
        if moments.random() < 0.3:
            timers.append(loop.call_later(moments.random() * 0.03, fetch_all, desk))
        await desk.idle()
        for timer in timers:
            timer.cancel()
        assert desk.view.errors == []
        assert len([text for text in desk.infos if text.startswith(OUTCOMES)]) <= 1
        for result in desk.view.results:
            assert result.is_final + result.portal_open + bool(result.stopped_because) == 1
        if desk.transaction() is TransactionState.FAILED:
            await desk.do(desk.console.roll_back)
    assert (desk.pool.stats.opened, desk.pool.stats.lost) == (1, 0)
    desk.view.messages.clear()
    await desk.run("rollback")
    await desk.run("select 1")
    assert desk.cell == "1"


async def test_tab_that_is_closed_at_any_moment_leaves_neither_task_nor_session(
    make_desk: MakeDesk, watcher: Session
) -> None:
    moments = random.Random(3)
    for number in range(25):
        desk = make_desk("Query 1")
        desk.settings = Settings(read_ahead_rows=1000)
        await desk.run("select 1")
        desk.console.set_auto_commit(moments.random() < 0.7)
        start_any(desk, moments)
        with_cancel = moments.random() < 0.3
        await moment(moments.random() * 0.02)
        if with_cancel:
            desk.console.cancel()
            await moment(moments.random() * 0.003)
        async with asyncio.timeout(20):
            await desk.console.aclose()
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("Query")], number
        assert desk.pool.stats.used == 0
        assert not [error for error in desk.view.errors if error.is_bug]
    working = (
        "select count(*) from pg_stat_activity where application_name like 'pgconsole: Query%' and state <> 'idle'"
    )
    await until_answer(lambda: value(watcher, working), "0", "every backend is idle or gone")


async def moment(delay_s: float) -> None:
    """Let the tab work until a moment that was drawn."""
    come = asyncio.Event()
    asyncio.get_running_loop().call_later(delay_s, come.set)
    await come.wait()
