"""Reads TOML with the line of a fault, and changes single values in place so that comments and order stay."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

Scalar = bool | int | float | str

_TOLD_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_AFTER_KEY = r"""[ \t]*=(?:[^\n#"']|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')*(?P<after>#[^\n]*)?\n?"""
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


class TomlFault(ValueError):
    """A text that is no TOML; `line` counts from 1 and is 0 where the parser does not know it."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


def parse_toml(text: str) -> dict[str, Any]:
    """The document's values; raises `TomlFault`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = str(error)
        place = _TOLD_PLACE.search(told)
        line = int(place[1]) if place else (text.count("\n") + 1 if "end of document" in told else 0)
        raise TomlFault(told.partition(" (at ")[0], line) from error


def scalar_text(value: Scalar) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(char) for char in value) + '"'
    return repr(value)


def with_scalars(text: str, changes: Mapping[str, Scalar | None], comments: Mapping[str, str] | None = None) -> str:
    """The text with top-level keys set, and those that became None taken out.

    A key alone on its line is changed in place; a new one goes before the first table, under its comment.
    Raises `TomlFault` where the result would not say what was asked, as with a value that spans lines.
    """
    wanted = parse_toml(text)
    for key, value in changes.items():
        if value is None:
            wanted.pop(key, None)
        else:
            wanted[key] = value
        text = _with_scalar(text, key, value, (comments or {}).get(key, ""))
    if parse_toml(text) != wanted:
        raise TomlFault("values that span lines can't be changed in place", 0)
    return text


def _with_scalar(text: str, key: str, value: Scalar | None, comment: str) -> str:
    told = "".join(f"# {part}\n" for part in comment.splitlines())
    table = _TABLE.search(text)
    head, tail = (text[: table.start()], text[table.start() :]) if table else (text, "")
    line = re.compile(rf"^[ \t]*{re.escape(key)}{_AFTER_KEY}", re.MULTILINE)
    found = line.search(head)
    if value is None:
        before = head[: found.start()] if found else head
        return before.removesuffix(told) + (head[found.end() :] if found else "") + tail
    written = f"{key} = {scalar_text(value)}"
    if found:
        after = f"  {found['after']}" if found["after"] else ""
        return f"{head[: found.start()]}{written}{after}\n{head[found.end() :]}{tail}"
    if head and not head.endswith("\n"):
        head += "\n"
    gap = "\n" if head.strip() and comment else ""
    return f"{head}{gap}{told}{written}\n{tail}"


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char < " " or char == "\x7f":
        return f"\\u{ord(char):04x}"
    return char
