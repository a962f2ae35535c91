"""When a transaction in which nothing runs is warned of, and when it is rolled back."""

import asyncio
import math

import pytest

from pgconsole.core.notice import Notice
from pgconsole.core.run_state import Phase, TabState, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.workers.idle_watch import IdleWatch
from tests.fixtures.desk import MakeDesk
from tests.fixtures.waiting import until

IDLE = TabState(transaction=TransactionState.OPEN)


class Soon(Settings, frozen=True, kw_only=True):
    """Settings with shorter times than can be chosen."""

    @property
    def idle_transaction_warn_s(self) -> float:
        return 0.02

    @property
    def idle_transaction_rollback_s(self) -> float:
        return 0.08


async def told_within(settings: Settings, state: TabState, limit_s: float = math.inf) -> list[str]:
    told: list[str] = []
    watch = IdleWatch(lambda: settings, lambda notice: told.append(notice.text), lambda: told.append("ended"))
    watch.follow(state, limit_s)
    await asyncio.sleep(0.2)
    watch.stop()
    return told


async def test_it_is_warned_of_and_then_ended() -> None:
    told = await told_within(Soon(), IDLE)
    assert told[0].startswith(
        "Nothing has run in this transaction for 20 ms; it holds locks. In 60 ms it is rolled back"
    )
    assert told[1:] == ["ended"]


async def test_the_servers_limit_is_warned_of_before_it_strikes() -> None:
    told = await told_within(Settings(), IDLE, 0.2)
    assert told == [
        "Nothing has run in this transaction for 100 ms; it holds locks. In 100 ms the server ends the session."
        " Commit or roll back."
    ]


@pytest.mark.parametrize(
    "state",
    [
        TabState(),
        TabState(phase=Phase.RUNNING, transaction=TransactionState.OPEN),
        TabState(transaction=TransactionState.UNKNOWN),
    ],
)
async def test_nothing_is_said_where_nothing_is_open_or_something_runs(state: TabState) -> None:
    assert await told_within(Soon(), state) == []


async def test_nothing_is_said_where_it_is_switched_off() -> None:
    off = Settings(idle_transaction_warn_min=0, idle_transaction_rollback_min=0)
    assert await told_within(off, IDLE) == []


async def test_a_run_begins_the_time_anew() -> None:
    told: list[Notice] = []
    watch = IdleWatch(Soon, told.append, lambda: None)
    watch.follow(IDLE)
    watch.follow(TabState(phase=Phase.RUNNING, transaction=TransactionState.OPEN))
    await asyncio.sleep(0.05)
    assert told == []
    watch.stop()


async def test_a_tab_rolls_its_idle_transaction_back_and_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk(settings=Soon())
    await desk.run_all("begin; create table idle_one (n int)")
    await until(lambda: desk.transaction() is TransactionState.IDLE, "it is rolled back")
    await desk.idle()
    assert desk.infos[-1].startswith("The transaction was rolled back: nothing ran in it")
    assert [notice.severity for notice in desk.view.notices] == ["warning", "warning"]
    await desk.run("select to_regclass('idle_one')")
    assert desk.cell is None


async def test_a_tab_that_is_closed_in_the_middle_of_a_run_warns_of_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk(settings=Soon())
    await desk.run("begin")
    desk.start("select pg_sleep(30)")
    await until(lambda: desk.state.phase is Phase.RUNNING and desk.state.backend_pid is not None, "it runs")
    await desk.console.aclose()
    before = list(desk.view.notices)
    await asyncio.sleep(0.2)  # longer than the times after which it would warn and roll back
    assert desk.view.notices == before
