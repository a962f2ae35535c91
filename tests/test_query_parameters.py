"""Values for the parameters of a statement, asked for once, and for many lines in a batch."""

from collections.abc import Sequence

import pytest

from pgconsole.core.errors import (
    ConstraintViolation,
    NothingToRun,
    PgconsoleError,
    RefusedStatement,
    StatementInvalid,
    StatementTimeout,
)
from pgconsole.core.messages import MessageKind
from pgconsole.core.parameters import Parameter, ParameterValues
from pgconsole.core.run_state import Phase, TransactionState
from pgconsole.core.settings import Settings
from pgconsole.core.wording import plural
from pgconsole.db.session import Session
from tests.fixtures.desk import Desk, ShortOfTime
from tests.fixtures.engine import backend_state, value
from tests.fixtures.waiting import until_answer

NAMED = Settings(named_parameters=True)


async def ask(desk: Desk, sql: str) -> Sequence[Parameter]:
    """Start a statement and wait for its question."""
    desk.view.parameter_requests.clear()
    desk.start(sql)
    await desk.view.shows(lambda: bool(desk.view.parameter_requests))
    (request,) = desk.view.parameter_requests
    return request.parameters


async def answer(desk: Desk, values: ParameterValues) -> None:
    """Answer the question and wait for the end."""
    await desk.do(lambda: desk.console.answer(values))


async def batch(desk: Desk, sql: str, lines: Sequence[tuple[str | None, ...]]) -> None:
    """Run a statement for each line and wait for the end."""
    desk.view.errors.clear()
    desk.view.messages.clear()
    await desk.do(lambda: desk.console.run_batch(sql, 0, None, lines))


# Values


async def test_numbered_parameters_ask_for_values_with_the_types_that_the_server_inferred(desk: Desk) -> None:
    asked = await ask(desk, "select $1::int * 2, $2::date, $3 || 'x'")
    assert [(each.label, each.type_name, each.value) for each in asked] == [
        ("$1", "int4", ""),
        ("$2", "date", ""),
        ("$3", "text", ""),
    ]
    await answer(desk, ["21", "infinity", None])
    assert desk.rows == [("42", "infinity", None)]
    assert desk.result.args == ("21", "infinity", None)


async def test_values_are_never_put_into_the_text(desk: Desk) -> None:
    await ask(desk, "select $1::text")
    await answer(desk, ["'; drop table x; --"])
    assert desk.cell == "'; drop table x; --"


async def test_values_given_last_are_offered_again_null_too(desk: Desk) -> None:
    await ask(desk, "select $1::text, $2::int")
    await answer(desk, ["one", None])
    asked = await ask(desk, "select $2::int, $1::text")
    assert [each.value for each in asked] == ["one", None]
    await desk.do(desk.console.give_up_prompt)


async def test_value_that_the_server_refuses_is_told_and_the_question_can_be_asked_again(desk: Desk) -> None:
    await ask(desk, "select $1::int")
    await answer(desk, ["many"])
    assert desk.error.sqlstate == "22P02"
    (asked,) = await ask(desk, "select $1::int")
    assert asked.value == "many"
    await answer(desk, ["7"])
    assert desk.cell == "7"


async def test_named_parameters_are_asked_for_where_the_settings_say_so(desk: Desk) -> None:
    desk.settings = NAMED
    asked = await ask(desk, "select :low::int, :high::int, :low::text, a[1:2] from (select array[1,2]) t(a)")
    assert [(each.label, each.type_name) for each in asked] == [(":low", "int4"), (":high", "int4")]
    await answer(desk, ["1", "9"])
    assert desk.rows == [("1", "9", "1", "{1,2}")]


async def test_named_parameters_are_left_to_the_server_otherwise(desk: Desk) -> None:
    await desk.run("select :low::int")
    assert isinstance(desk.error, StatementInvalid)
    assert desk.view.parameter_requests == []


async def test_error_behind_a_named_parameter_is_marked_where_it_was_typed(desk: Desk) -> None:
    desk.settings = NAMED
    sql = "select :a_rather_long_name::int, nowhere"
    await desk.run(sql)
    assert desk.error.sqlstate == "42703"
    assert [mark[:2] for mark in desk.view.marks] == [(sql.index("nowhere"), len(sql))]


async def test_bound_values_are_taken_without_a_question(desk: Desk) -> None:
    await desk.run_all("select $1::int + $2::int \\bind 40 2 \\g\n")
    assert desk.cell == "42"
    assert desk.view.parameter_requests == []


