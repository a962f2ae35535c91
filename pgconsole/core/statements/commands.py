"""Answers a script's backslash commands, and hands out statements: what is sent, what is said, what is refused."""

import re
from collections.abc import Mapping
from enum import Enum

from pgconsole.core.statements.conditionals import Conditionals, Mark
from pgconsole.core.statements.copy_data import data_end, wants_data
from pgconsole.core.statements.lexer import GAP, IDENTIFIER_PART, TAG_PART
from pgconsole.core.statements.meta_commands import (
    BRANCHING,
    DESCRIBING,
    SENDING,
    MetaCommand,
    echoed,
    is_known,
)
from pgconsole.core.statements.query_buffer import QueryBuffer
from pgconsole.core.statements.statement import Segment, Statement
from pgconsole.core.statements.variables import parse_boolean

_REST_OF_LINE = re.compile(r"(?:[ \t\r\f\v]++|--[^\n]*+)*+")
_VARIABLE_NAME = re.compile(rf"{TAG_PART}+\Z")
_COPY_STDIN = re.compile(r"(?:^|\W)from\s+stdin\b", re.IGNORECASE)
_NOTABLE = re.compile(rf"{GAP}(?:copy|set|reset|discard)(?!{IDENTIFIER_PART})", re.IGNORECASE)
_STRINGS_SETTING = re.compile(
    rf"{GAP}(?:set{GAP}(?:(?:session|local){GAP})?standard_conforming_strings{GAP}(?:=|to\b){GAP}'?(\w+)"
    rf"|reset{GAP}(?:all|standard_conforming_strings)\b|discard{GAP}all\b)",
    re.IGNORECASE,
)
Span = tuple[int, int]


class Effect(Enum):
    """What a command means for the scan that met it."""

    NONE = "none"
    DROP_LINE = "drop the rest of the line"
    RESET = "forget parentheses and quotes"
    BRANCH = "go back to a mark"


