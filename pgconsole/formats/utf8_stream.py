"""Turns the bytes of a file in any encoding into UTF-8 on the way, and back for the reject file.

A byte that means nothing in its encoding is kept as a sequence that no server takes for UTF-8, so that the record it
stands in is refused there with its reason, and its bytes can be had back.
"""

import codecs
import re
from typing import Final

_KEEP: Final = "pgconsole.keep"
_FIRST_KEPT: Final = 0xDC00
_KEPT: Final = re.compile("([\udc00-\udcff]+)")


def _keep(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    kept = error.object[error.start : error.end]
    return "".join(chr(_FIRST_KEPT + byte) for byte in kept), error.end


codecs.register_error(_KEEP, _keep)


def is_utf8(encoding: str) -> bool:
    """Whether the bytes of a file can be sent as they are."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


class Utf8Stream:
    """Takes the bytes of one file piece by piece; a byte order mark is left out."""

    def __init__(self, encoding: str) -> None:
        self._is_utf8 = is_utf8(encoding)
        self._name = codecs.lookup(encoding).name
        self._decoder: codecs.IncrementalDecoder | None = None
        self._is_at_start = True
        self._held = b""
        self._undecoded = b""

    def feed(self, data: bytes, *, final: bool = False) -> bytes:
        """The next bytes as UTF-8; where `final`, all that was held back too."""
        if not self._is_utf8:
            data = self._decode(data, final).encode("utf-8", "surrogatepass")
        return self._without_mark(data, codecs.BOM_UTF8, final)

    def _decode(self, data: bytes, final: bool) -> str:
        if self._decoder is None:
            data, self._undecoded = self._undecoded + data, b""
            if len(data) < 4 and not final:
                self._undecoded = data
                return ""
            self._decoder = codecs.getincrementaldecoder(_with_byte_order(self._name, data))(_KEEP)
        return self._decoder.decode(data, final)

    def _without_mark(self, data: bytes, mark: bytes, final: bool) -> bytes:
        if not self._is_at_start:
            return data
        data = self._held + data
        if len(data) < len(mark) and not final and mark.startswith(data):
            self._held = data
            return b""
        self._is_at_start, self._held = False, b""
        return data.removeprefix(mark)


def original_bytes(text: bytes, encoding: str) -> bytes:
    """The bytes of the file that `Utf8Stream` made `text` of; those of UTF-8 are themselves."""
    if is_utf8(encoding):
        return text
    # Without a byte order, one would put a mark before each piece.
    name = _with_byte_order(codecs.lookup(encoding).name, b"")
    parts = _KEPT.split(text.decode("utf-8", "surrogatepass"))
    return b"".join(
        bytes(ord(char) - _FIRST_KEPT for char in part) if index % 2 else part.encode(name)
        for index, part in enumerate(parts)
    )


def byte_order_mark(encoding: str) -> bytes:
    """What a file in that encoding should begin with."""
    name = _with_byte_order(codecs.lookup(encoding).name, b"")
    return "\ufeff".encode(name) if name.startswith(("utf-16", "utf-32")) else b""


def _with_byte_order(name: str, start: bytes) -> str:
    """The codec that says which byte of a unit comes first, by a file's first bytes; little-endian where they don't."""
    if name not in ("utf-16", "utf-32"):
        return name
    return f"{name}-be" if start.startswith("\ufeff".encode(f"{name}-be")) else f"{name}-le"
