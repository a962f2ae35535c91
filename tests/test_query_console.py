"""What a query tab runs, and what it shows of it when the result is odd."""

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import (
    ConnectionLost,
    DriverFault,
    NothingToRun,
    RefusedStatement,
    StatementInvalid,
    StatementTimeout,
)
from pgconsole.core.messages import MessageKind
from pgconsole.core.result import Result
from pgconsole.core.run_state import Phase, Road
from pgconsole.core.settings import Settings
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, MakeDesk, ShortOfTime
from tests.fixtures.engine import MakePool, through
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until

TWO = "select 1 as first;\nselect 2 as second;"


# What is run


async def test_statement_at_the_caret_is_run(desk: Desk) -> None:
    desk.console.run(TWO, TWO.index("second"))
    await desk.idle()
    assert desk.rows == [("2",)]
    assert desk.tags == ["SELECT 1"]


async def test_selection_is_run_rather_than_the_statement_at_the_caret(desk: Desk) -> None:
    script = "select 1, 2;\nselect 3, 4; select 5"
    desk.console.run(script, 0, (script.index("select 3"), script.index(", 4")))
    await desk.idle()
    assert desk.rows == [("3",)]
    desk.console.run(script, 0, (script.index("select 3"), len(script)))
    await desk.idle()
    assert [result.store.rows(0, 9) for result in desk.view.results] == [[("3", "4")], [("5",)]]


async def test_empty_selection_counts_as_none(desk: Desk) -> None:
    desk.console.run(TWO, TWO.index("second"), (3, 3))
    await desk.idle()
    assert desk.cell == "2"


async def test_error_in_a_selection_is_marked_where_it_stands_in_the_script(desk: Desk) -> None:
    script = "select 'é🐘';\nselect nowhere\n"
    start = script.index("select nowhere")
    desk.console.run(script, 0, (start, len(script)))
    await desk.idle()
    place = script.index("nowhere")
    assert [mark[:2] for mark in desk.view.marks] == [(place, place + len("nowhere"))]
    assert desk.messages(MessageKind.ERROR)[0].script_position == place


async def test_script_gives_a_result_for_each_statement_with_its_text_tag_count_and_times(desk: Desk) -> None:
    await desk.run_all("select 1 as n; select generate_series(1, 3) as m; create temp table several (n int)")
    first, second = desk.view.results
    assert [(each.number, each.statement, each.tag, each.row_count) for each in (first, second)] == [
        (1, "select 1 as n", "SELECT 1", 1),
        (2, "select generate_series(1, 3) as m", "SELECT 3", 3),
    ]
    for each in (first, second):
        assert each.is_final
        assert each.first_row_ms is not None
        assert each.total_ms is not None
        assert 0 < each.server_wait_ms <= each.total_ms
        assert each.first_row_ms <= each.total_ms
    assert desk.tags == ["SELECT 1", "SELECT 3", "CREATE TABLE"]
    assert all(message.elapsed_ms for message in desk.messages(MessageKind.TAG))


async def test_script_stops_at_its_first_error(desk: Desk) -> None:
    await desk.run_all("select 1; select 1/0; select 3; select 4")
    assert len(desk.view.results) == 1
    assert desk.error.sqlstate == "22012"
    assert desk.infos == ["Not run: 2 statements of the script."]


async def test_script_goes_on_after_an_error_where_the_settings_say_so(desk: Desk) -> None:
    desk.settings = Settings(on_script_error="continue")
    await desk.run_all("select 1; select 1/0; select nowhere; select 4")
    assert [result.store.rows(0, 1) for result in desk.view.results] == [[("1",)], [("4",)]]
    assert [error.sqlstate for error in desk.view.errors] == ["22012", "42703"]
    assert desk.infos == []


@pytest.mark.parametrize("script", ["", "  \n", ";", "-- nothing\n/* at all */ ;;"])
async def test_script_without_a_statement_says_that_there_is_nothing_to_run(desk: Desk, script: str) -> None:
    for start in (lambda: desk.console.run(script, 0), lambda: desk.console.run_all(script)):
        desk.view.errors.clear()
        await desk.do(start)
        assert isinstance(desk.error, NothingToRun)
    assert desk.state.answered == 2
    assert desk.pool.stats.opened == 0


async def test_statement_that_was_cut_off_is_told_with_its_place(desk: Desk) -> None:
    for sql, sqlstate in (("select * from (select 1", "42601"), ("select 'cut", "42601"), ("select $$cut", "42601")):
        await desk.run(sql)
        assert isinstance(desk.error, StatementInvalid)
        assert desk.error.sqlstate == sqlstate
    assert desk.state.phase is Phase.IDLE


async def test_script_ends_where_its_connection_dies(
    make_desk: MakeDesk, watcher: Session, target: ConnectionTarget
) -> None:
    desk = make_desk()
    desk.settings = Settings(on_script_error="continue")
    await desk.run_all("select 1; select pg_terminate_backend(pg_backend_pid()); select 3; select 4")
    assert isinstance(desk.error, ConnectionLost)
    assert "Not run: 2 statements of the script." in desk.infos
    assert desk.view.results[0].store.rows(0, 1) == [("1",)]
    await desk.run("select 5")
    assert desk.cell == "5"


async def test_second_run_in_a_busy_tab_is_refused(desk: Desk) -> None:
    desk.start("select pg_sleep(30)")
    await desk.view.shows(lambda: desk.state.backend_pid is not None)
    desk.console.run("select 2", 0)
    assert isinstance(desk.error, RefusedStatement)
    desk.console.cancel()
    await desk.idle()
    assert desk.state.answered == 1


