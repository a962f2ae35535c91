"""Every private name of the driver that a text connection uses, and what the connection makes of them.

A test of a private name fails, when a release of the driver drops or changes it, with a sentence that names the way
out. The same ways out stand in `text_connection.py`.
"""

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from asyncpg import connect_utils
from asyncpg.protocol import protocol as driver_protocol

from pgconsole.core.connection_target import ConnectionTarget, KeepAliveOptions
from pgconsole.db.connecting import open_connection
from pgconsole.db.socket_options import set_keep_alive
from pgconsole.db.text_connection import TextConnection
from pgconsole.db.type_names import display_name
from tests.fixtures.engine import through
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until


@pytest.fixture
async def connection(target: ConnectionTarget) -> AsyncIterator[TextConnection]:
    connection = await open_connection(target)
    yield connection
    connection.terminate()


async def rows_of(connection: TextConnection, text: str, *args: str | None) -> list[tuple[str | None, ...]]:
    prepared = await connection.prepare_text(text)
    page = await connection.open_portal(prepared, args, "", 0)
    return [tuple(row) for row in page.rows]


def parameters_of(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


# Private names, one by one


def test_driver_has_introspect_types() -> None:
    way_out = "asyncpg's _introspect_types changed: register the codecs by oid after a query of our own on pg_type"
    function = getattr(asyncpg.Connection, "_introspect_types", None)
    assert function is not None, way_out
    assert parameters_of(function) == ["self", "typeoids", "timeout"], way_out
    assert inspect.iscoroutinefunction(function), way_out


async def test_driver_asks_introspect_types_for_unknown_types_only(connection: TextConnection) -> None:
    asked: list[int] = []
    original = connection._introspect_types

    async def note(typeoids: Any, timeout: Any) -> Any:
        asked.extend(typeoids)
        return await original(typeoids, timeout)

    connection._introspect_types = note  # type: ignore[method-assign]
    await connection.run_simple("create type asked_mood as enum ('calm', 'merry')")
    way_out = "asyncpg looks types up elsewhere than in _introspect_types: register their codecs after a query of ours"
    assert await rows_of(connection, "select 'merry'::asked_mood, 1, '{a,b}'::text[], 'x'::name") == [
        ("merry", "1", "{a,b}", "x")
    ], way_out
    assert len(asked) == 1, way_out


def test_driver_has_get_statement() -> None:
    way_out = "asyncpg's _get_statement changed: use prepare() with a name, and close it after use"
    function = getattr(asyncpg.Connection, "_get_statement", None)
    assert function is not None, way_out
    assert {"query", "timeout", "named", "use_cache"} <= set(parameters_of(function)), way_out


async def test_driver_keeps_unnamed_statement_off_the_server(connection: TextConnection) -> None:
    await connection.prepare_text("select 1")
    left = await rows_of(connection, "select name from pg_prepared_statements")
    assert left == [], "asyncpg's _get_statement named the statement: use prepare() with a name, closed after use"


@pytest.mark.parametrize("name", ["bind_execute", "execute", "close_portal", "bind_execute_many"])
def test_driver_protocol_has_portal_calls(name: str) -> None:
    way_out = f"asyncpg's protocol lost {name}: use prepare().cursor(), and do without the command tag"
    assert hasattr(driver_protocol.BaseProtocol, name), way_out


async def test_driver_answers_rows_tag_and_end_of_portal(connection: TextConnection) -> None:
    way_out = "asyncpg's protocol answers portals otherwise: use prepare().cursor(), and do without the command tag"
    await connection.run_simple("begin")
    prepared = await connection.prepare_text("select g from generate_series(1, 5) g")
    first = await connection.open_portal(prepared, (), "p", 2)
    assert ([tuple(row) for row in first.rows], first.tag, first.exhausted) == ([("1",), ("2",)], "", False), way_out
    second = await connection.read_portal(prepared, "p", 100)
    assert [tuple(row) for row in second.rows] == [("3",), ("4",), ("5",)], way_out
    assert second.exhausted, way_out
    assert second.tag.startswith("SELECT"), way_out
    await connection.close_portal("p")
    with pytest.raises(asyncpg.InvalidCursorNameError):
        await connection.read_portal(prepared, "p", 1)


async def test_driver_runs_a_batch_all_or_nothing(connection: TextConnection) -> None:
    way_out = "asyncpg's bind_execute_many changed: use executemany() of a prepared statement"
    await connection.run_simple("create table batch_lines (n int primary key)")
    prepared = await connection.prepare_text("insert into batch_lines values ($1)")
    await connection.execute_batch(prepared, [("1",), ("2",)])
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute_batch(prepared, [("3",), ("2",)])
    assert await rows_of(connection, "select n from batch_lines order by n") == [("1",), ("2",)], way_out


@pytest.mark.parametrize(("name", "instead"), [("_copy_out", "copy_from_query"), ("_copy_in", "copy_to_table")])
def test_driver_has_copy_of_statements(name: str, instead: str) -> None:
    way_out = f"asyncpg's {name} changed: use {instead}"
    function = getattr(asyncpg.Connection, name, None)
    assert function is not None, way_out
    assert parameters_of(function)[1:] in (["copy_stmt", "output", "timeout"], ["copy_stmt", "source", "timeout"])


async def test_driver_copies_bytes_both_ways(connection: TextConnection) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"1\ta\n2"
        yield b"\t\\N\n"

    got = bytearray()

    async def sink(piece: bytes) -> None:
        got.extend(piece)

    await connection.run_simple("create table copied (n int, t text)")
    way_out = "asyncpg's _copy_in or _copy_out changed: use copy_to_table and copy_from_query"
    assert await connection.copy_in_text("copy copied from stdin", source()) == "COPY 2", way_out
    assert await connection.copy_out_text("copy copied to stdout", sink) == "COPY 2", way_out
    assert bytes(got) == b"1\ta\n2\t\\N\n", way_out


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("_process_notification", ["self", "pid", "channel", "payload"]),
        ("_process_log_message", ["self", "fields", "last_query"]),
    ],
)
def test_driver_hands_messages_to_methods(name: str, parameters: list[str]) -> None:
    way_out = f"asyncpg's {name} changed: use add_listener() and add_log_listener(), a loop callback a message"
    function = getattr(asyncpg.Connection, name, None)
    assert function is not None, way_out
    assert parameters_of(function) == parameters, way_out


