"""Reads and writes lines of COPY's text format, by the rules of the PostgreSQL manual, page "COPY", "Text Format".

Finding the lines is left to `copy_rows.py`.
"""

import re
from collections.abc import Sequence

_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[\s\S])")
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NULL = "\\N"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def decode_line(line: str) -> tuple[str | None, ...]:
    """Return the cells of one line without its newline; `\\N` alone is NULL."""
    if "\\" not in line:
        return tuple(line.split("\t"))
    return tuple([decode_cell(cell) for cell in line.split("\t")])


def decode_cell(cell: str) -> str | None:
    """Return one cell's text, its escapes resolved, or None for NULL."""
    if "\\" not in cell:
        return cell
    if cell == _NULL:
        return None
    return _ESCAPE.sub(_unescape, cell)


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code in _LETTERS:
        return _LETTERS[code]
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return code


def encode_line(cells: Sequence[str | None]) -> str:
    """The cells as one line with its newline; cells without anything special, as most are, take a few looks only."""
    line = "\t".join([_NULL if cell is None else cell for cell in cells])
    backslashes = cells.count(None) if "\\" in line else 0
    if "\n" in line or "\r" in line or line.count("\t") >= len(cells) or line.count("\\") > backslashes:
        line = "\t".join([_NULL if cell is None else encode_cell(cell) for cell in cells])
    return line + "\n"


def encode_cell(cell: str) -> str:
    """One cell's text, with an escape for each character that means something."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], cell) if _SPECIAL.search(cell) else cell