class Commands:
    """The state of a script that is not lexical: its statement so far, variables, `\\if` blocks and `\\bind` values."""

    def __init__(self, script: str, conforming: bool, variables: dict[str, str]) -> None:
        self.buffer = QueryBuffer(script)
        self.stopped = False
        """Behind `\\q` nothing counts."""
        self.resume: int | None = None
        """Where the script goes on behind the inline data that begin on the next line."""
        self.mark = Mark(0)
        """What the scan is to go back to, after `Effect.BRANCH`."""
        self.conforming = conforming
        """The server's standard_conforming_strings, as far as the script has gone."""
        self._script = script
        self._conforming_at_first = conforming
        self._variables = variables
        self._conditionals = Conditionals()
        self._statements: list[Statement] = []
        self._bind_values: tuple[str, ...] | None = None
        self._previous = Statement("", 0, 0)
        self._restriction: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether the scan stands in a branch that counts."""
        return self._conditionals.is_active

    @property
    def visible_variables(self) -> Mapping[str, str]:
        """The variables, or none in a branch that does not count."""
        return self._variables if self.is_active or self._conditionals.needs_condition() else {}

    def take_resume(self) -> int | None:
        """Where to go on behind inline data, given out once."""
        resume, self.resume = self.resume, None
        return resume

    def send(self, end: int, expanded: bool = False) -> None:
        """Hand out the statement collected so far."""
        buffer = self.buffer
        text, segments, cuts, start = buffer.text(), buffer.segments(), tuple(buffer.cuts), buffer.start
        buffer.clear()
        self._hand_out(text, segments, cuts, (start, end), expanded)

    def send_stretch(self, start: int, end: int) -> None:
        """Hand out a statement that is one stretch of the script, its semicolon included."""
        self._hand_out(self._script[start:end], (), (), (start, end), False)

    def finish(self, end: int) -> list[Statement]:
        """Hand out an unterminated last statement, and all there were."""
        if self.buffer and self.is_active:
            start = self.buffer.start
            self.send(max(start, min(end, start + len(self._script[start:end].rstrip()))))
        if self._conditionals.is_open and not self.stopped:
            self._say("\\if", "\\if without \\endif", (len(self._script), len(self._script)))
        return self._statements

    def obey(self, command: MetaCommand, typed: str, span: Span, mark: Mark) -> Effect:
        """Answer one command; one that is not understood is handed out, to be refused by its name."""
        name = command.name
        if name in BRANCHING and self._restriction is None:
            return self._branch(command, typed, span, mark)
        if not self.is_active:
            return Effect.NONE if is_known(name) else Effect.DROP_LINE
        if self._restriction is not None:
            return self._unrestrict(command, typed, span)
        if name in SENDING:
            return self._send_by(command, typed, span)
        if name in DESCRIBING:
            self._previous = Statement(self.buffer.text(), self.buffer.start, 0, self.buffer.segments())
            self.buffer.clear()
            self._bind_values = None
            self._say("\\" + name, typed, span)
            return Effect.RESET
        if name in ("r", "reset"):
            self.buffer.clear()
            return Effect.RESET
        if not self._done_silently(command):
            self._refuse(command, typed, span)
        return Effect.NONE if is_known(name) else Effect.DROP_LINE

    def _done_silently(self, command: MetaCommand) -> bool:
        """Do what changes only the script's own state; False where the command has to be told.

        Whoever switches AUTOCOMMIT off counts on a ROLLBACK, and is told that nothing was switched.
        """
        values = command.values()
        if command.has_backquotes:
            return False
        match command.name:
            case "set" if values and _VARIABLE_NAME.match(values[0]):
                self._variables[values[0]] = value = "".join(values[1:])
                return values[0] != "AUTOCOMMIT" or parse_boolean(value) is True
            case "unset" if values:
                self._variables.pop(values[0], None)
            case "bind":
                self._bind_values = values
            case "restrict" if values:
                self._restriction = values[0]
            case _:
                return False
        return True

    def _refuse(self, command: MetaCommand, typed: str, span: Span) -> None:
        """Hand the command out; what `\\echo` says and what ends the script are told by it, too."""
        if command.has_backquotes:
            self._say(f"\\{command.name} `...`", typed, span)
        elif command.name in ("echo", "qecho", "warn"):
            self._say("\\echo", echoed(command), span)
        elif command.name == "copy" and _COPY_STDIN.search(typed):
            data, found = self._read_data(span[1])
            self._say("\\copy", typed, span, (data,), (found,))
        else:
            self.stopped = command.name in ("q", "quit")
            self._say("\\" + command.name, typed, span)

    def _unrestrict(self, command: MetaCommand, typed: str, span: Span) -> Effect:
        """pg_dump's `\\restrict` lets no command through until the same key is given back."""
        if command.name == "unrestrict" and command.values() == (self._restriction,):
            self._restriction = None
        else:
            self._say("\\" + command.name, typed, span)
        return Effect.NONE

    def _send_by(self, command: MetaCommand, typed: str, span: Span) -> Effect:
        expanded = command.name == "gx"
        if self.buffer:
            self.send(span[1], expanded)
        else:
            self._send_again(span, expanded)
        values = command.values()
        if values and values[0].startswith("("):
            closing = next((i for i, value in enumerate(values) if value.endswith(")")), len(values))
            values = values[closing + 1 :]
        if values or command.name not in ("g", "gx"):
            self._say("\\" + command.name, typed, span)
        return Effect.RESET

    def _send_again(self, span: Span, expanded: bool) -> None:
        """`\\g` behind nothing sends the statement before once more; what it says of places stays true."""
        before = self._previous
        segments = before.segments or (Segment(0, before.start, True),)
        self._hand_out(before.text, segments, before.cuts, span, expanded)

    def _branch(self, command: MetaCommand, typed: str, span: Span, mark: Mark) -> Effect:
        blocks = self._conditionals
        if command.name == "if":
            blocks.begin(self.is_active and self._condition(command, typed, span), mark)
            return Effect.NONE
        if command.name == "elif":
            kept = blocks.switch(blocks.needs_condition() and self._condition(command, typed, span), mark)
        else:
            kept = blocks.otherwise(mark) if command.name == "else" else blocks.finish(mark)
        if kept is None:
            self._say("\\" + command.name, typed, span)
            return Effect.DROP_LINE
        if kept.length < mark.length:
            self.buffer.truncate(kept.length)
        self.mark = kept
        return Effect.BRANCH

    def _condition(self, command: MetaCommand, typed: str, span: Span) -> bool:
        value = None if command.has_backquotes else parse_boolean(" ".join(command.values()))
        if value is None:
            self._say("\\" + command.name, typed, span)
        return bool(value)

    def _say(
        self,
        name: str,
        text: str,
        span: Span,
        blocks: tuple[str | None, ...] = (),
        copy_spans: tuple[Span, ...] = (),
    ) -> None:
        whole = (Segment(0, span[0], False),)
        line_end = self._line_end(span[1])
        self._statements.append(Statement(text, *span, whole, line_end, (), blocks, copy_spans, name))

    def _line_end(self, position: int) -> int:
        """Where the white space and the comment behind a statement end, on its line."""
        if self._script[position : position + 1] in ("\n", ""):
            return position
        found = _REST_OF_LINE.match(self._script, position)
        return found.end() if found else position

    def _hand_out(
        self, text: str, segments: tuple[Segment, ...], cuts: tuple[int, ...], span: Span, expanded: bool
    ) -> None:
        if text.endswith(";"):
            text = text[:-1]
            cuts = cuts[:-1] if cuts and cuts[-1] == len(text) else cuts
        blocks: tuple[str | None, ...] = ()
        spans: tuple[Span, ...] = ()
        if cuts or _NOTABLE.match(text):
            if found := _STRINGS_SETTING.match(text):
                self._follow_setting(found[1])
            blocks, spans = self._inline_data(text, cuts, span[1])
        values, self._bind_values = self._bind_values, None
        line_end = self._line_end(span[1])
        statement = Statement(text, *span, segments, line_end, cuts, blocks, spans, None, values, expanded)
        self._statements.append(statement)
        self._previous = statement

    def _follow_setting(self, value: str | None) -> None:
        """psql reads strings as the server does, which tells it when the setting changes."""
        is_on = parse_boolean(value) if value else None
        self.conforming = self._conforming_at_first if is_on is None else is_on

    def _inline_data(
        self, text: str, cuts: tuple[int, ...], end: int
    ) -> tuple[tuple[str | None, ...], tuple[Span, ...]]:
        parts = Statement(text, 0, 0, (), 0, cuts).parts
        blocks: list[str | None] = []
        spans: list[Span] = []
        for part in parts:
            if wants_data(part):
                data, found = self._read_data(end)
                blocks.append(data)
                spans.append(found)
            else:
                blocks.append(None)
        return (tuple(blocks), tuple(spans)) if spans else ((), ())

    def _read_data(self, end: int) -> tuple[str, Span]:
        """Inline data, which begin on the line below the statement or behind the data of one on the same line."""
        start = self.resume if self.resume is not None else self._script.find("\n", end) + 1 or len(self._script)
        stop, self.resume = data_end(self._script, start)
        return self._script[start:stop], (start, self.resume)