async def test_driver_hands_messages_on_before_the_answer(connection: TextConnection) -> None:
    notices: list[dict[str, str]] = []
    notifications: list[tuple[int, str, str]] = []
    connection.notice_sink = notices.append
    connection.notification_sink = lambda pid, channel, payload: notifications.append((pid, channel, payload))
    await connection.run_simple("listen said")
    await connection.run_simple("do $$ begin raise warning 'mind %', 1 using hint = 'the gap'; end $$")
    await connection.run_simple("notify said, 'hello'")
    way_out = "asyncpg hands messages on otherwise: use add_listener() and add_log_listener()"
    assert [(n["severity"], n["message"], n["hint"]) for n in notices] == [("WARNING", "mind 1", "the gap")], way_out
    assert notifications == [(connection.backend_pid, "said", "hello")], way_out


def test_driver_has_cancel_request() -> None:
    way_out = "asyncpg's connect_utils._cancel changed: send the CancelRequest over a socket of our own"
    function = getattr(connect_utils, "_cancel", None)
    assert function is not None, way_out
    assert parameters_of(function) == ["loop", "addr", "params", "backend_pid", "backend_secret"], way_out


async def test_driver_keeps_what_a_cancel_request_needs(connection: TextConnection) -> None:
    way_out = "asyncpg keeps address, parameters or key elsewhere: keep them ourselves at connect"
    assert connection._addr, way_out
    assert connection._params is not None, way_out
    assert connection._protocol.backend_secret, way_out
    assert connection.backend_pid == int((await rows_of(connection, "select pg_backend_pid()"))[0][0] or 0), way_out


async def test_driver_keeps_transport(connection: TextConnection) -> None:
    way_out = "asyncpg's _transport changed: without it there is no keep-alive, and no word about TLS"
    assert connection.transport.get_extra_info("socket") is not None, way_out


async def test_driver_tells_types_of_columns_and_parameters(connection: TextConnection) -> None:
    prepared = await connection.prepare_text("select $1::int4 as n, '{}'::text[] as t")
    assert [(c.name, c.type_oid, c.type_name) for c in prepared.columns] == [("n", 23, "int4"), ("t", 1009, "text[]")]
    assert prepared.parameter_oids == (23,)


# What the connection makes of them


async def test_types_made_a_second_ago_read_as_text(connection: TextConnection) -> None:
    await connection.run_simple(
        "create type fresh_pair as (a int, b text); create domain fresh_even as int check (value % 2 = 0);"
        " create type fresh_range as range (subtype = float8)"
    )
    query = "select row(1, 'x y')::fresh_pair, array[row(2, null)::fresh_pair], 4::fresh_even, '[1,2)'::fresh_range"
    assert await rows_of(connection, query) == [('(1,"x y")', '{"(2,)"}', "4", "[1,2)")]


async def test_parameters_of_any_type_are_text(connection: TextConnection) -> None:
    await connection.run_simple("create type given_mood as enum ('sad')")
    query = "select $1::int + 1, $2::given_mood, $3::int[], $4::jsonb ->> 'a', $5::text is null, $6::timestamp"
    given = ("41", "sad", "{1,NULL}", '{"a": "b"}', None, "infinity")
    assert await rows_of(connection, query, *given) == [("42", "sad", "{1,NULL}", "b", "t", "infinity")]


async def test_wrong_parameter_is_the_servers_to_judge(connection: TextConnection) -> None:
    prepared = await connection.prepare_text("select $1::int")
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        await connection.open_portal(prepared, ("many",), "", 0)
    assert await rows_of(connection, "select 1") == [("1",)]


