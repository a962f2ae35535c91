"""Goes from header to header through what a server sends, so that none reaches the driver that it can't bear.

asyncpg 0.32 takes each header as it comes. A message of type 0, where nothing waits for one, is looked at for ever
inside one callback of the loop, which no thread or signal can interrupt; a length below 4 makes it step back, or copy
memory that is not there, and the process ends. Neither comes from PostgreSQL: both come from what stands between.
"""

import errno
import struct
from typing import Final

MAX_MESSAGE_BYTES: Final = 1 << 30
"""The server itself makes no longer one: its buffers end a byte before."""

_FAR: Final = 1 << 14
_STEP: Final = 64
_PAIRS: Final = 8
_MESSAGE_ENDS: Final = b"\n\0"
_ERROR: Final = ord("E")
_read_header = struct.Struct("!BI").unpack_from


class MalformedMessage(OSError):
    """What came can't be a message of PostgreSQL's protocol."""

    def __init__(self) -> None:
        super().__init__(errno.EPROTO, "what came from the server is not PostgreSQL's protocol")


class MessageWalk:
    """The place in the stream of one connection; begins where a message does.

    Each header is looked at: 80 ns a message, and nothing for its length (2 cores, Python 3.11), which is a twelfth of
    what a row of 16 columns costs by a portal, but a third of one of two columns by COPY. So where `knows_server`, many
    rows of a COPY that look as they should are passed over at once; a server that nobody has verified gets no such
    trust.
    """

    __slots__ = ("_header", "_knows_server", "_newest", "_open", "_to_come")

    def __init__(self, knows_server: bool) -> None:
        self._knows_server = knows_server
        self._header = b""
        self._to_come = 0
        self._newest = 0
        self._open: list[bytes] | None = None

    def keep_open_message(self, keep: bool) -> None:
        """From now on keep what has come of a message that is not whole, or do so no more."""
        self._open = [] if keep and not (self._header or self._to_come) else None

    @property
    def ends_with_error(self) -> bool:
        """Whether an error was the newest message: on a session on which nothing runs it was the server's last."""
        return self._newest == _ERROR

    @property
    def open_message(self) -> tuple[bytes, ...] | None:
        """What has come of a message that is not whole yet, piece by piece; None where that is not kept."""
        return None if self._open is None else tuple(self._open)

    def check(self, data: bytes) -> None:
        """Go on through the next bytes, cut anywhere; raises MalformedMessage where nobody may read them."""
        position = self._to_come
        if self._header:
            data = self._header + data
        if self._knows_server and len(data) - position > _FAR:
            position = _behind_rows(data, position)
        begin, kind = -1, self._newest
        try:
            while True:
                kind, length = _read_header(data, position)
                if length < 4 or not kind:
                    raise MalformedMessage
                begin = position
                position += length + 1
        except struct.error:
            self._to_come = max(0, position - len(data))
            self._header = data[position:]
        self._newest = kind
        if self._to_come > MAX_MESSAGE_BYTES:
            raise MalformedMessage
        if self._open is not None:
            if not self._to_come:
                self._open = [self._header] if self._header else []
            elif begin >= 0:
                self._open = [data[begin:]]
            else:
                self._open.append(data)


def _behind_rows(data: bytes, position: int) -> int:
    """Where a message begins behind a whole row of COPY's text or CSV; `position` where none is certain to.

    Such rows end with a newline and have no zero byte. So a newline, a header with zeros in it and just as many bytes
    as it says, up to the next newline, are a message and no part of one; where rows are binary not even the first is
    such a row. A row of CSV has newlines of its own, and notices have zeros, but no two in a row before text without
    any; a header of 166 MiB may have a newline itself, right behind the end of a message. A long run of zeros has
    many of every 64 bytes.
    """
    if not _is_row(data, position) or bytes(4) in data[position::_STEP]:
        return position
    end = data.rfind(b"\n") + 1
    for _ in range(_PAIRS):
        start = data.rfind(b"\n", position, end - 1) + 1
        if start - 3 <= position:
            break
        if _is_row(data, start, end) and data[start - 3] not in _MESSAGE_ENDS:
            return end
        end = start
    return position


def _is_row(data: bytes, start: int, wanted_end: int = 0) -> bool:
    """Whether a row of text stands there whole, if its header is one, and whether it goes up to where it should."""
    end = start + 1 + int.from_bytes(data[start + 1 : start + 5], "big")
    is_short = data[start : start + 3] == b"d\0\0" and end <= len(data)
    is_wanted = wanted_end in (0, end) and data[end - 1 : end] == b"\n"
    return is_short and is_wanted and b"\0" not in data[start + 5 : end]
