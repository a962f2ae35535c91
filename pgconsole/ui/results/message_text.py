"""Lays out one message as pieces of plain text with a tone each: headline first, then its fields in a column."""

import time
from dataclasses import dataclass
from enum import Enum

from pgconsole.core.messages import Message, MessageKind
from pgconsole.core.plain_text import visible_block, visible_line
from pgconsole.core.wording import format_duration_ms

_LABEL_GAP = 2
_WARNINGS = ("WARNING",)


class Tone(Enum):
    """What a piece of text means, which decides its colour."""

    TEXT = "text"
    SECOND = "second"
    FAINT = "faint"
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one tone; newlines are line ends."""

    text: str
    tone: Tone
    is_strong: bool = False
    script_position: int | None = None
    """Where a link leads, as an offset in the script."""


def pieces(message: Message) -> list[Piece]:
    """A message in the order to be written, without a newline at its end."""
    laid_out = _headline(message)
    rows = _rows(message)
    width = max((len(label) for label, _ in rows), default=0) + _LABEL_GAP
    for label, text in rows:
        laid_out.append(Piece(f"\n  {label:<{width}}", Tone.FAINT))
        laid_out.append(Piece(_hanging(text, width + 2), Tone.TEXT))
    if message.script_position is not None:
        laid_out.append(Piece(f"\n  {'':<{width}}" if rows else "\n  ", Tone.FAINT))
        laid_out.append(Piece("Show in editor", Tone.LINK, script_position=message.script_position))
    return laid_out


def _headline(message: Message) -> list[Piece]:
    tone = _tone(message)
    text = Piece(_hanging(visible_block(message.text), 2), Tone.TEXT if tone in (Tone.ERROR, Tone.WARNING) else tone)
    head = " ".join(part for part in (message.severity, message.sqlstate) if part)
    laid_out = [Piece(f"{visible_line(head)}  ", tone), text] if head else [text]
    if message.elapsed_ms is not None:
        laid_out.append(Piece(f"  {format_duration_ms(message.elapsed_ms)}", Tone.FAINT))
    if message.told_at is not None:
        laid_out.append(Piece(time.strftime("  %H:%M:%S", time.localtime(message.told_at)), Tone.FAINT))
    return laid_out


def _tone(message: Message) -> Tone:
    if message.kind is MessageKind.ERROR:
        return Tone.ERROR
    if message.severity in _WARNINGS:
        return Tone.WARNING
    return {MessageKind.TAG: Tone.OK, MessageKind.INFO: Tone.SECOND}.get(message.kind, Tone.TEXT)


def _rows(message: Message) -> list[tuple[str, str]]:
    rows = [(visible_line(label), visible_block(text)) for label, text in message.fields]
    if message.script_line is not None:
        rows.append(("Line", str(message.script_line)))
    if message.kind is MessageKind.ERROR and message.statement:
        rows.append(("Statement", visible_line(_first_line(message.statement))))
    return rows


def _first_line(statement: str) -> str:
    lines = statement.strip().splitlines() or [""]
    return lines[0] + (" …" if len(lines) > 1 else "")


def _hanging(text: str, column: int) -> str:
    """Further lines of a text indented to the column where it began."""
    return text.replace("\n", "\n" + " " * column)