async def test_columns_of_one_name_are_all_there(connection: TextConnection) -> None:
    prepared = await connection.prepare_text('select 1 as a, 2 as a, 3 as "A", 4 as "?column?", 5')
    assert [column.name for column in prepared.columns] == ["a", "a", "A", "?column?", "?column?"]
    page = await connection.open_portal(prepared, (), "", 0)
    assert tuple(page.rows[0]) == ("1", "2", "3", "4", "5")


async def test_fresh_types_get_their_names_once_told(connection: TextConnection) -> None:
    await connection.run_simple("create type named_mood as enum ('calm')")
    prepared = await connection.prepare_text("select 'calm'::named_mood")
    (oid,) = connection.unnamed_types([prepared.columns[0].type_oid, 23])
    connection.name_types({oid: "named_mood"})
    again = await connection.prepare_text("select 'calm'::named_mood, $1::named_mood")
    assert again.columns[0].type_name == "named_mood"
    assert connection.parameter_type_name(again.parameter_oids[0]) == "named_mood"
    assert connection.unnamed_types([oid]) == []


@pytest.mark.parametrize(
    ("oid", "name", "shown"),
    [(1009, "_text", "text[]"), (1042, "bpchar", "char"), (18, "char", '"char"'), (99999, "_mine", "_mine")],
)
def test_display_name_is_the_spoken_one(oid: int, name: str, shown: str) -> None:
    assert display_name(oid, name) == shown


async def test_reported_settings_are_known(connection: TextConnection) -> None:
    await connection.run_simple("set timezone = 'Asia/Kolkata'")
    assert connection.parameter_status("TimeZone") == "Asia/Kolkata"
    assert connection.parameter_status("client_encoding") == "UTF8"
    assert connection.parameter_status("work_mem") == ""


async def test_copy_in_stops_asking_its_source_when_the_connection_is_gone(
    target: ConnectionTarget, proxy: Proxy
) -> None:
    connection = await open_connection(through(proxy, target))
    await connection.run_simple("create table cut_copy (t text)")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            if sent == 5:
                proxy.cut()
                await until(connection.is_closed, "the cut is noticed")
            assert sent < 10
            yield b"x" * 1000 + b"\n"

    with pytest.raises((OSError, asyncpg.PostgresConnectionError)):
        await connection.copy_in_text("copy cut_copy from stdin", endless())
    connection.terminate()


async def test_keep_alive_is_set_on_tcp(target: ConnectionTarget, proxy: Proxy) -> None:
    connection = await open_connection(through(proxy, target))
    sock = connection.transport.get_extra_info("socket")
    set_keep_alive(sock, KeepAliveOptions(idle_s=7, interval_s=3, count=2, user_timeout_ms=9_000))
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    found = {
        name: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
        for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
        if hasattr(socket, name)
    }
    wanted = {"TCP_KEEPIDLE": 7, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 2, "TCP_USER_TIMEOUT": 9_000}
    assert found == {name: wanted[name] for name in found}
    connection.terminate()


async def test_unix_socket_needs_no_keep_alive(connection: TextConnection) -> None:
    set_keep_alive(connection.transport.get_extra_info("socket"), KeepAliveOptions())


async def test_unix_socket_holds_more_than_by_itself(connection: TextConnection) -> None:
    sock = connection.transport.get_extra_info("socket")
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        with socket.socket(sock.family) as other:
            usual = other.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) > usual


async def test_driver_lets_its_data_be_heard(connection: TextConnection) -> None:
    way_out = "asyncpg's protocol takes data elsewhere than in data_received: hear of a failed COPY at its end only"
    heard = bytearray()
    received = connection._protocol.data_received

    def receive(data: bytes) -> None:
        heard.extend(data)
        received(data)

    connection._protocol.data_received = receive
    assert await rows_of(connection, "select 'heard this'") == [("heard this",)]
    assert b"heard this" in heard, way_out


async def test_copy_in_ends_at_the_first_refused_line(connection: TextConnection) -> None:
    await connection.run_simple("create table refused_line (n int)")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"1\nmany\n" if sent == 3 else b"2\n" * 100
            await asyncio.sleep(0)

    with pytest.raises(asyncpg.InvalidTextRepresentationError, match="many"):
        await connection.copy_in_text("copy refused_line from stdin", endless())
    assert await rows_of(connection, "select count(*) from refused_line") == [("0",)]


async def test_copy_in_tells_the_servers_error_where_the_source_fails_after_it(connection: TextConnection) -> None:
    await connection.run_simple("create table failed_twice (n int)")
    failing = asyncio.Event()
    answers: list[bytes] = []

    async def source() -> AsyncIterator[bytes]:
        yield b"many\n"
        await until(lambda: bool(answers), "the server has answered")
        failing.set()
        raise OSError("the file is gone")

    received = connection._protocol.data_received

    def receive(data: bytes) -> None:
        if b"many" in data:
            answers.append(data)
        received(data)

    connection._protocol.data_received = receive
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        await connection.copy_in_text("copy failed_twice from stdin", source())
    assert failing.is_set()
    assert await rows_of(connection, "select 1") == [("1",)]
