import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import AuthenticationFailed, ConnectFailed, PgconsoleError
from pgconsole.db.connecting import connect_arguments, open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.text_connection import TextConnection

_Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def target(database_dsn: str, home: Path) -> ConnectionTarget:
    return parse_conninfo(database_dsn, {}, home)


async def _value(connection: TextConnection, sql: str) -> str | None:
    page = await connection.open_portal(await connection.prepare_text(sql), (), "", 0)
    return page.rows[0][0]


@asynccontextmanager
async def _strange_server(talk: _Talk) -> AsyncIterator[int]:
    """The port of a server on the loopback that says what `talk` says."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, EOFError):
                await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def _strange_target(port: int, home: Path) -> ConnectionTarget:
    text = f"host=127.0.0.1 port={port} user=u password=sesame sslmode=disable connect_timeout=5"
    return parse_conninfo(text, {}, home)


async def _failure(target: ConnectionTarget) -> PgconsoleError:
    with pytest.raises(PgconsoleError) as caught:
        await open_connection(target)
    return caught.value


def test_the_driver_is_given_every_argument_that_it_would_look_up(home: Path) -> None:
    arguments = connect_arguments(parse_conninfo("host=h user=u", {}, home), password=None, home=home)

    assert {"host", "port", "user", "password", "database", "server_settings", "target_session_attrs"} <= set(arguments)
    assert arguments["password"]() is None
    assert arguments["statement_cache_size"] == 0


def test_the_users_password_goes_before_the_targets_and_its_before_the_files(home: Path) -> None:
    target = replace(parse_conninfo("host=h user=u", {}, home), hosts=(Host("h", password="file"),))

    assert connect_arguments(target, password=None)["password"]() == "file"
    assert connect_arguments(target.with_password("target"), password=None)["password"]() == "target"
    assert connect_arguments(target.with_password("target"), password="user")["password"]() == "user"


def test_arguments_show_no_password(home: Path) -> None:
    assert "sesame" not in repr(connect_arguments(_strange_target(1, home), password="sesame"))


def test_the_driver_ignores_what_the_environment_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGSSLMODE", "PGTARGETSESSIONATTRS"):
        monkeypatch.setenv(name, "nonsense")
    arguments = connect_arguments(parse_conninfo("host=h port=1 user=u sslmode=disable", {}, home), password=None)

    assert "nonsense" not in repr(arguments)
    assert None not in (arguments["host"], arguments["port"], arguments["ssl"], arguments["target_session_attrs"])


def test_keep_alive_goes_to_the_kernel(home: Path) -> None:
    keep_alive = parse_conninfo("user=u keepalives_idle=7 keepalives_count=0", {}, home).keep_alive

    assert (keep_alive.idle_s, keep_alive.count) == (7, 3)
    assert not parse_conninfo("user=u keepalives=0", {}, home).keep_alive.enabled


async def test_settings_and_options_begin_the_session(target: ConnectionTarget) -> None:
    wanted = replace(target, application_name="my app", options="-c geqo=off").with_settings(TimeZone="Asia/Tokyo")

    connection = await open_connection(wanted)

    assert await _value(connection, "SHOW application_name") == "my app"
    assert await _value(connection, "SHOW geqo") == "off"
    assert await _value(connection, "SHOW TimeZone") == "Asia/Tokyo"
    await connection.run_simple("SET TimeZone = 'UTC'; RESET ALL")
    assert await _value(connection, "SHOW TimeZone") == "Asia/Tokyo"
    await connection.close()


async def test_the_next_host_is_tried(target: ConnectionTarget, tmp_path: Path) -> None:
    connection = await open_connection(replace(target, hosts=(Host(str(tmp_path)), *target.hosts)))

    assert await _value(connection, "SELECT 1") == "1"
    await connection.close()


async def test_each_host_is_named_when_none_answers(target: ConnectionTarget, tmp_path: Path) -> None:
    gone = (Host(str(tmp_path)), Host("127.0.0.1", port=1))

    failure = await _failure(replace(target, hosts=gone))

    assert isinstance(failure, ConnectFailed)
    assert f"{tmp_path}: There is no such socket" in failure.why
    assert "127.0.0.1: Nothing listens there." in failure.why


async def test_each_host_has_its_own_password(target: ConnectionTarget, tmp_path: Path) -> None:
    gone = Host(str(tmp_path), password="another")
    hosts = (gone, *(replace(host, password=target.password or "") for host in target.hosts))

    connection = await open_connection(replace(target, hosts=hosts, password=None))

    await connection.close()


async def test_a_wrong_password_ends_the_search(target: ConnectionTarget) -> None:
    failure = await _failure(replace(target, hosts=(*target.hosts, Host("/nowhere"))).with_password("wrong"))

    assert isinstance(failure, AuthenticationFailed)
    assert failure.sqlstate == "28P01"
    assert "wrong" not in str(failure)


async def test_a_missing_database_is_said_by_the_server(target: ConnectionTarget) -> None:
    failure = await _failure(replace(target, database="nowhere"))

    assert failure.sqlstate == "3D000"
    assert '"nowhere"' in failure.why


async def test_a_connection_of_the_wrong_kind_is_refused(target: ConnectionTarget) -> None:
    failure = await _failure(replace(target, target_session_attrs="standby"))

    assert "wanted kind" in failure.why


async def test_prefer_standby_takes_what_there_is(target: ConnectionTarget) -> None:
    connection = await open_connection(replace(target, target_session_attrs="prefer-standby"))

    assert await _value(connection, "SELECT pg_is_in_recovery()") == "f"
    await connection.close()


async def test_a_black_hole_ends_at_the_time_limit(home: Path) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with _strange_server(say_nothing) as port:
        failure = await _failure(replace(_strange_target(port, home), connect_timeout_s=0.2))

    assert isinstance(failure, ConnectFailed)
    assert "in time" in failure.why


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        b"\x00" * 100,
        b"R" + struct.pack("!l", 2**31 - 1),
        b"R\x00\x00\x00\x08\x00\x00\x00\x00" + b"garbage after the login",
        b"R\x00\x00\x00\x08\x00\x00\x00\x63",
        b"E\x00\x00\x00\x05\x00",
        b"S\x00\x00\x00\x08\xff\xfe\x00\x00",
    ],
)
async def test_what_is_no_postgresql_is_a_failure_and_no_bug(home: Path, said: bytes) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(said)
        await writer.drain()

    async with _strange_server(say) as port:
        failure = await _failure(_strange_target(port, home))

    assert isinstance(failure, ConnectFailed)
    assert failure.why
    assert "Traceback" not in str(failure)


@pytest.mark.parametrize("mode", ["prefer", "require"])
@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail", b"SSH-2.0-x\r\n", b"S\x16\x03"])
async def test_who_does_not_answer_as_postgresql_is_not_said_to_lack_tls(home: Path, mode: str, said: bytes) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(said)
        await writer.drain()
        await reader.read(1000)

    async with _strange_server(say) as port:
        failure = await _failure(
            replace(_strange_target(port, home), ssl_mode="prefer" if mode == "prefer" else "require")
        )

    assert isinstance(failure, ConnectFailed)
    assert "does not speak PostgreSQL" in failure.why
    assert "sslmode" not in failure.remedy


@pytest.mark.parametrize("mode", ["disable", "prefer"])
async def test_no_password_goes_out_in_clear_to_who_knows_whom(
    home: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    heard = bytearray()

    async def ask_in_clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(1000)
        if mode == "prefer":
            writer.write(b"N")
            first = await reader.read(1000)
        assert b"user" in first
        writer.write(b"R\x00\x00\x00\x08\x00\x00\x00\x03")
        heard.extend(await reader.read(1000))

    monkeypatch.setattr("pgconsole.db.login_guard.channel_state", lambda peer, tls: "plain")
    async with _strange_server(ask_in_clear) as port:
        failure = await _failure(
            replace(_strange_target(port, home), ssl_mode="disable" if mode == "disable" else "prefer")
        )

    assert "clear text" in failure.why
    assert not heard


async def test_a_local_server_may_ask_in_clear(home: Path) -> None:
    heard = bytearray()

    async def ask_in_clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(b"R\x00\x00\x00\x08\x00\x00\x00\x03")
        heard.extend(await reader.read(1000))

    async with _strange_server(ask_in_clear) as port:
        await _failure(_strange_target(port, home))

    assert b"sesame" in heard


async def test_every_driver_argument_is_one_that_the_driver_takes(target: ConnectionTarget) -> None:
    connection = await asyncpg.connect(**connect_arguments(target, password=None))

    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()
