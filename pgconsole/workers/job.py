"""One text to be sent for one statement of a script: which part of it, what stands before it, what values it takes."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from pgconsole.core.errors import PgconsoleError, RefusedStatement
from pgconsole.core.server_report import ServerReport
from pgconsole.core.statements import Statement, Traits, traits
from pgconsole.core.statements.parameters import NumberedText, number_named_parameters

_COPY_CHUNK_CHARS = 1 << 18
_UNSENDABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Job:
    """A text for the server, and the way back from a position in it to the script."""

    text: str
    traits: Traits
    statement: Statement
    part: int = 0
    shift: int = 0
    """Code points that stand before the user's own text, as those of EXPLAIN."""
    parameter_labels: tuple[str, ...] = ()
    copy_data: str | None = None
    _numbered: NumberedText | None = None

    def script_position(self, position: int | None) -> int | None:
        """The script's offset of a server's error position, which counts from 1; None where there is none."""
        if position is None:
            return None
        within = max(0, position - 1 - self.shift)
        if self._numbered is not None:
            within = self._numbered.source_offset(within)
        return self.statement.script_offset(within, self.part)

    async def copy_chunks(self) -> AsyncIterator[bytes]:
        """The inline data of COPY FROM STDIN as the server takes it."""
        data = self.copy_data or ""
        for start in range(0, len(data), _COPY_CHUNK_CHARS):
            yield data[start : start + _COPY_CHUNK_CHARS].encode()


def refuse_unsendable(text: str | None, name: str, *, is_marked: bool = False) -> None:
    """Raise `RefusedStatement` where a text called `name` holds what PostgreSQL's UTF-8 can't.

    Where it `is_marked`, the error has the position in the text.
    Of these the driver would fail after it has begun to send, and the session with it.
    """
    found = _UNSENDABLE.search(text) if text is not None else None
    if found is None:
        return
    character = "the character U+0000" if found[0] == "\0" else f"half a character, U+{ord(found[0]):04X},"
    raise RefusedStatement(
        f"{name} holds {character} which no text in PostgreSQL can.",
        f"It is character {found.start() + 1:,} of it. Nothing was sent.",
        "Remove it and run it again.",
        report=ServerReport(position=found.start() + 1 if is_marked else None),
    )


def advise_named_parameters(error: PgconsoleError, text: str) -> None:
    """Name the setting where the server stumbled over what would be a named parameter of `text`."""
    if error.sqlstate != "42601" or error.position is None:
        return
    stumbled = text[error.position - 1 :]
    numbered = number_named_parameters(text)
    if numbered.names and stumbled.startswith(tuple(f":{name}" for name in numbered.names)):
        error.remedy = 'To be asked for its value, as for $1, switch on "Ask for :name parameters" in the settings.'


def jobs_of(statement: Statement, *, prefix: str = "", named_parameters: bool = False) -> list[Job]:
    """What is sent for a statement, in order: one job, or one for each part that a script joined by `\\;`."""
    return [_job(statement, part, prefix, named_parameters) for part in range(len(statement.parts))]


def _job(statement: Statement, part: int, prefix: str, named_parameters: bool) -> Job:
    text = statement.parts[part]
    blocks = statement.copy_blocks
    data = blocks[part] if part < len(blocks) else None
    if data == "" and not any(start < end for start, end in statement.copy_spans):
        data = None
    numbered = number_named_parameters(text) if named_parameters else None
    if numbered is not None and numbered.names:
        text, labels = numbered.text, tuple(f":{name}" for name in numbered.names)
    else:
        numbered, labels = None, ()
    found = traits(prefix + text)
    if not labels:
        labels = tuple(f"${number}" for number in range(1, found.parameter_count + 1))
    return Job(prefix + text, found, statement, part, len(prefix), labels, data, numbered)