async def test_run_is_answered_once_whatever_it_shows(desk: Desk) -> None:
    for number, sql in enumerate(("select 1", "select 1 where false", "set work_mem = '4MB'", "select 1/0", ""), 1):
        await desk.run(sql)
        assert desk.state.answered == number
    await desk.run_all("select 1; select 2; select 1/0")
    assert desk.state.answered == 6


async def test_phases_of_a_run_are_running_then_streaming_then_idle(desk: Desk) -> None:
    await desk.run("select generate_series(1, 20000)")
    assert [phase.value for phase in desk.view.phases] == ["running", "streaming", "idle"]


async def test_run_and_fetch_all_takes_the_copy_road_to_the_end(desk: Desk) -> None:
    desk.settings = Settings(read_ahead_rows=100)
    await desk.run("select generate_series(1, 50000) as n", to_end=True)
    assert (desk.result.road, desk.result.row_count, desk.result.is_final) == (Road.COPY, 50_000, True)
    desk.settings = Settings(read_ahead_rows=100, always_cursor=True)
    await desk.run("select generate_series(1, 50000) as n", to_end=True)
    assert (desk.result.road, desk.result.row_count, desk.result.is_final) == (Road.PORTAL, 50_000, True)


# Odd results


async def test_type_made_a_second_ago_is_shown_with_its_name(desk: Desk) -> None:
    await desk.run_all(
        "create type console_mood as enum ('calm'); select 'calm'::console_mood as m, array['calm'::console_mood]"
    )
    assert desk.rows == [("calm", "{calm}")]
    assert [column.type_name for column in desk.result.columns] == ["console_mood", "console_mood[]"]


async def test_columns_of_the_same_name_are_all_shown(desk: Desk) -> None:
    await desk.run('select 1 as a, 2 as a, 3 as "A", 4')
    assert [column.name for column in desk.result.columns] == ["a", "a", "A", "?column?"]
    assert desk.rows == [("1", "2", "3", "4")]


async def test_rows_without_columns_are_counted(desk: Desk) -> None:
    await desk.run("select from generate_series(1, 4321)")
    assert (desk.result.columns, desk.result.row_count, desk.tags) == ((), 4321, ["SELECT 4321"])


async def test_no_rows_open_a_result_with_its_columns(desk: Desk) -> None:
    await desk.run("select 1 as a, 'x' as b where false")
    assert [column.name for column in desk.result.columns] == ["a", "b"]
    assert (desk.result.row_count, desk.result.is_final, desk.tags) == (0, True, ["SELECT 0"])


async def test_error_after_the_first_rows_keeps_them_and_says_why_no_more_came(desk: Desk) -> None:
    await desk.run("select 1000 / (5000 - g) from generate_series(1, 60000) g")
    assert 0 < desk.result.row_count < 5000
    assert (desk.result.is_final, desk.result.stopped_because) == (False, "division by zero")
    assert desk.error.sqlstate == "22012"


async def test_connection_cut_while_rows_come_keeps_them(
    make_desk: MakeDesk, make_pool: MakePool, proxy: Proxy, target: ConnectionTarget
) -> None:
    desk = make_desk(on=make_pool(to=through(proxy, target)))
    desk.settings = Settings(read_ahead_rows=10_000_000)
    desk.start("select generate_series(1, 10000000)")
    await desk.view.shows(lambda: bool(desk.view.results) and desk.result.row_count > 1000)
    proxy.cut()
    await desk.idle()
    assert isinstance(desk.error, ConnectionLost)
    assert desk.rows[999] == ("1000",)
    assert desk.result.stopped_because == desk.error.what
    await desk.run("select 1")
    assert desk.cell == "1"


async def test_statement_timeout_is_told_as_the_consoles_own_limit(desk: Desk) -> None:
    desk.settings = ShortOfTime()
    await desk.run("select pg_sleep(20)")
    assert isinstance(desk.error, StatementTimeout)
    assert "this console's limit" in desk.error.why
    pid = desk.pool.stats.opened
    desk.settings = Settings()
    await desk.run("select 1")
    assert (desk.cell, desk.pool.stats.opened) == ("1", pid)


async def test_timeout_of_the_server_is_told_as_the_servers(desk: Desk) -> None:
    await desk.run_all("set statement_timeout = '50ms'; select pg_sleep(20)")
    assert isinstance(desk.error, StatementTimeout)
    assert "statement_timeout" in desk.error.why


async def test_fault_of_the_view_is_reported_as_a_bug_and_the_tab_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_result: Result) -> None:
        raise LookupError("no such tab")

    with monkeypatch.context() as patched:
        patched.setattr(desk.view, "update_result", fail)
        desk.start("select 1")
        await until(lambda: bool(desk.view.errors), "the fault is reported")
        await desk.idle()
    assert isinstance(desk.error, DriverFault)
    await desk.run("select 2")
    assert desk.cell == "2"


async def test_error_names_its_line_in_a_script_of_several(desk: Desk) -> None:
    await desk.run_all("select 1;\n\nselect 1 / 0;\n")
    assert desk.messages(MessageKind.ERROR)[0].script_line == 3
    await desk.run_all("select 1;\nselect\n  nowhere")
    assert desk.messages(MessageKind.ERROR)[0].script_line == 3
    await desk.run("select nowhere\n")
    assert desk.messages(MessageKind.ERROR)[0].script_line is None


async def test_gx_says_that_its_rows_are_in_the_grid(desk: Desk) -> None:
    await desk.run("select 1 as n \\gx")
    assert desk.rows == [("1",)]
    assert [text.partition(",")[0] for text in desk.infos] == ["\\gx shows its rows in the grid"]
    await desk.run("select 1 as n \\g")
    assert desk.infos == []
