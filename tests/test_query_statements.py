"""What a query tab shows of each kind of statement."""

from pathlib import Path

import pytest

from pgconsole.core.errors import (
    FileError,
    RefusedStatement,
)
from pgconsole.core.messages import MessageKind
from pgconsole.core.run_state import Phase
from pgconsole.core.settings import Settings
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk
from tests.fixtures.engine import value


async def test_notices_are_told_while_the_statement_runs(desk: Desk) -> None:
    desk.start("do $$ begin raise notice 'begun' using hint = 'wait'; perform pg_sleep(30); end $$")
    await desk.view.shows(lambda: desk.notices == ["begun"])
    assert desk.state.phase is Phase.RUNNING
    assert desk.messages(MessageKind.NOTICE)[0].fields[:1] == (("Hint", "wait"),)
    desk.console.cancel()
    await desk.idle()


async def test_returning_shows_its_rows_and_the_count(desk: Desk, watcher: Session) -> None:
    desk.settings = Settings(read_ahead_rows=100)
    await watcher.execute("create table returned (n int)")
    await desk.run("insert into returned select generate_series(1, 1000) returning n, n * 2 as double")
    assert desk.result.row_count == 1000
    assert desk.rows[-1] == ("1000", "2000")
    assert desk.tags == ["INSERT 0 1000"]
    assert desk.result.is_final
    assert await value(watcher, "select count(*) from returned") == "1000"


