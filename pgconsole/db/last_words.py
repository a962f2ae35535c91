"""Hears why the server ends a session that does nothing: the driver drops an error that answers no request.

Pure: bytes in, the server's report out. Who feeds it, and when, is `text_connection.py`'s.
Source: PostgreSQL manual, "Error and Notice Message Fields".
"""

from collections.abc import Callable
from typing import Final

from pgconsole.core.server_report import ServerReport

_MOST_BYTES: Final = 64 * 1024
_HEADER_BYTES: Final = 5
_ERROR: Final = ord("E")
_FIELDS: Final = {
    "M": "message",
    "C": "sqlstate",
    "V": "severity",
    "D": "detail",
    "H": "hint",
    "W": "context",
    "F": "source_file",
    "L": "source_line",
    "R": "source_routine",
}


class LastWords:
    """Follows the messages that come while nothing was asked, and keeps the error among them."""

    __slots__ = ("_pending", "report")

    def __init__(self) -> None:
        self.report: ServerReport | None = None
        self._pending = bytearray()

    def heard_by(self, received: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """A receiver of bytes that listens before it hands them on."""

        def receive(data: bytes) -> None:
            self.hear(data)
            received(data)

        return receive

    def hear(self, data: bytes) -> None:
        """Take in bytes, cut anywhere; what is too long to be last words is not followed."""
        self._pending += data
        while len(self._pending) >= _HEADER_BYTES:
            length = 1 + int.from_bytes(self._pending[1:_HEADER_BYTES], "big")
            if length > _MOST_BYTES:
                self._pending.clear()
                return
            if len(self._pending) < length:
                return
            if self._pending[0] == _ERROR:
                self.report = error_report(bytes(self._pending[_HEADER_BYTES:length]))
            del self._pending[:length]


def error_report(body: bytes) -> ServerReport:
    """The fields of an ErrorResponse's body: a letter and a text each, up to a zero byte."""
    found = dict[str, str]()
    for part in body.split(b"\0"):
        if part:
            name = _FIELDS.get(chr(part[0]))
            if name is not None:
                found[name] = part[1:].decode("utf-8", "replace")
    return ServerReport(**found)  # type: ignore[arg-type]
