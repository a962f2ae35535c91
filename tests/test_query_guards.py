"""What a tab asks before it runs something, what a read-only one refuses, and dry runs."""

import pytest

from pgconsole.core.errors import RefusedStatement
from pgconsole.core.guards import GuardRules
from pgconsole.core.profile import ConnectionKind
from pgconsole.core.run_state import Phase, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, MakeDesk
from tests.fixtures.engine import value

PRODUCTION = GuardRules(ConnectionKind.PRODUCTION, "shop @ db1")


@pytest.fixture
async def table(watcher: Session) -> str:
    """A table of a thousand rows."""
    await watcher.execute("drop table if exists guarded")
    await watcher.execute("create table guarded (n int)")
    await watcher.execute("insert into guarded select generate_series(1, 1000)")
    await watcher.execute("analyze guarded")
    return "guarded"


def holds(desk: Desk) -> None:
    """Leave the questions of a tab open."""
    desk.view.answer = lambda _question: None


async def count(watcher: Session) -> str | None:
    return await value(watcher, "select count(*) from guarded")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("delete from guarded", 1000),
        ("update guarded set n = 1", 1000),
        ("truncate guarded", 1000),
        ("drop table guarded", 1000),
        ("with gone as (delete from guarded returning n) select count(*) from gone", 1000),
    ],
)
async def test_what_means_every_row_asks_with_the_planners_estimate(
    desk: Desk, table: str, watcher: Session, sql: str, rows: int
) -> None:
    holds(desk)
    desk.start(sql)
    await desk.view.shows(lambda: bool(desk.view.questions))
    (question,) = desk.view.questions
    assert [each.estimated_rows for each in question.statements] == [rows]
    assert question.statements[0].text == sql
    assert desk.state.phase is Phase.RUNNING
    desk.console.give_up_prompt()
    await desk.idle()
    assert await count(watcher) == "1000"
    assert desk.infos == ["Not run: the question was answered by Cancel."]
    assert desk.view.errors == []


async def test_what_is_agreed_to_runs_once(desk: Desk, table: str, watcher: Session) -> None:
    await desk.run("delete from guarded")
    assert len(desk.view.questions) == 1
    assert desk.tags == ["DELETE 1000"]
    assert await count(watcher) == "0"


async def test_what_names_its_rows_is_not_asked_about(desk: Desk, table: str) -> None:
    await desk.run("delete from guarded where n = 1")
    await desk.run("insert into guarded values (1)")
    assert desk.view.questions == []


async def test_the_setting_leaves_the_question_out_but_not_on_production(make_desk: MakeDesk, table: str) -> None:
    unasked = make_desk("Query 1", settings=Settings(confirm_destructive=False))
    await unasked.run("delete from guarded")
    assert unasked.view.questions == []
    asked = make_desk("Query 2", settings=Settings(confirm_destructive=False), rules=PRODUCTION)
    await asked.run("delete from guarded")
    assert [each.why for each in asked.view.questions[0].statements] == ["It has no WHERE: every row is deleted."]


async def test_production_asks_before_every_statement_that_writes_and_no_other(make_desk: MakeDesk, table: str) -> None:
    desk = make_desk(rules=PRODUCTION)
    for reading in ("select 1", "begin", "select * from guarded", "rollback", "explain delete from guarded"):
        await desk.run(reading)
    assert desk.view.questions == []
    await desk.run("insert into guarded values (1)")
    assert desk.view.questions[0].heading == "Run this statement on production?"
    assert desk.view.questions[0].statements[0].estimated_rows == 1


async def test_a_script_is_asked_about_once_before_any_of_it_runs(
    make_desk: MakeDesk, table: str, watcher: Session
) -> None:
    desk = make_desk(rules=PRODUCTION)
    holds(desk)
    script = "insert into guarded values (1); select 2; update guarded set n = 3 where n = 4; drop table guarded"
    desk.view.messages.clear()
    desk.console.run_all(script)
    await desk.view.shows(lambda: bool(desk.view.questions))
    assert desk.view.questions[0].count == 3
    assert desk.tags == []
    desk.console.cancel()
    await desk.idle()
    assert await count(watcher) == "1000"


async def test_a_long_script_shows_its_first_statements_and_the_count(make_desk: MakeDesk, table: str) -> None:
    desk = make_desk(rules=PRODUCTION)
    await desk.run_all(";".join("insert into guarded values (1)" for _ in range(3000)))
    assert (len(desk.view.questions[0].statements), desk.view.questions[0].count) == (20, 3000)


async def test_an_estimate_that_fails_leaves_the_transaction_alone(desk: Desk, table: str) -> None:
    await desk.run_all("begin; create table inner_one (n int)")
    await desk.run("delete from inner_one")
    assert desk.view.questions[0].statements[0].estimated_rows is not None
    await desk.run("delete from no_such_table")
    assert desk.view.questions[1].statements[0].estimated_rows is None
    assert desk.transaction() is TransactionState.FAILED  # by the statement itself
    await desk.run("rollback")