async def test_question_that_is_given_up_ends_the_run_and_a_joined_transaction(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table given_up (n int)")
    desk.settings = Settings(on_script_error="continue")
    for sql in (
        "insert into given_up values (1) \\; insert into given_up values ($1)",
        "select $1::int; insert into given_up values (3)",
    ):
        desk.console.run_all(sql)
        desk.view.parameter_requests.clear()
        await desk.view.shows(lambda: bool(desk.view.parameter_requests))
        await desk.do(desk.console.give_up_prompt)
        assert "Not run: no answer was given." in desk.infos
        assert desk.view.errors == []
    assert await value(watcher, "select count(*) from given_up") == "0"


async def test_command_that_takes_no_values_asks_for_none_and_the_server_says_why(desk: Desk) -> None:
    await desk.run("create view parametrized as select $1::int")
    assert desk.error.sqlstate == "42P02"
    assert desk.view.parameter_requests == []
    await ask(desk, "create temp table parametrized as select $1::int as n")
    await answer(desk, ["7"])
    assert desk.tags == ["SELECT 1"]


async def test_answer_without_a_question_does_nothing(desk: Desk) -> None:
    desk.console.answer(["1"])
    desk.console.give_up_prompt()
    assert desk.state.phase is Phase.IDLE


@pytest.mark.parametrize("text", ["half\ud83d", "nul\0"])
async def test_value_that_no_text_of_the_server_can_hold_is_told_and_keeps_the_session(desk: Desk, text: str) -> None:
    await desk.run("select pg_backend_pid()")
    pid = desk.cell
    await ask(desk, "select $1::text")
    await answer(desk, [text])
    assert isinstance(desk.error, RefusedStatement)
    assert desk.error.what.startswith("$1 holds ")
    assert desk.view.marks == []
    await desk.run("select pg_backend_pid()")
    assert desk.cell == pid


@pytest.mark.parametrize("sql", ["select 'half\ud83d'", "select 'nul\0'"])
async def test_statement_that_no_server_can_read_is_told_and_keeps_the_session(desk: Desk, sql: str) -> None:
    await desk.run("select pg_backend_pid()")
    pid = desk.cell
    await desk.run(sql)
    assert isinstance(desk.error, RefusedStatement)
    place = len(sql) - 2
    assert [mark[:2] for mark in desk.view.marks] == [(place, place + 1)]
    await desk.run("select pg_backend_pid()")
    assert desk.cell == pid


async def test_inline_data_that_no_server_can_read_are_told_and_keep_the_session(desk: Desk, watcher: Session) -> None:
    await watcher.execute("create table unreadable (t text)")
    await desk.run_all("copy unreadable from stdin;\nhalf\ud83d\n\\.\n")
    assert isinstance(desk.error, RefusedStatement)
    await batch(desk, "insert into unreadable values ($1)", [("a",), ("half\ud83d",)])
    assert isinstance(desk.error, RefusedStatement)
    assert desk.error.what.startswith("Line 2 holds ")
    assert desk.pool.stats.lost == 0
    assert await value(watcher, "select count(*) from unreadable") == "0"


# Batches


@pytest.fixture
async def table(watcher: Session) -> str:
    """An empty table of a number, which is unique, and a text."""
    await watcher.execute("drop table if exists batched; create table batched (n int unique, t text)")
    return "batched"


INSERT = "insert into batched values ($1, $2)"


async def content(watcher: Session) -> str | None:
    return await value(watcher, "select string_agg(n || coalesce(t, '-'), ' ' order by n) from batched")


async def test_batch_runs_the_statement_for_each_line(desk: Desk, watcher: Session, table: str) -> None:
    await batch(desk, f"{INSERT};\nselect 2", [("1", "a"), ("2", None), ("3", "")])
    assert desk.infos == ["The statement ran for 3 lines, all in one transaction."]
    assert await content(watcher) == "1a 2- 3"
    assert desk.state.transaction is TransactionState.IDLE
    assert desk.state.backend_pid is None


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
@pytest.mark.parametrize("bad", [0, 4, 6])
async def test_batch_names_the_line_that_fails_and_keeps_none(
    desk: Desk, watcher: Session, table: str, chunk: int, bad: int
) -> None:
    desk.settings = Settings(batch_chunk_lines=chunk)
    lines = [(str(n), "x") for n in range(7)]
    lines[bad] = ("many", "x")
    await batch(desk, INSERT, lines)
    assert desk.error.what.startswith(f"Line {bad + 1}: invalid input syntax")
    assert "No line was kept." in desk.error.remedy
    assert await content(watcher) is None
    assert desk.view.texts(MessageKind.ERROR) == [desk.error.what]
    assert desk.state.transaction is TransactionState.IDLE


async def test_batch_that_breaks_a_constraint_between_its_lines_names_the_second(
    desk: Desk, watcher: Session, table: str
) -> None:
    await batch(desk, INSERT, [("1", "a"), ("2", "b"), ("1", "c")])
    assert isinstance(desk.error, ConstraintViolation)
    assert desk.error.what.startswith("Line 3: ")
    assert await content(watcher) is None


async def test_batch_with_returning_shows_its_rows(desk: Desk, watcher: Session, table: str) -> None:
    await batch(desk, f"{INSERT} returning n, t", [("1", "a"), ("2", "b")])
    assert desk.rows == [("1", "a"), ("2", "b")]
    assert (desk.result.is_final, desk.result.tag) == (True, "2 lines")
    await batch(desk, f"{INSERT} returning n", [("3", "a"), ("1", "b")])
    assert desk.error.what.startswith("Line 2: ")
    assert desk.view.results == []
    assert await content(watcher) == "1a 2b"


async def test_batch_inside_the_users_transaction_is_a_savepoint_of_it(
    desk: Desk, watcher: Session, table: str
) -> None:
    await desk.run_all("begin; insert into batched values (9, 'own')")
    await batch(desk, INSERT, [("1", "a"), ("x", "b")])
    assert desk.error.what.startswith("Line 2: ")
    assert desk.state.transaction is TransactionState.OPEN
    await batch(desk, INSERT, [("2", "b")])
    await desk.do(desk.console.commit)
    assert await content(watcher) == "2b 9own"


async def test_batch_in_manual_mode_waits_for_the_commit(desk: Desk, watcher: Session, table: str) -> None:
    desk.console.set_auto_commit(False)
    await batch(desk, INSERT, [("1", "a")])
    assert desk.state.transaction is TransactionState.OPEN
    assert await content(watcher) is None
    await desk.do(desk.console.commit)
    assert await content(watcher) == "1a"


@pytest.mark.parametrize("lines", [[("1",)], [("1", "a"), ("2", "b", "c")]])
async def test_batch_whose_lines_are_too_short_or_too_long_runs_nothing(
    desk: Desk, watcher: Session, table: str, lines: list[tuple[str | None, ...]]
) -> None:
    await batch(desk, INSERT, lines)
    assert isinstance(desk.error, RefusedStatement)
    assert desk.error.what.startswith(f"Line {len(lines)} has {plural(len(lines[-1]), 'value')}, and")
    assert await content(watcher) is None


async def test_batch_takes_named_parameters_in_their_order(desk: Desk, watcher: Session, table: str) -> None:
    desk.settings = NAMED
    await batch(desk, "insert into batched values (:n, :t || :t)", [("1", "a")])
    assert await content(watcher) == "1aa"


async def test_batch_that_is_cancelled_keeps_no_line_and_the_session(desk: Desk, watcher: Session, table: str) -> None:
    desk.view.begin_run()
    desk.console.run_batch("select pg_sleep($1::float), $2", 0, None, [("0", "a"), ("30", "b")])
    await desk.view.shows(lambda: desk.state.backend_pid is not None)
    pid = desk.state.backend_pid
    assert pid is not None
    await until_answer(lambda: backend_state(watcher, pid), "active", "it runs")
    await desk.do(desk.console.cancel)
    assert desk.view.errors == []
    assert [text[:9] for text in desk.infos] == ["Cancelled", "No line w"]
    await desk.run("select pg_backend_pid()")
    assert desk.cell == str(pid)


@pytest.mark.parametrize("sql", ["select pg_sleep($1::float)", "delete from batched where pg_sleep($1::float) is null"])
async def test_batch_heeds_the_statement_timeout_and_leaves_the_next_run_its_own(
    desk: Desk, watcher: Session, table: str, sql: str
) -> None:
    await watcher.execute("insert into batched values (1, 'a')")
    desk.settings = ShortOfTime()
    await batch(desk, sql, [("0.06",)] * 20)
    assert isinstance(desk.error, StatementTimeout)
    await desk.run("select pg_sleep(0.15)")
    assert desk.view.errors == []


@pytest.mark.parametrize(
    ("sql", "lines", "expected"),
    [
        ("", [("1",)], NothingToRun),
        ("-- nothing", [("1",)], NothingToRun),
        ("select $1::int", [], NothingToRun),
        ("copy batched from stdin", [()], RefusedStatement),
        ("copy batched to stdout", [()], RefusedStatement),
        ("commit", [()], RefusedStatement),
        ("vacuum", [()], RefusedStatement),
        ("select $1::int \\; select $1::int", [("1",)], RefusedStatement),
        ("\\d", [()], RefusedStatement),
        ("select nowhere", [()], StatementInvalid),
    ],
)
async def test_what_can_be_no_batch_is_told_and_not_run(
    desk: Desk, table: str, sql: str, lines: list[tuple[str | None, ...]], expected: type[PgconsoleError]
) -> None:
    await batch(desk, sql, lines)
    assert isinstance(desk.error, expected)
    assert desk.state.phase is Phase.IDLE
    assert desk.state.answered == 1


async def test_batch_in_a_busy_tab_is_refused_as_busy(desk: Desk) -> None:
    desk.start("select pg_sleep(30)")
    desk.console.run_batch("select $1::int", 0, None, [("1",)])
    assert isinstance(desk.error, RefusedStatement)
    assert desk.error.what == "This tab is busy."
    await desk.do(desk.console.cancel)


async def test_named_parameter_that_is_not_asked_for_names_the_setting(desk: Desk) -> None:
    for sql in ("select :a", "select 1 where :a = 1 and :b is null"):
        await desk.run(sql)
        assert "Ask for :name parameters" in desk.error.remedy
    for sql in ("select from from", "select ':a' from from", "select 1 :: from"):
        await desk.run(sql)
        assert "Ask for" not in desk.error.remedy
