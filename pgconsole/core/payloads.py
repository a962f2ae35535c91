"""What a payload is, how it differs from the one before, and whether it may be sent.

A payload is JSON where it parses as such; one that only looks like it is malformed, which is a mark and no failure.
"""

import difflib
from typing import Final, Literal

import msgspec

from pgconsole.core.json_layout import laid_out

MAX_PAYLOAD_BYTES: Final = 7999
"""PostgreSQL refuses a payload of 8,000 bytes and more in its default build (manual, "NOTIFY")."""

DiffLine = tuple[Literal[" ", "-", "+"], str]
PayloadKind = Literal["text", "json", "malformed"]
_OPENERS: Final = ("{", "[")
_COMPARED_LINES: Final = 600
"""Finding what thousands of like lines share takes seconds; beyond this all of them are said to have changed."""


def payload_kind(payload: str) -> PayloadKind:
    """Whether a payload is JSON; a lone number or word counts as text, as nobody means JSON by it."""
    if not payload.lstrip().startswith(_OPENERS):
        return "text"
    return "malformed" if json_fault(payload) else "json"


def json_fault(payload: str) -> str:
    """Why a text is no JSON; empty where it is, and where it is too deep to tell."""
    try:
        msgspec.json.decode(payload, type=msgspec.Raw)
    except RecursionError:
        return ""
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        return str(error)
    return ""


def payload_lines(payload: str) -> str:
    """The payload for reading: JSON over indented lines with every digit as it came, other text as it is."""
    return laid_out(payload) if payload_kind(payload) == "json" else payload


def difference(before: str, after: str) -> list[DiffLine]:
    """The lines of two payloads: what both have, what went (-) and what came (+)."""
    old, new = payload_lines(before).split("\n"), payload_lines(after).split("\n")
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    found: list[DiffLine] = [(" ", line) for line in old[:head]]
    found += _changes(old[head : len(old) - tail], new[head : len(new) - tail])
    return found + [(" ", line) for line in old[len(old) - tail :]]


def _common(old: list[str], new: list[str]) -> int:
    """How many lines both begin with."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _changes(old: list[str], new: list[str]) -> list[DiffLine]:
    went: list[DiffLine] = [("-", line) for line in old]
    came: list[DiffLine] = [("+", line) for line in new]
    if not old or not new or len(old) + len(new) > _COMPARED_LINES:
        return went + came
    found: list[DiffLine] = []
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            found += [(" ", line) for line in old[old_from:old_to]]
        else:
            found += went[old_from:old_to] + came[new_from:new_to]
    return found


def sending_fault(payload: str) -> str:
    """Why the server would refuse a payload; empty where it would not."""
    if "\x00" in payload:
        return "A payload can't hold U+0000."
    size = len(payload.encode("utf-8", "replace"))
    if size > MAX_PAYLOAD_BYTES:
        return f"A payload has at most {MAX_PAYLOAD_BYTES:,} bytes; this one has {size:,}."
    return ""
