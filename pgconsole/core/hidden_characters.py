"""Finds and names characters that an author of SQL does not see; how text is made safe to look at is `plain_text`'s.

A text that reads one way and runs another is a trap ("Trojan Source", CVE-2021-42574), and a no-break space pasted
from a web page is a syntax error that nobody sees.
"""

import re
import unicodedata
from typing import Final

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_FORMATS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"

HIDDEN: Final = re.compile(f"[{_CONTROLS}{_FORMATS}{_SPACES}]")
"""One character that a reader would not see, or take for an ordinary space; tabs and newlines are not among them."""


_NAMED_AT_MOST: Final = 3


def hidden_in(text: str) -> str:
    """What hides in a text that came from elsewhere, as a sentence with the first line of each; empty for nothing."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    count = 0
    first: dict[str, int] = {}
    for found in HIDDEN.finditer(lines):
        count += 1
        first.setdefault(found[0], found.start())
    if not count:
        return ""
    places = [(hidden_name(each), lines.count("\n", 0, start) + 1) for each, start in first.items()][:_NAMED_AT_MOST]
    named = [f"{name} in line {line}" for name, line in places]
    more = len(first) - len(named)
    told = ", ".join([*named, f"{more} more kinds" if more > 1 else "one more kind"] if more else named)
    return f"{count:,} hidden characters: {told}" if count > 1 else f"A hidden character: {told}"


def hidden_name(character: str) -> str:
    """What a hidden character is called, as `U+00A0 no-break space`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character').lower()}"