async def test_explain_shows_the_plan_of_the_statement_at_the_caret(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table planned (n int)")
    script = "select 1;\ninsert into planned values (7)"
    await desk.do(lambda: desk.console.explain(script, len(script), analyze=False))
    assert (desk.cell or "").startswith("Insert on planned")
    await desk.do(lambda: desk.console.explain(script, len(script), analyze=True))
    assert "actual" in (desk.cell or "")
    assert desk.infos == ["The statement ran, and what it changed was rolled back."]
    assert await value(watcher, "select count(*) from planned") == "0"


async def test_explain_analyze_in_a_transaction_undoes_the_statement_alone(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table planned_inside (n int)")
    await desk.run_all("begin; insert into planned_inside values (1)")
    sql = "insert into planned_inside values (2)"
    await desk.do(lambda: desk.console.explain(sql, 0, analyze=True))
    await desk.do(lambda: desk.console.explain("insert into planned_inside values (1/0)", 0, analyze=True))
    assert desk.error.sqlstate == "22012"
    await desk.run("commit")
    assert desk.tags == ["COMMIT"]
    assert await value(watcher, "select string_agg(n::text, ',') from planned_inside") == "1"


async def test_error_of_explain_is_marked_in_the_users_text(desk: Desk) -> None:
    sql = "select nowhere"
    await desk.do(lambda: desk.console.explain(sql, 0, analyze=False))
    assert [mark[:2] for mark in desk.view.marks] == [(7, 14)]


async def test_show_and_call_give_rows_and_do_gives_a_tag(desk: Desk, watcher: Session) -> None:
    await watcher.execute(
        "create procedure commits(inout n int) language plpgsql as $$ begin commit; n := n + 1; end $$"
    )
    await desk.run("show server_encoding")
    assert (desk.cell, desk.result.columns[0].name) == ("UTF8", "server_encoding")
    await desk.run("call commits(41)")
    assert desk.cell == "42"
    await desk.run("do $$ begin commit; end $$")
    assert desk.tags == ["DO"]
    assert desk.view.results == []


async def test_copy_to_stdout_shows_its_lines(desk: Desk) -> None:
    await desk.run("copy (values (1, 'a,b'), (2, null)) to stdout (format csv)")
    assert desk.rows == [('1,"a,b"',), ("2,",)]
    assert desk.result.is_copy_output
    assert desk.tags == ["COPY 2"]


async def test_copy_from_stdin_takes_the_lines_below_it(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table copied_inline (n int, t text)")
    await desk.run_all("copy copied_inline from stdin;\n1\tone; drop\n2\t\\N\n\\.\nselect count(*) from copied_inline")
    assert desk.tags == ["COPY 2", "SELECT 1"]
    assert desk.cell == "2"
    assert desk.view.file_requests == []


async def test_copy_from_stdin_asks_for_a_file(desk: Desk, watcher: Session, tmp_path: Path) -> None:
    await watcher.execute("create table copied_file (n int, t text)")
    file = tmp_path / "rows.tsv"
    file.write_bytes(b"".join(b"%d\tr\xc3\xa9\n" % n for n in range(100_000)))
    desk.start("copy copied_file from stdin")
    await desk.view.shows(lambda: bool(desk.view.file_requests))
    assert desk.view.file_requests == ["copy copied_file from stdin"]
    desk.console.answer(file)
    await desk.idle()
    assert desk.tags == ["COPY 100000"]
    assert await value(watcher, "select max(t) from copied_file") == "ré"


async def test_copy_from_a_file_that_is_not_there_loads_nothing_and_keeps_the_session(
    desk: Desk, watcher: Session, tmp_path: Path
) -> None:
    await watcher.execute("create table copied_nothing (n int)")
    desk.start("copy copied_nothing from stdin")
    await desk.view.shows(lambda: bool(desk.view.file_requests))
    pid = desk.state.backend_pid
    desk.console.answer(tmp_path / "nowhere.tsv")
    await desk.idle()
    assert isinstance(desk.error, FileError)
    assert desk.error.what == "nowhere.tsv could not be read."
    await desk.run("select count(*), pg_backend_pid() from copied_nothing")
    assert desk.rows == [("0", str(pid))]


async def test_question_for_a_file_that_is_given_up_runs_nothing(desk: Desk) -> None:
    desk.start("copy pg_class from stdin")
    await desk.view.shows(lambda: bool(desk.view.file_requests))
    await desk.do(desk.console.give_up_prompt)
    assert desk.infos == ["Not run: no answer was given."]
    assert desk.view.errors == []


async def test_vacuum_and_its_kind_run_outside_a_transaction(desk: Desk) -> None:
    await desk.run_all("vacuum; create table reindexed (n int primary key); reindex table concurrently reindexed")
    assert desk.tags == ["VACUUM", "CREATE TABLE", "REINDEX"]


async def test_joined_statements_run_in_one_transaction(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table joined (n int)")
    await desk.run("insert into joined values (1) \\; select count(*) from joined \\; insert into joined values (1/0)")
    assert desk.error.sqlstate == "22012"
    assert desk.infos == ["3 statements joined by \\; run in one transaction."]
    assert await value(watcher, "select count(*) from joined") == "0"
    await desk.run("insert into joined values (1) \\; select count(*) from joined")
    assert desk.cell == "1"
    assert await value(watcher, "select count(*) from joined") == "1"


async def test_joined_statements_are_read_to_their_end_for_their_transaction_ends_with_them(desk: Desk) -> None:
    desk.settings = Settings(read_ahead_rows=100)
    await desk.run("select generate_series(1, 5000) \\; select generate_series(1, 6000)")
    assert [result.row_count for result in desk.view.results] == [5000, 6000]
    assert all(result.is_final and not result.portal_open for result in desk.view.results)
    assert desk.state.portal_since is None


@pytest.mark.parametrize("command", ["\\! touch /tmp/never", "\\copy t from program 'x'", "\\o |cat", "\\d", "\\q"])
async def test_backslash_commands_are_refused_by_name(desk: Desk, command: str) -> None:
    await desk.run_all(f"select 1;\n{command}\nselect 2;\n")
    assert isinstance(desk.error, RefusedStatement)
    assert desk.error.what.startswith(command.split()[0])
    assert len(desk.view.results) == 1


async def test_echo_says_its_words_and_set_is_understood(desk: Desk) -> None:
    await desk.run_all("\\set n 7\n\\echo here we go\nselect :n as n\n\\g\n")
    assert desk.infos == ["here we go"]
    assert desk.cell == "7"
