"""How a script's text stands in its file: encoding, byte order mark, line ends; pure, between bytes and text.

An editor knows one line end. What a file had is kept beside the text, so that a line that was not touched is written
back byte for byte.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FALLBACK = "cp1252"
_TITLES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", _FALLBACK: "Windows-1252"}
_LINE_END = re.compile("\r\n|[\n\r\u2029\ufdd0\ufdd1]")
"""All that Qt's text documents take for the end of a line."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """What has to be known beside a text to write it as it was; the default is what a new file gets."""

    encoding: str = "utf-8"
    """A codec of Python's; of UTF-16 the one with a byte order."""
    has_mark: bool = False
    line_end: str = "\n"
    """What new lines get: the one that most lines of the file had."""

    @property
    def title(self) -> str:
        """The encoding's name for people."""
        return _TITLES.get(self.encoding, self.encoding)


class NotText(ValueError):
    """The bytes are no text, or in an encoding that can't be told; its words say which."""


def decode(data: bytes) -> tuple[str, TextForm]:
    """The text with its own line ends, and its form: by its mark, else UTF-8, else Windows-1252; raises `NotText`."""
    mark, encoding = next((found for found in _MARKS if data.startswith(found[0])), (b"", ""))
    text, encoding = _decoded(data[len(mark) :], encoding)
    if "\0" in text:
        raise NotText("It holds NUL bytes, which no script has.")
    return text, TextForm(encoding, bool(mark), _usual_end(text))


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    for candidate in (encoding,) if encoding else ("utf-8", _FALLBACK):
        try:
            return data.decode(candidate), candidate
        except UnicodeDecodeError:
            continue
    known = _TITLES[encoding] if encoding else "UTF-8 or Windows-1252"
    raise NotText(f"It is not in {known}, or no text at all.")


def _usual_end(text: str) -> str:
    ends = {end: text.count(end) for end in ("\r\n", "\n", "\r")}
    ends["\n"] -= ends["\r\n"]
    ends["\r"] -= ends["\r\n"]
    return max(ends, key=lambda end: (ends[end], end == "\n"))


def encode(text: str, form: TextForm) -> bytes:
    """The bytes of a text whose line ends are its own; raises UnicodeEncodeError."""
    mark = next((mark for mark, encoding in _MARKS if encoding == form.encoding), b"") if form.has_mark else b""
    return mark + text.encode(form.encoding)


def one_line_end(text: str) -> str:
    """The text as an editor has it: with a line feed at the end of each line."""
    return _LINE_END.sub("\n", text)


def with_line_ends(text: str, form: TextForm, before: str = "") -> str:
    """An editor's text with the line ends of a file.

    Lines at the top and at the bottom that stand so in `before`, the file's own text, keep their ends; those between,
    which were edited, get the usual one.
    """
    if set(_LINE_END.findall(before)) <= {form.line_end}:
        return text.replace("\n", form.line_end)
    old, new = list(_lines(before)), [*((line, "\n") for line in text.split("\n")[:-1]), (text.rpartition("\n")[2], "")]
    top = _alike(old, new)
    bottom = min(_alike(old[::-1], new[::-1]), len(old) - top, len(new) - top)
    middle = [(line, end and form.line_end) for line, end in new[top : len(new) - bottom]]
    mixed = "".join(line + end for line, end in (*old[:top], *middle, *old[len(old) - bottom :]))
    # A carriage return that stands alone would take the empty line behind it for its other half.
    return mixed if one_line_end(mixed) == text else text.replace("\n", form.line_end)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    for end in _LINE_END.finditer(text):
        yield text[position : end.start()], end[0]
        position = end.end()
    yield text[position:], ""


def _alike(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> int:
    """How many lines from the beginning say the same; a line that ends is not one that the text ends with."""
    count = 0
    for (old_line, old_end), (new_line, new_end) in zip(old, new, strict=False):
        if old_line != new_line or bool(old_end) != bool(new_end):
            break
        count += 1
    return count
