"""Backslash commands: their names and arguments by psql's rules. Nothing here runs one; backquotes stay text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pgconsole.core.statements.lexer import VARIABLE
from pgconsole.core.statements.variables import quoted_value, reference_name

BRANCHING = frozenset({"if", "elif", "else", "endif"})
SENDING = frozenset({"g", "gx", "gset", "gexec", "crosstabview", "watch"})
"""Commands that send the statement collected so far; all but plain `\\g` and `\\gx` want more done with its result."""
DESCRIBING = frozenset({"gdesc", "parse", "sendpipeline"})
"""Commands that use the statement up without having it run and answered there and then."""
_WHOLE_LINE = frozenset({"!", "copy", "h", "help", "ef", "ev", "sf", "sf+", "sv", "sv+"})
_FILE_OR_PIPE = frozenset({"g", "gx", "o", "out", "w", "write"})
_KNOWN = re.compile(
    r"""(?:
    [!?aCefHilopqrtTwxz] | bind(?:_named)? | c(?:onnect)? | cd | close_prepared | conninfo | copy | copyright
    | crosstabview | d[A-Za-z]*+[Sx+]* | echo | edit | ef | elif | else | encoding | endif | endpipeline | errverbose
    | ev | flush | flushrequest | g | gdesc | getenv | getresults | gexec | gset | gx | h | help | html | if | include
    | include_relative | ir | l[Sx+]+ | list[x+]* | lo_(?:export|import|list[x+]*|unlink) | out | parse | password
    | print | prompt | pset | qecho | quit | reset | restrict | s | sendpipeline | set | setenv | s[fv]\+?
    | startpipeline | syncpipeline | timing | unrestrict | unset | warn | watch | write | z[Sx]* | \\
    )\Z""",
    re.VERBOSE,
)

_NAME = re.compile(r"[^ \t\n\r\f\v\\]*")
_SPACE = re.compile(r"[ \t\n\r\f\v]*")
_QUOTED = re.compile(r"'((?:[^'\\]++|''|\\[\s\S])*+)'")
_ESCAPE = re.compile(r"''|\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))")
_PIECE = re.compile(rf"({VARIABLE})|[^ \t\n\r\f\v\\'`\":]++|:")
_CONTROLS = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f"}


def is_known(name: str) -> bool:
    """Whether psql 18 has a command of that name; behind one that it hasn't, it drops the rest of the line."""
    return _KNOWN.match(name) is not None


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a backslash command, its quotes taken off and its variables put in."""

    value: str
    quoted: bool
    has_backquotes: bool = False
    """It holds a shell command, which is never run; the value has it as typed."""


@dataclass(frozen=True, slots=True)
class MetaCommand:
    """A backslash command as typed."""

    name: str
    """Without the backslash."""
    arguments: tuple[Argument, ...]
    end: int
    """The offset behind it and behind a closing `\\\\`."""

    @property
    def has_backquotes(self) -> bool:
        """Whether an argument asks for a shell."""
        return any(argument.has_backquotes for argument in self.arguments)

    def values(self) -> tuple[str, ...]:
        """The arguments' values in order."""
        return tuple(argument.value for argument in self.arguments)


def read_command(source: str, start: int, limit: int, variables: Mapping[str, str]) -> MetaCommand:
    """The command whose backslash stands before `start`, on a line that ends at `limit`.

    Most commands end at the next unquoted backslash; those with a whole line for argument, or a pipe, with the line.
    """
    name_end = _NAME.match(source, start, limit).end()  # type: ignore[union-attr]
    name = source[start:name_end]
    first = _SPACE.match(source, name_end, limit).end()  # type: ignore[union-attr]
    if name in _WHOLE_LINE or (name in _FILE_OR_PIPE and source[first:limit].startswith("|")):
        rest = source[first:limit].rstrip()
        return MetaCommand(name, (Argument(rest, False),) if rest else (), limit)
    arguments: list[Argument] = []
    position = first
    while position < limit and source[position] != "\\":
        argument, position = _read_argument(source, position, limit, variables)
        if argument is not None:
            arguments.append(argument)
        position = _SPACE.match(source, position, limit).end()  # type: ignore[union-attr]
    if source.startswith("\\\\", position, limit):
        position += 2
    return MetaCommand(name, tuple(arguments), position)


def _read_argument(source: str, start: int, limit: int, variables: Mapping[str, str]) -> tuple[Argument | None, int]:
    """One argument and where it ends; an unterminated quote loses it and the rest of the line, as in psql."""
    values: list[str] = []
    quoted = backquotes = False
    position = start
    while position < limit:
        character = source[position]
        if found := _PIECE.match(source, position, limit):
            value = _expand(found[0], variables) if found[1] else None
            quoted = quoted or value is not None
            values.append(found[0] if value is None else value)
            position = found.end()
        elif character == "'":
            literal = _QUOTED.match(source, position, limit)
            if literal is None:
                return None, limit
            values.append(_ESCAPE.sub(_unescape, literal[1]))
            quoted, position = True, literal.end()
        elif character in '"`':
            end = source.find(character, position + 1, limit) + 1
            if not end:
                return None, limit
            values.append(source[position:end])
            quoted, backquotes, position = True, backquotes or character == "`", end
        else:
            break
    return Argument("".join(values), quoted, backquotes), position


def _expand(reference: str, variables: Mapping[str, str]) -> str | None:
    if reference[1] in "'\"{":
        return quoted_value(reference, variables)
    return variables.get(reference_name(reference))


def _unescape(found: re.Match[str]) -> str:
    if found[0] == "''":
        return "'"
    if found[1]:
        return chr(int(found[1], 8) & 255)
    if found[2]:
        return chr(int(found[2], 16))
    return _CONTROLS.get(found[3], found[3])


def echoed(command: MetaCommand) -> str:
    """What `\\echo` prints, less the final newline; an unquoted `-n` in front is an option."""
    arguments = command.arguments
    if arguments and arguments[0] == Argument("-n", False):
        arguments = arguments[1:]
    return " ".join(argument.value for argument in arguments)
