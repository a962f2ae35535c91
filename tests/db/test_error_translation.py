import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from pgconsole.core import errors
from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.error_translation import find_report, is_poisonous, translate, translate_connect
from pgconsole.db.login_guard import LoginRefused
from pgconsole.db.text_connection import TextConnection


@pytest.fixture
async def connection(database_dsn: str, home: Path) -> AsyncIterator[TextConnection]:
    connection = await open_connection(parse_conninfo(database_dsn, {}, home))
    yield connection
    await connection.close(timeout=5)


async def _failure(connection: TextConnection, sql: str) -> Exception:
    try:
        await connection.run_simple(sql)
    except Exception as error:
        return error
    pytest.fail("the server took it")


async def test_every_field_of_the_server_is_kept(connection: TextConnection) -> None:
    await connection.run_simple("CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0))")

    failure = translate(await _failure(connection, "INSERT INTO t VALUES (-1)"))

    assert isinstance(failure, errors.ConstraintViolation)
    report = failure.report
    assert (report.sqlstate, report.severity, failure.what) == ("23514", "ERROR", report.message)
    assert (report.schema_name, report.table_name, report.constraint_name) == ("public", "t", "positive")
    assert report.detail == "Failing row contains (-1)."
    assert report.source_routine == "ExecConstraints"
    assert report.source_file.endswith(".c")
    assert report.source_line.isdecimal()


async def test_raised_fields_come_through(connection: TextConnection) -> None:
    raised = (
        "DO $$ BEGIN RAISE 'm' USING detail = 'd', hint = 'h', errcode = 'P1234', column = 'c', datatype = 'dt',"
        " constraint = 'k', schema = 's', table = 't'; END $$"
    )

    report = translate(await _failure(connection, raised)).report

    assert (report.message, report.sqlstate, report.detail, report.hint) == ("m", "P1234", "d", "h")
    assert (report.column_name, report.data_type_name, report.constraint_name) == ("c", "dt", "k")
    assert (report.schema_name, report.table_name) == ("s", "t")
    assert "PL/pgSQL" in report.context


async def test_a_position_counts_code_points(connection: TextConnection) -> None:
    failure = translate(await _failure(connection, "SELECT '😀ü', nowhere"))

    assert isinstance(failure, errors.StatementInvalid)
    assert failure.position == "SELECT '😀ü', nowhere".index("nowhere") + 1


async def test_an_error_inside_a_function_has_its_own_position(connection: TextConnection) -> None:
    failure = translate(await _failure(connection, "DO $$ BEGIN PERFORM nowhere; END $$"))

    assert failure.position is None
    assert failure.report.internal_query == "SELECT nowhere"
    assert failure.report.internal_position == 8


async def test_a_statement_time_out_is_told_from_a_cancel(connection: TextConnection) -> None:
    await connection.run_simple("SET statement_timeout = '20ms'")

    failure = translate(await _failure(connection, "SELECT pg_sleep(5)"), cancel_asked_by="user")

    assert isinstance(failure, errors.StatementTimeout)


async def test_an_aborted_transaction_says_so(connection: TextConnection) -> None:
    await connection.run_simple("BEGIN")
    await _failure(connection, "SELECT 1/0")

    failure = translate(await _failure(connection, "SELECT 1"))

    assert isinstance(failure, errors.TransactionAborted)
    await connection.run_simple("ROLLBACK")


async def test_a_terminated_session_keeps_the_servers_reason(connection: TextConnection) -> None:
    error = await _failure(connection, "SELECT pg_terminate_backend(pg_backend_pid())")

    failure = translate(error)

    assert isinstance(failure, errors.ConnectionLost)
    assert failure.sqlstate == "57P01"
    assert "administrator" in failure.what
    assert is_poisonous(error)


async def test_an_error_of_the_server_leaves_the_connection_good(connection: TextConnection) -> None:
    error = await _failure(connection, "SELECT 1/0")

    assert not is_poisonous(error)
    assert not is_poisonous(translate(error))
    assert await connection.run_simple("SELECT 1") == "SELECT 1"


async def test_advice_of_the_driver_is_not_taken_for_the_servers_hint(connection: TextConnection) -> None:
    failure = translate(await _failure(connection, "DEALLOCATE nowhere"))

    assert failure.report.hint == ""
    assert "statement_cache_size" not in str(failure)


async def test_a_closed_connection_is_lost_and_not_a_bug(connection: TextConnection) -> None:
    connection.terminate()

    with pytest.raises(asyncpg.InterfaceError) as caught:
        await connection.fetch("SELECT 1")

    assert isinstance(translate(caught.value), errors.ConnectionLost)


@pytest.mark.parametrize(
    ("error", "kind", "poisonous"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), errors.ConnectionLost, True),
        (BrokenPipeError(32, "Broken pipe"), errors.ConnectionLost, True),
        (TimeoutError(110, "Connection timed out"), errors.ConnectionLost, True),
        (asyncpg.ConnectionDoesNotExistError("connection was closed"), errors.ConnectionLost, True),
        (TimeoutError(), errors.StatementTimeout, True),
        (asyncpg.UnknownPostgresError(""), errors.ServerError, True),
        (AssertionError("x"), errors.DriverFault, True),
        (LookupError("x"), errors.DriverFault, True),
        (asyncpg.InterfaceError("another operation is in progress"), errors.DriverFault, True),
        (asyncpg.InternalClientError("x"), errors.DriverFault, True),
    ],
)
def test_what_is_not_the_servers_poisons(error: Exception, kind: type, poisonous: bool) -> None:
    failure = translate(error)

    assert type(failure) is kind
    assert is_poisonous(error) is poisonous
    assert failure.what
    assert failure.remedy


def test_a_reason_behind_a_lost_connection_is_found() -> None:
    lost = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
    lost.__cause__ = ConnectionResetError(104, "Connection reset by peer")

    assert translate(lost).why == "Connection reset by peer."


def test_a_translated_failure_stays_as_it_is() -> None:
    failure = errors.NothingToRun("There is nothing to run.")

    assert translate(failure) is failure
    assert translate_connect(failure, "shop@db1") is failure
    assert find_report(failure) is None
    assert not is_poisonous(failure)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "listens"),
        (socket.gaierror(-2, "Name or service not known"), "unknown"),
        (TimeoutError(), "in time"),
        (FileNotFoundError(2, "No such file or directory"), "socket"),
        (ssl.SSLError(1, "wrong version number"), "TLS"),
        (ConnectionError('PostgreSQL server at "h:1" rejected SSL upgrade'), "does not offer TLS"),
        (ConnectionError("server sent an error response during SSL exchange"), "request for TLS"),
        (ConnectionResetError(104, "Connection reset by peer"), "reset"),
        (asyncpg.TargetServerAttributeNotMatched("x"), "wanted kind"),
        (asyncpg.ProtocolError("x"), "protocol"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "x"), "protocol"),
        (LoginRefused("It asks in clear text.", "Verify it."), "clear text"),
    ],
)
def test_a_failed_attempt_is_one_sentence_each(error: Exception, word: str) -> None:
    failure = translate_connect(error, "shop@db1")

    assert isinstance(failure, errors.ConnectFailed)
    assert failure.what == "Connecting to shop@db1 failed."
    assert word in failure.why
    assert failure.remedy


def test_a_fault_while_connecting_is_still_a_bug() -> None:
    assert translate_connect(AttributeError("x"), "shop@db1").is_bug
