"""Finds and shows characters that hide: controls, bidirectional marks, zero-width characters, spaces that are none.

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

_UNSHOWN: Final = re.compile(f"[{_CONTROLS}{_FORMATS}]")
HIDDEN: Final = re.compile(f"[{_CONTROLS}{_FORMATS}{_SPACES}]")
"""One character that a reader of SQL would not see, or take for an ordinary space; tabs and newlines are not among them."""


def make_visible(text: str) -> str:
    """The text with controls as their pictures (`␀`, `␛`) and other hidden characters as `‹U+202E›`.

    Newlines and tabs stay, and a carriage return before a newline is dropped. Unusual spaces stay as they are.
    """
    return _UNSHOWN.sub(_picture, text.replace("\r\n", "\n"))


def hidden_name(character: str) -> str:
    """What a hidden character is called, as `U+00A0 no-break space`."""
    code = ord(character)
    name = unicodedata.name(character, "control character").lower()
    return f"U+{code:04X} {name}"


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"‹U+{code:04X}›"
