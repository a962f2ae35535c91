"""Keeps the rows of a COPY ... TO STDOUT that the driver forgets.

asyncpg 0.32 hands on what it has read of a COPY when its buffer holds nothing else: rows that come in one piece with a
notice or a notification behind them are overwritten by what follows. So from the first of these on, rows are taken from
the pieces themselves; until then they are the driver's, which finds them faster.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from pgconsole.db.message_walk import MessageWalk

Sink = Callable[[bytes], Awaitable[None]]
_HEADER_BYTES = 5
_ROW = ord("d")


class CopiedRows:
    """Stands between one connection's protocol and the sink of one COPY, which is yet to be sent."""

    def __init__(self, protocol: Any, sink: Sink, asides: Callable[[], int]) -> None:
        """Take a guarded protocol, and what counts the messages so far that belong to no statement's answer."""
        self._protocol = protocol
        self._received = protocol.data_received
        self._walk: MessageWalk = protocol.walk
        self._sink = sink
        self._asides = asides
        self._rows: bytearray | None = None
        """Those that the sink has not got; None while the driver is relied on."""
        self._walk.keep_open_message(True)
        protocol.data_received = self._receive

    async def of(self, copy: Callable[[Sink], Awaitable[str]]) -> str:
        """Run the COPY with a sink for the driver; its tag, once the sink has every row."""
        try:
            tag = await copy(self._take)
        finally:
            self._walk.keep_open_message(False)
            if not self._protocol.is_closed():
                self._protocol.data_received = self._received
        await self._take(b"")
        return tag

    async def _take(self, chunk: bytes) -> None:
        if self._rows is not None:
            chunk, self._rows = bytes(self._rows), bytearray()
        if chunk:
            await self._sink(chunk)

    def _receive(self, data: bytes) -> None:
        before, asides = self._walk.open_message, self._asides()
        self._received(data)
        if self._rows is None and before is not None and asides != self._asides():
            self._rows = bytearray()
        if self._rows is not None:
            self._rows += b"".join(_rows_in(b"".join((*(before or ()), data))))


def _rows_in(data: bytes) -> Iterator[bytes]:
    """The rows that are whole in what begins where a message does."""
    position = 0
    while (begin := position + _HEADER_BYTES) <= len(data):
        end = position + 1 + int.from_bytes(data[position + 1 : begin], "big")
        if end > len(data):
            return
        if data[position] == _ROW:
            yield data[begin:end]
        position = end
