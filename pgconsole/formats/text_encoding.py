"""Which encoding a file's first bytes are in: by its mark, else strict UTF-8, else a ranked list for a person to judge.

Guessing libraries were wrong on short texts of cp1252 (measured in 2026); a list whose first entry is plain, with the
preview beside it, is better than a number that claims certainty.
"""

import codecs
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from pgconsole.core.source_encodings import ENCODINGS
from pgconsole.formats.text_likelihood import likelihood

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ONE_BYTE: Final = tuple(name for name, _ in ENCODINGS[5:19])
_MANY_BYTES: Final = tuple(name for name, _ in ENCODINGS[19:])
_JUDGED_BYTES: Final = 1 << 14
_RARE: Final = {"iso8859-15": 0.15, "mac-roman": 0.15, "cp850": 0.3, "koi8-r": 0.1, "cp1255": -0.05, "cp1256": 0.1}
"""How much less likely where letters fit as well: Russian has Arabic letters for capitals, Hebrew for small ones."""
_RANK: Final = 0.01
"""What each place in the list counts: an equal guess goes to the earlier."""


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding, and how sure it is."""

    encoding: str
    mark_bytes: int = 0
    """The length of the byte order mark, which is no part of the text."""
    is_sure: bool = True
    others: tuple[str, ...] = ()
    """What else it might be, the likeliest first; empty where it is sure."""


def guess_encoding(head: bytes) -> EncodingGuess:
    """Judge by the first bytes of a file, which may end inside a character."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return EncodingGuess(name, len(mark))
    wide = _wide_encoding(head)
    if wide:
        return EncodingGuess(wide)
    if _decoded(head, "utf-8") is not None:
        return EncodingGuess("utf-8")
    # A file of UTF-8 with a few broken bytes is still one, and the bytes are told.
    if _is_mostly_utf8(head):
        return EncodingGuess("utf-8", is_sure=False, others=("cp1252",))
    excerpt = _telling_lines(head)
    scored = [
        (likelihood(excerpt.decode(name, "replace"), name) - _RARE.get(name, 0.0) - _RANK * place, name)
        for place, name in enumerate((*_ONE_BYTE, *_MANY_BYTES))
        if _decoded(head, name) is not None
    ]
    ranked = [name for _score, name in sorted(scored, key=lambda each: -each[0])]
    return EncodingGuess(ranked[0], is_sure=False, others=tuple(ranked[1:])) if ranked else EncodingGuess("cp1252")


def _telling_lines(head: bytes) -> bytes:
    """Lines with bytes that encodings differ in, as many as are enough to judge by."""
    lines = [line for line in head.split(b"\n") if not line.isascii()]
    sizes = accumulate(len(line) + 1 for line in lines)
    whole = [line for line, size in zip(lines, sizes, strict=True) if size <= _JUDGED_BYTES]
    return b"\n".join(whole) if whole else lines[0][:_JUDGED_BYTES]


def _wide_encoding(head: bytes) -> str:
    """UTF-16 without a mark has a NUL in every other byte of plain text."""
    sample = head[:2000]
    if len(sample) < 8 or sample.count(0) < len(sample) // 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else ""
    return name if name and _decoded(head, name) is not None else ""


def _decoded(head: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except UnicodeDecodeError:
        return None


def _is_mostly_utf8(head: bytes) -> bool:
    text = head.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= char <= "\udcff" for char in text)
    whole = sum(char > "\x7f" for char in text) - broken
    return whole > 4 * broken
