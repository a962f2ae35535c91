"""A server that lets anybody in and then answers by bytes of our own, to find what a client believes."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


def message(kind: bytes, body: bytes = b"") -> bytes:
    """One message of the protocol."""
    return kind + struct.pack("!i", len(body) + 4) + body


def status(name: str, value: str) -> bytes:
    """A ParameterStatus."""
    return message(b"S", name.encode() + b"\0" + value.encode() + b"\0")


def described(*names: str) -> bytes:
    """A ParameterDescription of nothing, and a RowDescription of text columns."""
    columns = b"".join(name.encode() + b"\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0) for name in names)
    return message(b"1") + message(b"t", b"\0\0") + message(b"T", struct.pack("!h", len(names)) + columns)


def row(*cells: bytes | None) -> bytes:
    """A DataRow."""
    told = [struct.pack("!i", -1) if cell is None else struct.pack("!i", len(cell)) + cell for cell in cells]
    return message(b"D", struct.pack("!h", len(cells)) + b"".join(told))


READY = message(b"Z", b"I")
BOUND = message(b"2")
DONE = message(b"C", b"SELECT 1\0")
LOGIN = (
    message(b"R", struct.pack("!i", 0))
    + status("server_version", "15.3")
    + status("client_encoding", "UTF8")
    + status("standard_conforming_strings", "on")
    + message(b"K", struct.pack("!ii", 1, 2))
    + READY
)


@asynccontextmanager
async def hostile_server(
    *answers: bytes, login: bytes = LOGIN, writers: list[asyncio.StreamWriter] | None = None
) -> AsyncIterator[int]:
    """Its port: it answers the start-up by `login`, and each write after it by the next of `answers`.

    `writers` takes the way to each client, for what is said unasked.
    """
    tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks[task] = writer
        if writers is not None:
            writers.append(writer)
        try:
            with suppress(OSError, EOFError):
                await reader.read(4096)
                for answer in (login, *answers):
                    writer.write(answer)
                    await writer.drain()
                    await reader.read(65536)
                while await reader.read(65536):
                    pass
        finally:
            writer.transport.abort()
            tasks.pop(task, None)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in tasks.values():
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
