"""Makes text of servers, files and payloads safe to look at: what would hide, move or fake other text is made visible.

Every widget that shows such text passes it through here first; how it is painted is the widget's business.
"""

import re

CUT_MARK = "…"

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SURROGATES = "\ud800-\udfff"
_IN_BLOCK = re.compile(f"[{_CONTROLS}\r{_HIDDEN}{_SURROGATES}]")
_IN_LINE = re.compile(f"[{_CONTROLS}\t\n\r{_HIDDEN}{_SURROGATES}]")
_SYMBOLS = {"\t": "⇥", "\n": "↵", "\r": "␍", "\x7f": "␡"}


def visible_line(text: str) -> str:
    """Return text for one line: tabs, line ends and other controls as symbols, hidden characters by their number.

    Bidirectional overrides, zero-width characters and the like become `‹202E›`; letters of right-to-left scripts stay
    as they are. Text without any of these comes back as the same object.
    """
    if _IN_LINE.search(text) is None:
        return text
    return _IN_LINE.sub(_symbol, text)


def visible_block(text: str) -> str:
    """Return text for several lines: like `visible_line`, but tabs and line ends stay."""
    if _IN_BLOCK.search(text) is None:
        return text
    return _IN_BLOCK.sub(_symbol, text.replace("\r\n", "␍\n"))


def first_line(text: str, max_chars: int) -> str:
    """Return the first line that is not blank, made visible and cut with a mark to `max_chars`.

    A mark at the end says that something was left out, be it characters or further lines.
    """
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    line = text[start:] if end < 0 else text[start:end]
    return cut_line(line, max_chars, goes_on=end >= 0 and not text[end:].isspace())


def cut_line(text: str, max_chars: int, *, goes_on: bool = False) -> str:
    """Return text for one line of at most `max_chars`, with a mark at its end where anything was left out."""
    line = visible_line(text[: max_chars + 1])
    if len(line) > max_chars or goes_on:
        return line[: max_chars - 1] + CUT_MARK
    return line


def _symbol(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SYMBOLS:
        return _SYMBOLS[char]
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0xDC80 <= code <= 0xDCFF:
        return f"‹{code - 0xDC00:02X}›"
    return f"‹{code:04X}›"
