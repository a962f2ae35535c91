"""Splits a script into what psql would send for it: the scan, token by token; commands are answered elsewhere."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pgconsole.core.statements.commands import Commands, Effect
from pgconsole.core.statements.conditionals import Mark
from pgconsole.core.statements.lexer import (
    CREATE_ROUTINE,
    ESCAPE_STRING_END,
    IDENTIFIER_END,
    LEADING_SPACE,
    RAW_STRING_END,
    STRING_END,
    Quote,
    Token,
    scanner,
)
from pgconsole.core.statements.meta_commands import read_command
from pgconsole.core.statements.statement import Statement
from pgconsole.core.statements.variables import quoted_value, reference_name


def split(
    script: str, *, standard_conforming_strings: bool = True, variables: Mapping[str, str] | None = None
) -> list[Statement]:
    """The statements and backslash commands of a script, in the order in which psql 18 would act on them.

    Never raises, whatever the script; it takes time in proportion to its length. `variables` are psql variables that
    are set beforehand; `\\set` in the script changes a copy of them. What an `\\if` leaves out is not in the list, and
    behind `\\q` comes nothing. `\\g` counts as a semicolon. `\\gset`, `\\gexec`, `\\crosstabview` and `\\watch` give
    the query, as psql sends it, and then themselves as a command to refuse. An unterminated last statement is given as
    it is. The lines behind COPY FROM STDIN are its data even where the server would refuse it: psql 18.6 has it so,
    since running them as SQL lets whoever wrote the data write the script (CVE-2026-6464).
    """
    return _Splitter(script, standard_conforming_strings, dict(variables or {})).run()


_SEMICOLON = int(Token.SEMICOLON)
_ROUTINE_BEGINS = frozenset("cC/- \t\r\n\f\v")


@dataclass(slots=True)
class _Frame:
    """Something being read: the script, or the value of a variable in it."""

    source: str
    position: int
    limit: int
    place: int = -1
    """The script's offset of the reference whose value this is; -1 for the script itself."""
    name: str = ""


