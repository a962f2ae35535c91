"""How long the results of a run stay, and what follows the rows of one that is read on later."""

import time

import pytest

from pgconsole.core.run_state import TransactionState
from pgconsole.core.settings import Settings
from pgconsole.workers.script_run import MOST_RESULTS
from tests.fixtures.desk import Desk, MakeDesk

MANY = "select g from generate_series(1, 200100) g"
MANUAL = Settings(manual_commit=True)


async def test_commit_and_roll_back_keep_the_rows_that_were_fetched(make_desk: MakeDesk) -> None:
    for end in ("commit", "roll_back"):
        desk = make_desk(f"Query {end}", settings=MANUAL)
        await desk.run(MANY, to_end=True)
        assert desk.transaction() is TransactionState.OPEN
        await desk.do(getattr(desk.console, end))
        assert desk.transaction() is TransactionState.IDLE
        assert desk.result.row_count == 200_100


async def test_commit_leaves_a_paused_result_its_rows_and_says_that_there_were_more(make_desk: MakeDesk) -> None:
    desk = make_desk(settings=MANUAL)
    await desk.run("select g from generate_series(1, 10000000) g")
    count = desk.result.row_count
    await desk.do(desk.console.commit)
    assert desk.result.row_count == count > 0
    assert desk.result.stopped_because == "its transaction ended"


async def test_a_run_of_nothing_keeps_the_results(desk: Desk) -> None:
    await desk.run("select 'kept'")
    await desk.run("-- nothing")
    assert desk.error.what == "There is nothing to run."
    assert desk.cell == "kept"


async def test_giving_up_the_parameters_keeps_the_results(desk: Desk) -> None:
    await desk.run("select 'kept'")
    desk.start("select $1::int")
    await desk.view.shows(lambda: bool(desk.view.parameter_requests))
    desk.console.give_up_prompt()
    await desk.idle()
    assert desk.cell == "kept"


async def test_results_go_once_when_the_first_statement_of_a_script_is_sent(desk: Desk) -> None:
    await desk.run("select 'old'")
    await desk.run_all("select 1; select 2")
    assert [result.store.rows(0, 1) for result in desk.view.results] == [[("1",)], [("2",)]]
    await desk.run("create temp table t (n int)")
    assert desk.view.results == []


async def test_results_beyond_a_hundred_are_counted_and_let_go(desk: Desk) -> None:
    count = MOST_RESULTS + 3
    await desk.run_all("".join(f"select {n} as n;\n" for n in range(count)))
    assert len(desk.view.results) == MOST_RESULTS
    assert len(desk.tags) == count
    assert desk.infos == [f"Not shown: 3 results beyond the first {MOST_RESULTS} of the run."]


async def test_time_of_a_pause_is_not_told_as_time_of_the_statement(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.run("select g from generate_series(1, 300000) g")
    assert desk.result.portal_open
    clock = time.perf_counter
    monkeypatch.setattr("pgconsole.workers.reading.time.perf_counter", lambda: clock() + 3600)
    desk.console.fetch_more(desk.result, to_end=True)
    await desk.idle()
    assert desk.result.is_final
    assert desk.result.total_ms is not None
    assert desk.result.total_ms < 60_000


async def test_paused_result_that_is_closed_tells_the_time_until_its_pause(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.run("select g from generate_series(1, 300000) g")
    result = desk.result
    clock = time.perf_counter
    monkeypatch.setattr("pgconsole.workers.reading.time.perf_counter", lambda: clock() + 3600)
    await desk.do(lambda: desk.console.close_portals("enough"))
    assert result.total_ms is not None
    assert result.total_ms < 60_000


async def test_paused_result_that_is_read_to_its_end_gets_its_tag_then(desk: Desk) -> None:
    await desk.run("select g from generate_series(1, 300000) g")
    assert desk.tags == []
    await desk.do(lambda: desk.console.fetch_more(desk.result, to_end=True))
    assert desk.tags == ["SELECT 300000"]


async def test_count_of_a_whole_result_is_known_and_not_asked_for(desk: Desk) -> None:
    await desk.run("select g from generate_series(1, 3) g")
    desk.console.count(desk.result)
    await desk.view.shows(lambda: bool(desk.infos))
    assert desk.infos == ["3 rows: every row that the statement returned is here."]
    assert desk.result.counted_rows is None


async def test_run_that_waits_for_values_says_so_and_counts_its_time_from_then_on(desk: Desk) -> None:
    desk.start("select $1::int")
    await desk.view.shows(lambda: desk.state.waits_for == "values")
    asked = desk.state.run_started
    desk.console.answer(("1",))
    await desk.view.shows(lambda: not desk.state.waits_for)
    assert asked is not None
    assert desk.state.run_started is None or desk.state.run_started > asked
    await desk.idle()
    desk.start("copy nowhere from stdin")
    await desk.view.shows(lambda: desk.state.waits_for == "a file")
    desk.console.give_up_prompt()
    await desk.idle()
    assert desk.state.waits_for == ""
