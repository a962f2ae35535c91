"""A statement as the splitter hands it out, and its kind by its first words; how it is found is the splitter's."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from pgconsole.core.statements.lexer import GAP, Quote


class Kind(Enum):
    """What sort of statement it is, judged by its first word alone; `traits` tells more."""

    EMPTY = "empty"
    """White space and comments; the server answers it with EmptyQueryResponse."""
    META = "backslash command"
    SELECT = "select"
    VALUES = "values"
    TABLE = "table"
    WITH = "with"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    MERGE = "merge"
    COPY = "copy"
    EXPLAIN = "explain"
    SHOW = "show"
    SET = "set"
    """SET, RESET, DISCARD."""
    TRANSACTION = "transaction control"
    CURSOR = "cursor"
    """DECLARE, FETCH, MOVE, CLOSE."""
    PREPARED = "prepared statement"
    """PREPARE, EXECUTE, DEALLOCATE."""
    CALL = "call"
    DO = "do"
    NOTIFICATION = "notification"
    """LISTEN, UNLISTEN, NOTIFY."""
    DEFINITION = "definition"
    """CREATE, ALTER, DROP, TRUNCATE, COMMENT, GRANT and the like."""
    MAINTENANCE = "maintenance"
    """VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT, LOAD, LOCK, REPACK."""
    OTHER = "other"


_KINDS = {
    **{
        kind.value: kind
        for kind in (Kind.SELECT, Kind.VALUES, Kind.TABLE, Kind.WITH, Kind.INSERT, Kind.UPDATE, Kind.DELETE, Kind.MERGE)
    },
    "copy": Kind.COPY,
    "explain": Kind.EXPLAIN,
    "show": Kind.SHOW,
    **dict.fromkeys(("set", "reset", "discard"), Kind.SET),
    **dict.fromkeys(("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"), Kind.TRANSACTION),
    **dict.fromkeys(("declare", "fetch", "move", "close"), Kind.CURSOR),
    **dict.fromkeys(("prepare", "execute", "deallocate"), Kind.PREPARED),
    "call": Kind.CALL,
    "do": Kind.DO,
    **dict.fromkeys(("listen", "unlisten", "notify"), Kind.NOTIFICATION),
    **dict.fromkeys(
        ("create", "alter", "drop", "truncate", "comment", "grant", "revoke", "security", "reassign", "import"),
        Kind.DEFINITION,
    ),
    "refresh": Kind.DEFINITION,
    **dict.fromkeys(
        ("vacuum", "analyze", "analyse", "cluster", "reindex", "checkpoint", "load", "lock", "repack"),
        Kind.MAINTENANCE,
    ),
}
_FIRST_WORD = re.compile(rf"((?:{GAP}\()*+){GAP}([A-Za-z]*+)({GAP}transaction\b)?", re.IGNORECASE)
_BLANK = re.compile(rf"(?:{GAP};?)*+\Z")
_IN_PARENTHESES = (Kind.SELECT, Kind.VALUES, Kind.TABLE, Kind.WITH)


def kind_of(text: str) -> Kind:
    """The kind of one SQL statement by its first word; a query may stand in parentheses."""
    position = 0
    while (found := _FIRST_WORD.match(text, position)) and text.startswith("/*", found.end()):
        position = Quote(depth=1).end(text, found.end() + 2, len(text))[0]
    word = found[2].lower() if found else ""
    if not found or not word:
        return Kind.EMPTY if _BLANK.match(text, position) else Kind.OTHER
    if word == "prepare" and found[3]:
        return Kind.TRANSACTION
    kind = _KINDS.get(word, Kind.OTHER)
    return Kind.OTHER if found[1] and kind not in _IN_PARENTHESES else kind


class Segment(NamedTuple):
    """A stretch of a statement's text and where in the script it came from."""

    text_start: int
    script_start: int
    verbatim: bool
    """Whether it was copied character by character; a variable's value points to its reference as a whole."""


class Statement(NamedTuple):
    """One thing that a script asks for: a query as psql would send it, or a backslash command to be answered.

    A named tuple takes a fifth of the time that a frozen dataclass takes to make, and a megabyte of SQL makes 12,000.
    """

    text: str
    """What psql sends, less one final semicolon; of a backslash command what `\\echo` says, else itself as typed."""
    start: int
    """Offset in the script of the statement's first character."""
    end: int
    """Offset in the script behind its semicolon, its `\\g`, or its last character."""
    segments: tuple[Segment, ...] = ()
    """Where its stretches came from; empty where it is one stretch of the script, from `start` on."""
    line_end: int = 0
    """Where the white space and the comment end that follow it on its last line."""
    cuts: tuple[int, ...] = ()
    """Offsets in `text` of the semicolons that came from `\\;`."""
    copy_blocks: tuple[str | None, ...] = ()
    """For each part the inline data of its COPY FROM STDIN; empty where no part has any."""
    copy_spans: tuple[tuple[int, int], ...] = ()
    """Where in the script those data stand, the line `\\.` included."""
    command: str | None = None
    """The backslash command with its backslash; None for what is sent to the server, `\\g` and `\\gx` included."""
    bind_values: tuple[str, ...] | None = None
    """The arguments of `\\bind`; None where it was not given."""
    expanded: bool = False
    """Whether it was sent by `\\gx`: one column a line."""

    @property
    def kind(self) -> Kind:
        """META for a backslash command, else what `kind_of` says of the text."""
        return Kind.META if self.command is not None else kind_of(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts that `\\;` joined; joined by semicolons they are `text` again. One where it was not used."""
        if not self.cuts:
            return (self.text,)
        starts = [0, *(cut + 1 for cut in self.cuts)]
        return tuple(self.text[a:b] for a, b in zip(starts, [*self.cuts, len(self.text)], strict=True))

    @property
    def copy_data(self) -> str | None:
        """Inline data of the first COPY FROM STDIN, less the line `\\.`; None where it has none."""
        return next((block for block in self.copy_blocks if block is not None), None)

    def part_start(self, index: int) -> int:
        """Where in `text` the part of that index begins."""
        return self.cuts[index - 1] + 1 if index else 0

    def script_offset(self, position: int, part: int = 0) -> int:
        """The script's offset of a 0-based code-point offset in `text`, or in one of `parts`.

        A position inside a variable's value gives the reference's own; one behind the text gives the place behind it.
        """
        position += self.part_start(part)
        index = bisect_right(self.segments, position, key=lambda segment: segment.text_start) - 1
        if index < 0:
            return self.start + position
        segment = self.segments[index]
        return segment.script_start + (position - segment.text_start if segment.verbatim else 0)


def statement_at(statements: Sequence[Statement], caret: int, script: str = "") -> Statement | None:
    """The statement that a run at the caret means; None where the script has none.

    It is the one that the caret is in or right behind, its inline data included; else the one before, where only
    white space or a comment of the same line stands between; else the next one; else the last, where in
    `script` no backslash command stands between: what `\\if` leaves out is no reason to run what stands before it.
    An empty statement never counts.
    """
    following: Statement | None = None
    beside: Statement | None = None
    last: Statement | None = None
    for statement in statements:
        if not statement.text and statement.command is None:
            continue
        last = statement
        if statement.start <= caret <= statement.end:
            return statement
        if any(start <= caret < end for start, end in statement.copy_spans):
            return statement
        if statement.end < caret <= statement.line_end:
            beside = statement
        elif statement.start > caret and (following is None or statement.start < following.start):
            following = statement
    if beside is not None or following is not None or last is None:
        return beside or following
    return last if "\\" not in script[last.end : caret] else None
