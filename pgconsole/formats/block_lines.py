"""Turns a stream of bytes into numbered lines of text, and notes what is odd about characters on the way.

Whole blocks are looked at, not characters: 10 MB of plain text cost some 20 ms more than decoding it.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import Final

from pgconsole.core.source_preview import Oddity

_BLOCK_BYTES: Final = 256 * 1024
_LONGEST_LINE_CHARS: Final = 32 * 1024 * 1024
_UNDECODABLE: Final = re.compile("[\udc80-\udcff]")
_END_MARK: Final = re.compile(r"^\\\.\r?$", re.MULTILINE)


class BlockLines:
    """Iterates lines with their ends; `oddities` tells what was found so far."""

    def __init__(self, read: Callable[[int], bytes], encoding: str) -> None:
        """Take what reads up to so many bytes. A byte order mark at the beginning is left out."""
        self._read = read
        is_wide = encoding.startswith(("utf-16", "utf-32"))
        self._decoder = codecs.getincrementaldecoder(encoding)("replace" if is_wide else "surrogateescape")
        self._undecodable = re.compile("\ufffd") if is_wide else _UNDECODABLE
        self._found: dict[str, Oddity] = {}
        self.line = 0
        """How many lines were given."""

    def __iter__(self) -> Iterator[str]:
        rest = ""
        is_first = True
        while True:
            data = self._read(_BLOCK_BYTES)
            text = self._decoder.decode(data, final=not data)
            if is_first and text:
                text, is_first = text.removeprefix("\ufeff"), False
            block, rest = _whole_lines(rest + text, is_last=not data)
            self._look_at(block)
            for line in io.StringIO(block, newline=""):
                self.line += 1
                yield line
            if not data:
                return

    def oddities(self) -> tuple[Oddity, ...]:
        """What was found so far, the first occurrence of each."""
        return tuple(self._found.values())

    def _look_at(self, block: str) -> None:
        if "\0" in block:
            self._note(
                "A NUL character, which PostgreSQL's text can't hold", block, block.index("\0"), block.count("\0")
            )
        if not block.isascii():
            places = [match.start() for match in self._undecodable.finditer(block)]
            if places:
                self._note("Bytes that are no text in this encoding", block, places[0], len(places))
        if "\\." in block:
            places = [match.start() for match in _END_MARK.finditer(block)]
            if places:
                self._note(
                    "A line that holds \\. alone, which ends COPY on older servers", block, places[0], len(places)
                )

    def _note(self, text: str, block: str, offset: int, count: int) -> None:
        before = self._found.get(text)
        line = before.line if before is not None else self.line + _lines_until(block, offset)
        self._found[text] = Oddity(text, line, count + (before.count if before is not None else 0))


def _whole_lines(text: str, *, is_last: bool) -> tuple[str, str]:
    """The whole lines of a text, and what begins the next one; a carriage return at the end may be half an end."""
    if is_last or len(text) > _LONGEST_LINE_CHARS:
        return text, ""
    end = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1))
    return text[: end + 1], text[end + 1 :]


def _lines_until(block: str, offset: int) -> int:
    return sum(1 for _ in io.StringIO(block[: offset + 1], newline=""))