class _Splitter:
    def __init__(self, script: str, conforming: bool, variables: dict[str, str]) -> None:
        self._script = script
        self._variables = variables
        self._commands = Commands(script, conforming, variables)
        self._buffer = self._commands.buffer
        self._main = _Frame(script, 1 if script.startswith("\ufeff") else 0, len(script))
        self._frames = [self._main]
        self._frame = self._main
        self._line = (0, -1)
        self._quote: Quote | None = None
        self._depth = 0
        self._block_depth = 0
        self._routine = False
        self._pattern = scanner(conforming, False)
        self._handlers: dict[int, Callable[[_Frame, int, int], None]] = {
            Token.SEMICOLON: self._semicolon,
            Token.OPEN: self._open,
            Token.CLOSE: self._close,
            Token.BLANK_LINES: self._blank_lines,
            Token.DOLLAR_QUOTE: self._dollar_quote,
            Token.VARIABLE: self._variable,
            Token.FORCED: self._forced,
            Token.BACKSLASH: self._backslash,
            Token.STRING: self._string,
            Token.ESCAPE_STRING: self._quote_handler(ESCAPE_STRING_END),
            Token.RAW_STRING: self._quote_handler(RAW_STRING_END),
            Token.QUOTED_IDENTIFIER: self._quote_handler(IDENTIFIER_END),
            Token.COMMENT: self._comment,
            Token.BLOCK_WORD: self._block_word,
            Token.OTHER: self._take,
        }

    def run(self) -> list[Statement]:
        while not self._commands.stopped:
            frame = self._frame
            if frame.position < frame.limit:
                self._scan(frame)
            elif frame is not self._main:
                self._frames.pop()
                self._frame = self._frames[-1]
            elif not self._next_stretch():
                break
        return self._commands.finish(self._main.limit)

    def _scan(self, frame: _Frame) -> None:
        """Read on until the frame ends, or another begins."""
        source, buffer, handlers = frame.source, self._buffer, self._handlers
        if self._quote:
            self._continue_quote(frame, frame.position)
        while self._frame is frame and frame.position < frame.limit and not self._commands.stopped:
            position = frame.position
            if not buffer:
                position = LEADING_SPACE.match(source, position, frame.limit).end()  # type: ignore[union-attr]
                self._begin(source, position)
            found = self._pattern.match(source, position, frame.limit)
            token = found.lastindex if found else None
            if not found or not token:
                frame.position = found.end() if found else frame.limit
                self._take(frame, position, frame.position)
                continue
            start, frame.position = found.start(token), found.end()
            if token == _SEMICOLON:
                if not buffer and frame.place < 0 and not (self._depth or self._block_depth):
                    self._send_stretch(position, frame.position)
                    continue
                start = position
            elif start > position:
                self._take(frame, position, start)
            handlers[token](frame, start, frame.position)

    def _next_stretch(self) -> bool:
        """Go on behind inline data, whose line has been read to its end."""
        resume = self._commands.take_resume()
        if resume is None:
            return False
        if self._buffer and resume < len(self._script):
            self._buffer.take(self._main.limit, self._main.limit + 1)
        self._main.position, self._main.limit = resume, len(self._script)
        return True

    def _begin(self, source: str, position: int) -> None:
        """Choose the pattern for the statement that begins there."""
        begins_like_one = source[position : position + 1] in _ROUTINE_BEGINS
        self._routine = begins_like_one and CREATE_ROUTINE.match(source, position) is not None
        self._pattern = scanner(self._commands.conforming, self._routine)

    def _reset(self) -> None:
        self._depth = self._block_depth = 0
        self._quote = None

    def _take(self, frame: _Frame, start: int, end: int) -> None:
        if frame.place < 0:
            self._buffer.take(start, end)
        else:
            self._buffer.put(frame.source[start:end], frame.place)

    def _semicolon(self, frame: _Frame, start: int, end: int) -> None:
        """Take what stands before a semicolon together with it, and see whether the statement ends there."""
        self._take(frame, start, end)
        if self._depth or self._block_depth:
            return
        if self._commands.is_active:
            self._send(self._main.position)
        else:
            self._begin(frame.source, end)

    def _send_stretch(self, start: int, end: int) -> None:
        """Send a statement that is one stretch of the script, as most are."""
        if self._commands.is_active:
            self._commands.send_stretch(start, end)
            self._shorten()
        else:
            self._buffer.take(start, end)
            self._begin(self._script, end)

    def _send(self, end: int) -> None:
        self._commands.send(end)
        self._shorten()

    def _shorten(self) -> None:
        """Let the script end, as yet, with the line behind which inline data stand."""
        if self._commands.resume is not None:
            self._main.limit = self._line_end(self._main.position)

    def _line_end(self, position: int) -> int:
        """Where the script's line ends; kept, since a line may be long and hold many commands."""
        if not self._line[0] <= position <= self._line[1]:
            found = self._script.find("\n", position)
            self._line = (position, found if found >= 0 else len(self._script))
        return self._line[1]

    def _open(self, frame: _Frame, start: int, end: int) -> None:
        self._depth += frame.source.count("(", start, end)
        self._take(frame, start, end)

    def _close(self, frame: _Frame, start: int, end: int) -> None:
        self._depth = max(0, self._depth - frame.source.count(")", start, end))
        self._take(frame, start, end)

    def _blank_lines(self, frame: _Frame, start: int, end: int) -> None:
        """psql drops empty lines, and has no newline behind the last line."""
        if frame.place >= 0:
            self._take(frame, start, end)
        elif end < len(self._script):
            self._take(frame, end - 1, end)

    def _dollar_quote(self, frame: _Frame, start: int, end: int) -> None:
        self._quote = Quote(delimiter=frame.source[start:end])
        self._take(frame, start, end)
        self._continue_quote(frame, end)

    def _comment(self, frame: _Frame, start: int, end: int) -> None:
        self._quote = Quote(depth=1)
        self._take(frame, start, end)
        self._continue_quote(frame, end)

    def _string(self, frame: _Frame, start: int, end: int) -> None:
        self._take(frame, start, end)
        self._quote = Quote(STRING_END if self._commands.conforming else ESCAPE_STRING_END)
        self._continue_quote(frame, end)

    def _quote_handler(self, pattern: re.Pattern[str]) -> Callable[[_Frame, int, int], None]:
        quote = Quote(pattern)

        def begin(frame: _Frame, start: int, end: int) -> None:
            self._quote = quote
            self._take(frame, start, end)
            self._continue_quote(frame, end)

        return begin

    def _continue_quote(self, frame: _Frame, position: int) -> None:
        if self._quote:
            end, self._quote = self._quote.end(frame.source, position, frame.limit)
            if self._quote and frame.place < 0 and end == len(self._script) and self._script.endswith("\n"):
                end -= 1
                frame.limit = end
            self._take(frame, position, end)
            frame.position = end

    def _variable(self, frame: _Frame, start: int, end: int) -> None:
        reference = frame.source[start:end]
        place = start if frame.place < 0 else frame.place
        if not self._commands.is_active:
            self._take(frame, start, end)
        elif reference[1] in "'\"{":
            value = quoted_value(reference, self._variables)
            if value is None:
                self._take(frame, start, end)
            else:
                self._buffer.put(value, place)
        else:
            name = reference_name(reference)
            if name not in self._variables or any(outer.name == name for outer in self._frames):
                self._take(frame, start, end)
            else:
                value = self._variables[name]
                self._frame = _Frame(value, 0, len(value), place, name)
                self._frames.append(self._frame)

    def _forced(self, frame: _Frame, start: int, end: int) -> None:
        self._take(frame, start + 1, end)
        if frame.source[start + 1] == ";":
            self._buffer.cut()
            self._begin(frame.source, end)

    def _block_word(self, frame: _Frame, start: int, end: int) -> None:
        self._take(frame, start, end)
        word = frame.source[start:end].lower()
        if self._depth:
            return
        if word == "end":
            self._block_depth = max(0, self._block_depth - 1)
        elif word == "begin" or self._block_depth:
            self._block_depth += 1

    def _backslash(self, frame: _Frame, start: int, end: int) -> None:
        in_script = frame.place < 0
        if in_script:
            self._buffer.drop_newline_at(start)
        line_end = min(self._line_end(end), frame.limit) if in_script else frame.limit
        command = read_command(frame.source, end, line_end, self._commands.visible_variables)
        frame.position = command.end
        place = start if in_script else frame.place
        stop = command.end if in_script else self._main.position
        typed = frame.source[start : command.end].rstrip()
        effect = self._commands.obey(command, typed, (place, stop), self._mark())
        if effect is Effect.DROP_LINE:
            frame.position = line_end
        elif effect is Effect.RESET:
            self._reset()
        elif effect is Effect.BRANCH:
            self._return_to(self._commands.mark)
        self._shorten()

    def _mark(self) -> Mark:
        return Mark(len(self._buffer), self._depth, self._block_depth, self._routine)

    def _return_to(self, mark: Mark) -> None:
        self._depth, self._block_depth, self._routine = mark.depth, mark.block_depth, mark.routine
        self._pattern = scanner(self._commands.conforming, mark.routine)
