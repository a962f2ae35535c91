"""Names for a table's columns out of a file's header, and which column of a table each is meant for.

A legal name stays exactly as the file has it: within 63 bytes, unlike every other, without NUL. What had to be changed
is told, so that it is seen before any table is made.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pgconsole.core.quoting import MAX_IDENTIFIER_BYTES, is_cut_by_server


@dataclass(frozen=True, slots=True)
class NameChange:
    """A header's name that can't be a column's as it is."""

    index: int
    given: str
    name: str
    """What the column is called instead."""
    reason: str
    """`empty`, `is there twice` and the like, to follow "the name"."""


def usable_names(given: Sequence[str], width: int | None = None) -> tuple[tuple[str, ...], tuple[NameChange, ...]]:
    """Names for `width` columns, and those of them that differ from what the header says."""
    padded = [*given, *[""] * ((width or 0) - len(given))]
    taken = {name for name in padded if not _fault(name)}
    used: set[str] = set()
    names: list[str] = []
    changes: list[NameChange] = []
    for index, text in enumerate(padded):
        reason = _fault(text) or ("is there twice" if text in used else "")
        name = text
        if reason:
            wanted = _cut(text.replace("\x00", ""))
            name = _unlike(wanted if wanted.strip() else f"column_{index + 1}", taken | used)
            changes.append(NameChange(index, text, name, reason))
        used.add(name)
        names.append(name)
    return tuple(names), tuple(changes)


def header_names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """The names of a header without the empty ones that records of `width` fields have no field for.

    Whole where more is missing than that: a name is never given up.
    """
    surplus = len(header) - width
    named = tuple(name for name in header if name.strip())
    if surplus <= 0 or not width:
        return tuple(header)
    if not any(name.strip() for name in header[width:]):
        return tuple(header[:width])
    return named if len(named) == width else tuple(header)


def match_columns(names: Sequence[str], columns: Sequence[str]) -> tuple[str | None, ...]:
    """For each name the table's column that is meant, each column once: by the same letters, whatever case or marks."""
    found: dict[int, str] = {}
    for fold in (str, str.casefold, _letters):
        free: dict[str, str] = {}
        for column in columns:
            if column not in found.values() and fold(column):
                free.setdefault(fold(column), column)
        for index, name in enumerate(names):
            if index not in found and fold(name) in free:
                found[index] = free.pop(fold(name))
    return tuple(found.get(index) for index in range(len(names)))


def table_name(file_name: str) -> str:
    """A name for a table of a file's data: what people type without quotes, of the letters before the first dot."""
    stem = unicodedata.normalize("NFC", file_name).strip().lstrip(".").partition(".")[0].casefold()
    letters = "".join(char if char.isalnum() else "_" for char in stem).strip("_")
    while "__" in letters:
        letters = letters.replace("__", "_")
    if not letters:
        return "imported"
    return _cut(f"t_{letters}" if letters[0].isdigit() else letters)


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or the next number of it that is not taken."""
    return _unlike(name, set(taken))


def _fault(name: str) -> str:
    if not name.strip():
        return "is empty"
    if "\x00" in name:
        return "has a NUL character"
    return f"is longer than {MAX_IDENTIFIER_BYTES} bytes" if is_cut_by_server(name) else ""


def _cut(name: str, room: int = MAX_IDENTIFIER_BYTES) -> str:
    """As many whole characters as fit."""
    return name.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")


def _unlike(name: str, others: set[str]) -> str:
    if name not in others:
        return name
    number = 2
    while (numbered := _cut(name, MAX_IDENTIFIER_BYTES - len(f"_{number}")) + f"_{number}") in others:
        number += 1
    return numbered


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in plain if char.isalnum())