async def test_a_batch_is_asked_about_with_its_lines(make_desk: MakeDesk, table: str, watcher: Session) -> None:
    desk = make_desk(rules=PRODUCTION)
    desk.console.run_batch("insert into guarded values ($1)", 0, None, [("1",), ("2",)])
    await desk.idle()
    (question,) = desk.view.questions
    assert "It runs for 2 lines of values." in question.statements[0].why
    assert not question.can_dry_run
    assert await count(watcher) == "1002"


# Read-only


@pytest.mark.parametrize("sql", ["set transaction read write", "vacuum", "notify news", "copy guarded to '/tmp/x'"])
async def test_read_only_tab_refuses_what_gets_past_it_and_says_how_to_leave(desk: Desk, table: str, sql: str) -> None:
    await desk.do(lambda: desk.console.set_read_only(True))
    opened = desk.pool.stats.opened
    await desk.run(sql)
    assert isinstance(desk.error, RefusedStatement)
    assert desk.error.what == "This tab is read-only; the statement was not sent."
    assert "Switch Read-only off in the menu beside Auto-commit" in desk.error.remedy
    assert desk.pool.stats.opened == opened
    desk.console.set_read_only(False)
    desk.view.errors.clear()
    if sql != "copy guarded to '/tmp/x'":
        await desk.run(sql)
        assert desk.view.errors == []


async def test_read_only_connection_refuses_it_too(make_desk: MakeDesk) -> None:
    desk = make_desk(rules=GuardRules(is_read_only=True))
    await desk.run("select set_config('default_transaction_read_only', 'off', false)")
    assert desk.error.what == "This connection is read-only; the statement was not sent."
    assert "Edit connection" in desk.error.remedy


async def test_read_only_script_stops_at_what_is_refused(desk: Desk) -> None:
    desk.console.set_read_only(True)
    await desk.run_all("select 1; reset all; select 2")
    assert desk.rows == [("1",)]
    assert desk.infos == ["Not run: 1 statement of the script."]


async def test_read_only_batch_is_refused_too(desk: Desk) -> None:
    desk.console.set_read_only(True)
    desk.console.run_batch("select pg_notify('news', $1)", 0, None, [("1",)])
    await desk.idle()
    assert isinstance(desk.error, RefusedStatement)


# Dry runs


async def dry_run(desk: Desk, script: str) -> None:
    desk.view.messages.clear()
    desk.view.errors.clear()
    await desk.do(lambda: desk.console.dry_run(script, 0, (0, len(script))))


async def test_a_dry_run_shows_counts_and_keeps_nothing(desk: Desk, table: str, watcher: Session) -> None:
    await dry_run(desk, "delete from guarded where n > 10; update guarded set n = 0; select count(*) from guarded")
    assert desk.tags[:2] == ["DELETE 990", "UPDATE 10"]
    assert desk.cell == "10"
    assert "Counts: DELETE 990, UPDATE 10" in desk.infos[-1]
    assert desk.view.notices[-1].severity == "ok"
    assert desk.view.questions == []
    assert await count(watcher) == "1000"
    assert desk.transaction() is TransactionState.IDLE
    assert desk.state.backend_pid is None


async def test_a_dry_run_in_the_users_transaction_keeps_that(desk: Desk, table: str) -> None:
    await desk.run_all("begin; delete from guarded where n = 1")
    await dry_run(desk, "delete from guarded")
    assert desk.transaction() is TransactionState.OPEN
    await desk.run("select count(*) from guarded")
    assert desk.cell == "999"
    await desk.run("rollback")


async def test_a_dry_run_that_fails_stops_there_and_keeps_nothing(desk: Desk, table: str, watcher: Session) -> None:
    desk.settings = Settings(on_script_error="continue")
    await dry_run(desk, "delete from guarded; select 1/0; delete from guarded")
    assert desk.error.sqlstate == "22012"
    assert await count(watcher) == "1000"
    await desk.run("select 1")
    assert desk.cell == "1"


@pytest.mark.parametrize("sql", ["select 1; commit", "vacuum", "copy guarded to '/tmp/x'"])
async def test_a_dry_run_refuses_what_no_rollback_undoes(desk: Desk, table: str, sql: str) -> None:
    await dry_run(desk, sql)
    assert desk.error.what.startswith("No dry run of this")
    assert desk.tags == []


async def test_a_question_may_be_answered_by_a_dry_run(desk: Desk, table: str, watcher: Session) -> None:
    desk.view.answer = lambda _question: desk.say("dry_run")
    await desk.run("delete from guarded")
    assert desk.tags == ["DELETE 1000"]
    assert await count(watcher) == "1000"
