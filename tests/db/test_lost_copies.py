"""A COPY on a session that has ended in that moment: a loss, and nothing that asyncio would log as forgotten."""

import asyncio
import gc
import struct
from collections.abc import AsyncIterator

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.connecting import open_connection
from pgconsole.db.text_connection import TextConnection

_FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
FATAL = b"E" + struct.pack("!i", 4 + len(_FIELDS)) + _FIELDS


_NOTICE_FIELDS = b"SNOTICE\0VNOTICE\0C00000\0Mby the way\0\0"
NOTICE = b"N" + struct.pack("!i", 4 + len(_NOTICE_FIELDS)) + _NOTICE_FIELDS


@pytest.fixture(
    params=[(FATAL,), (NOTICE[:9], NOTICE[9:] + FATAL), (FATAL[:40], FATAL[40:])],
    ids=["whole", "behind the end of another message", "in two pieces"],
)
async def ended(target: ConnectionTarget, request: pytest.FixtureRequest) -> AsyncIterator[TextConnection]:
    """A connection that has heard its last word, while its socket is still open."""
    connection = await open_connection(target)
    for piece in request.param:
        connection._protocol.data_received(piece)
    yield connection
    connection.terminate()
    await asyncio.sleep(0)
    del connection
    gc.collect()


async def test_what_comes_to_a_session_that_goes_on_is_no_last_word(target: ConnectionTarget) -> None:
    connection = await open_connection(target)
    taken: list[bytes] = []

    async def take(chunk: bytes) -> None:
        taken.append(chunk)

    await connection.run_simple("listen a; notify a")
    await connection.copy_out_text("copy (select 1) to stdout", take)
    assert b"".join(taken) == b"1\n"
    connection.terminate()


async def test_copy_out_of_an_ended_session_is_a_loss(ended: TextConnection) -> None:
    async def take(_chunk: bytes) -> None:
        pytest.fail("there is nothing to take")

    with pytest.raises(ConnectionResetError):
        await ended.copy_out_text("copy (select 1) to stdout", take)


async def test_copy_into_an_ended_session_reads_nothing_and_is_a_loss(ended: TextConnection) -> None:
    read: list[int] = []

    async def give() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"1\n"

    with pytest.raises(ConnectionResetError):
        await ended.copy_in_text("copy t from stdin", give())
    assert read == []
