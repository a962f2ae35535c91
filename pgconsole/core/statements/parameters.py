"""Named parameters: `:name` in a statement's text turned into the `$n` that the server knows, with the way back."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from pgconsole.core.statements.lexer import (
    ESCAPE_STRING_END,
    FLAT_COMMENT,
    IDENTIFIER_END,
    LINE_COMMENT,
    STRING_END,
    Quote,
    Token,
    scanner,
)
from pgconsole.core.statements.words import lexemes

_NAMED = re.compile(r":([^\W\d]\w*)\Z")
_OPAQUE = re.compile(rf"'(?:[^']|'')*+'|\"[^\"]*+\"|{FLAT_COMMENT}|{LINE_COMMENT}|\$\$[\s\S]*?\$\$")
_OPERAND_END = re.compile(r"[\w\])'\"$]")


@dataclass(frozen=True, slots=True)
class NumberedText:
    """A statement whose named parameters have become numbers."""

    text: str
    names: tuple[str, ...]
    """The names in the order of their numbers, each once, without the colon."""
    first_number: int = 1
    """The number of the first name: one more than the highest `$n` that was there before."""
    shifts: tuple[tuple[int, int], ...] = ()
    """For each stretch behind a parameter where it begins in `text`, and how far that is from its place before."""

    def source_offset(self, position: int) -> int:
        """The offset before numbering of an offset in `text`; inside a number that of the name's colon at the least."""
        index = bisect_right(self.shifts, position, key=lambda shift: shift[0]) - 1
        if index < 0:
            return position
        original = position + self.shifts[index][1]
        following = self.shifts[index + 1 : index + 2]
        return min(original, *(start + shift for start, shift in following)) if following else original


def number_named_parameters(text: str) -> NumberedText:
    """Number the named parameters of one statement; a name used twice gets one number.

    A colon is none of ours in `::`, `:=`, `:'x'`, strings, comments and dollar quotes, and where it stands in square
    brackets behind an operand, as in the slice `a[1:n]`; `a[:n]` and `array[:a, :b]` are parameters.
    """
    found = _find(text)
    if not found:
        return NumberedText(text, ())
    first = max((int(token.text[:6]) for token in lexemes(text) if token.kind == "parameter"), default=0) + 1
    names: dict[str, int] = {}
    pieces: list[str] = []
    shifts: list[tuple[int, int]] = []
    position = length = 0
    for start, end, name in found:
        number = f"${names.setdefault(name, first + len(names))}"
        pieces += [text[position:start], number]
        length += start - position
        shifts.append((length, start - length))
        length += len(number)
        shifts.append((length, end - length))
        position = end
    pieces.append(text[position:])
    return NumberedText("".join(pieces), tuple(names), first, tuple(shifts))


def _find(text: str) -> list[tuple[int, int, str]]:
    """Start, end and name of each named parameter."""
    found: list[tuple[int, int, str]] = []
    pattern, position, limit = scanner(True, False), 0, len(text)
    brackets = 0
    while position < limit:
        match = pattern.match(text, position)
        token = match.lastindex if match else None
        if not match or not token:
            break
        start = match.start(token)
        brackets += _brackets(text[position:start])
        position = match.end()
        if token == Token.VARIABLE:
            named = _NAMED.match(match[token])
            if named and not (brackets > 0 and _is_behind_operand(text, start)):
                found.append((start, position, named[1]))
            elif match[token][1] == "'":
                position = start + 1
        elif quote := _quote(token, match[token]):
            position = quote.end(text, position, limit)[0]
    return found


def _quote(token: int, text: str) -> Quote | None:
    """What a token opens, of those that the scanner does not swallow whole."""
    match token:
        case Token.DOLLAR_QUOTE:
            return Quote(delimiter=text)
        case Token.COMMENT:
            return Quote(depth=1)
        case Token.STRING:
            return Quote(STRING_END)
        case Token.ESCAPE_STRING:
            return Quote(ESCAPE_STRING_END)
        case Token.QUOTED_IDENTIFIER:
            return Quote(IDENTIFIER_END)
    return None


def _is_behind_operand(text: str, colon: int) -> bool:
    while colon and text[colon - 1].isspace():
        colon -= 1
    return bool(colon) and _OPERAND_END.match(text, colon - 1) is not None


def _brackets(stretch: str) -> int:
    """How many square brackets a stretch between two tokens leaves open."""
    if "[" not in stretch and "]" not in stretch:
        return 0
    stretch = _OPAQUE.sub("", stretch)
    return stretch.count("[") - stretch.count("]")
