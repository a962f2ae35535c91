"""What a client is told by a server that lies: an error in time, never a traceback, a hang or a false success."""

import asyncio
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from pgconsole.core.errors import ConnectFailed, ConnectionLost, DriverFault, PgconsoleError
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.session import Session
from tests.faults.hostile import BOUND, DONE, LOGIN, READY, described, hostile_server, message, row, status
from tests.fixtures.engine import open_session
from tests.fixtures.window import User, Windows

NO_HOME = Path("/nonexistent")
ASKED = described("a")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel that nobody hears of gives up sooner."""
    monkeypatch.setattr("pgconsole.db.session.CANCEL_DEADLINE_S", 0.3)


async def session_at(port: int) -> Session:
    target = parse_conninfo(f"host=127.0.0.1 port={port} user=u dbname=d sslmode=disable", {}, NO_HOME)
    return await open_session(replace(target, connect_timeout_s=0.5))


async def outcome(session: Session) -> object:
    """The rows of a query, or the failure of it; a query that hangs is cancelled after a moment."""

    async def ask() -> object:
        try:
            return await session.fetch("select 1")
        except PgconsoleError as error:
            return error

    asking = asyncio.ensure_future(ask())
    await asyncio.wait({asking}, timeout=0.5)
    if not asking.done():
        await session.cancel()
    return await asking


async def test_fake_server_serves_an_honest_answer() -> None:
    async with hostile_server(ASKED, BOUND + row(b"x") + DONE + READY) as port:
        session = await session_at(port)
        assert await outcome(session) == [("x",)]
        session.terminate()


@pytest.mark.parametrize(
    ("described_as", "answer"),
    [
        (described("a", "b"), BOUND + row(b"x") + DONE + READY),
        (described("a"), BOUND + row(b"\xff\xfe\xc3") + DONE + READY),
        (described("a"), BOUND + b"D" + struct.pack("!i", 0x7FFFFFFF)),
        (described("a"), BOUND + b"D" + struct.pack("!i", -7) + b"x" * 40),
        (described("a"), b""),
        (message(b"E", b"\0") + READY, b""),
        (message(b"1") + message(b"t", b"\0\0") + message(b"T", struct.pack("!h", 900)), b""),
        (described("a"), BOUND + message(b"D", struct.pack("!hi", 1, 500) + b"x") + DONE + READY),
        (bytes(64), b""),
        (described("a"), bytes(64)),
        (described("a"), BOUND + row(b"x") + b"\0" + struct.pack("!i", 4) + bytes(40)),
        (described("a"), BOUND + b"D" + struct.pack("!i", 3) + b"x" * 40),
        (described("a"), BOUND + b"D" + struct.pack("!i", -1) + b"x" * 40),
    ],
)
async def test_answer_that_can_not_be_is_a_failure_and_ends_the_connection(described_as: bytes, answer: bytes) -> None:
    async with hostile_server(described_as, answer) as port:
        session = await session_at(port)
        told = await outcome(session)
        assert isinstance(told, PgconsoleError), told
        assert "Traceback" not in str(told)
        if not told.report:
            assert session.is_lost
        session.terminate()


@pytest.mark.parametrize(
    "answer",
    [
        BOUND + row(b"x") + message(b"C", b"DELETE 99999999\0") + READY,
        BOUND + message(b"\x7f", b"????") + row(b"x") + DONE + READY,
    ],
)
async def test_rows_are_what_came_whatever_else_is_said(answer: bytes) -> None:
    async with hostile_server(ASKED, answer) as port:
        session = await session_at(port)
        assert await outcome(session) == [("x",)]
        session.terminate()


BAD_HEADERS = [bytes(64), b"d" + bytes(60), b"d" + struct.pack("!i", -9) + b"x" * 40, struct.pack("!Bi", 7, 2**31 - 1)]


@pytest.mark.parametrize("bad", BAD_HEADERS, ids=["zeros", "length 0", "length -9", "2 GB"])
async def test_copy_out_that_turns_into_something_else_ends_with_what_came_before(bad: bytes) -> None:
    begin = message(b"H", b"\0\0\1\0\0")
    writers: list[asyncio.StreamWriter] = []
    async with hostile_server(begin + message(b"d", b"one\n"), b"", writers=writers) as port:
        session = await session_at(port)
        told: list[bytes] = []

        async def take(data: bytes) -> None:
            told.append(data)
            writers[0].write(bad)

        with pytest.raises(ConnectionLost, match="lost") as lost:
            await session.copy_out("COPY t TO STDOUT", take)
        assert "not PostgreSQL's protocol" in lost.value.why
        assert told == [b"one\n"]
        assert session.is_lost


@pytest.mark.parametrize(
    "login",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\0" * 200,
        b"R" + struct.pack("!i", 0x7FFFFFFF),
        LOGIN[:20],
        message(b"N", b"SNOTICE\0C00000\0Mhello\0\0") * 40_000,
        message(b"R", struct.pack("!i", 0)) + b"garbage after the login" * 10,
        b"",
    ],
)
async def test_login_that_is_none_ends_in_time(login: bytes) -> None:
    async with hostile_server(login=login) as port:
        with pytest.raises(ConnectFailed) as failed:
            await session_at(port)
    assert failed.value.why
    assert not failed.value.is_bug


async def test_garbage_after_the_login_poisons_the_connection() -> None:
    async with hostile_server(login=LOGIN + b"garbage that nobody asked for") as port:
        try:
            session = await session_at(port)
        except ConnectFailed:
            return
        told = await outcome(session)
        assert isinstance(told, ConnectionLost | DriverFault | PgconsoleError)
        session.terminate()


async def test_encoding_that_nobody_knows_is_no_traceback() -> None:
    answer = BOUND + status("client_encoding", "KLINGON") + row(b"x") + DONE + READY
    async with hostile_server(ASKED, answer) as port:
        session = await session_at(port)
        told = await outcome(session)
        assert told == [("x",)] or isinstance(told, PgconsoleError)
        session.terminate()


async def test_window_survives_a_server_that_is_none(windows: Windows) -> None:
    async with hostile_server(login=b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        user: User = await windows.open(f"host=127.0.0.1 port={port} user=u dbname=d sslmode=disable")
        assert "does not speak PostgreSQL" in user.notice
        assert user.window.isVisible()
        assert user.status("statusConnection") == "Not connected"
