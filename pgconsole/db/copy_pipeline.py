"""COPYs ... FROM STDIN sent behind each other, each by a query of its own: those behind a failed one run all the same.

The driver knows of one query at a time. It sends the first one and is given the answer to the last; all that comes
between is read here. Data that comes behind the failure of its COPY is dropped by the server.
Source: PostgreSQL manual, "Message Flow" and "Message Formats".
"""

import struct
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import asyncpg

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.error_translation import translate
from pgconsole.db.message_walk import MAX_MESSAGE_BYTES

_UNDER_WAY_BYTES = 1 << 20
"""How much is sent before the answers to it: more than the sockets hold, so that the server never waits."""
_HEADER = struct.Struct("!cI")
_HEADER_BYTES = 5
_COPY_DONE = _HEADER.pack(b"c", 4)
_ENDS_THE_SESSION = frozenset({"FATAL", "PANIC"})


@dataclass(slots=True)
class CopyAnswer:
    """What the server said to one script with a COPY in it."""

    tags: list[str] = field(default_factory=list)
    """Of the commands that were carried out, in their order."""
    notices: list[str] = field(default_factory=list)
    """Their messages."""
    error: PgconsoleError | None = None


class CopyFeed(Protocol):
    """What is to be loaded, and who hears what became of it; raises nothing."""

    def take(self) -> tuple[str, Iterable[bytes]] | None:
        """The next script with one COPY, and its data; None where there is none before more is answered."""

    def answered(self, answer: CopyAnswer) -> None:
        """Hear what became of the oldest script that is under way."""


class CopyPipeline:
    """Keeps a server busy with a feed's scripts, from the answer to a first query on until it sends the `last` one."""

    def __init__(
        self,
        feed: CopyFeed,
        last: str,
        write: Callable[[bytes], None],
        hand_on: Callable[[bytes], None],
        is_stopped: Callable[[], bool],
    ) -> None:
        self._feed = feed
        self._last = last
        self._write = write
        self._hand_on = hand_on
        self._is_stopped = is_stopped
        self._sizes = deque([0])
        """Of what is under way; the first query is nobody's."""
        self._has_begun = False
        self._has_ended = False
        self._pending = bytearray()
        self._answer = CopyAnswer()

    def hear(self, data: bytes) -> None:
        """Go on through the next bytes from the server, cut anywhere, and send what there is room for."""
        self._pending += data
        while not self._has_ended and len(self._pending) >= _HEADER_BYTES:
            kind, length = _HEADER.unpack_from(self._pending)
            if not _HEADER_BYTES - 1 <= length <= MAX_MESSAGE_BYTES:
                self._has_ended = True  # what stands before the driver ends the connection for it
                break
            if len(self._pending) <= length:
                break
            message = bytes(self._pending[: length + 1])
            del self._pending[: length + 1]
            self._take(kind, message)
        if self._has_ended and self._pending:
            rest = bytes(self._pending)
            self._pending.clear()
            self._hand_on(rest)

    def _take(self, kind: bytes, message: bytes) -> None:
        match kind:
            case b"C":
                self._answer.tags.append(message[_HEADER_BYTES:-1].decode())
            case b"N":
                self._answer.notices.append(_fields(message).get("M", ""))
            case b"E":
                fields = _fields(message)
                if fields.get("V") in _ENDS_THE_SESSION:
                    self._hand_on(message)
                self._answer.error = translate(asyncpg.PostgresError.new(fields))
            case b"Z":
                self._go_on()
            case b"A" | b"S":
                self._hand_on(message)

    def _go_on(self) -> None:
        answer, self._answer = self._answer, CopyAnswer()
        self._sizes.popleft()
        if self._has_begun:
            self._feed.answered(answer)
        self._has_begun = True
        while sum(self._sizes) < _UNDER_WAY_BYTES and not self._is_stopped():
            copy = self._feed.take()
            if copy is None:
                break
            messages = _copy_messages(*copy)
            self._sizes.append(len(messages))
            self._write(messages)
        if not self._sizes:
            self._has_ended = True
            self._write(_query_message(self._last))


def _query_message(script: str) -> bytes:
    text = script.encode()
    return _HEADER.pack(b"Q", 5 + len(text)) + text + b"\0"


def _copy_messages(script: str, data: Iterable[bytes]) -> bytes:
    parts = [_query_message(script)]
    for chunk in data:
        parts += (_HEADER.pack(b"d", 4 + len(chunk)), chunk)
    return b"".join([*parts, _COPY_DONE])


def _fields(message: bytes) -> dict[str, str]:
    parts = message[_HEADER_BYTES:].split(b"\0")
    return {part[:1].decode(): part[1:].decode("utf-8", "replace") for part in parts if part}
