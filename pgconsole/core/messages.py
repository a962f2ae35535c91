"""What is told to the user in a tab's Messages: tags, notices, errors and the console's own words."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from pgconsole.core.errors import PgconsoleError


class MessageKind(Enum):
    """Where a message comes from, which decides how it looks."""

    TAG = "tag"
    """A statement's command tag with its counts and times."""
    NOTICE = "notice"
    """NOTICE, WARNING, INFO, LOG or DEBUG of the server."""
    ERROR = "error"
    INFO = "info"
    """The console's own words: what it closed, skipped or could not know."""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of Messages; every text is plain, whoever wrote it."""

    kind: MessageKind
    text: str
    """The headline: the server's primary message, a tag, or one sentence of ours."""
    severity: str = ""
    """ERROR, WARNING, NOTICE ... as the server said it."""
    sqlstate: str = ""
    fields: tuple[tuple[str, str], ...] = field(default=())
    """Further fields whole and in order: ("Detail", ...), ("Hint", ...), ("Context", ...), ("Table", ...)."""
    statement: str = ""
    """The statement it belongs to, or an empty string."""
    script_position: int | None = None
    """Offset in the editor's text that the message points to, in code points; None where it has none."""
    script_line: int | None = None
    """The line of that text, from 1, where it has several."""
    elapsed_ms: float | None = None
    told_at: float | None = field(default=None, compare=False)
    """When, in seconds since the epoch; None for notices, of which 50,000 may come in a second."""


_NOTICE_FIELDS = (
    ("Detail", "detail"),
    ("Hint", "hint"),
    ("Context", "context"),
    ("Schema", "schema_name"),
    ("Table", "table_name"),
    ("Column", "column_name"),
    ("Constraint", "constraint_name"),
)


def notice_message(notice: Mapping[str, str]) -> Message:
    """A notice of the server, by the field names that the driver gives it."""
    fields = tuple((label, notice[name]) for label, name in _NOTICE_FIELDS if notice.get(name))
    return Message(
        MessageKind.NOTICE,
        notice.get("message", ""),
        severity=notice.get("severity", "NOTICE"),
        sqlstate=notice.get("sqlstate", ""),
        fields=fields,
    )


def error_message(
    error: PgconsoleError, statement: str = "", script_position: int | None = None, script_line: int | None = None
) -> Message:
    """A failure with every field that the server or we have to say about it."""
    return Message(
        MessageKind.ERROR,
        error.what,
        severity=error.severity,
        sqlstate=error.sqlstate,
        fields=error.fields(),
        statement=statement,
        script_position=script_position,
        script_line=script_line,
        told_at=time.time(),
    )


def info_message(text: str) -> Message:
    """The console's own words."""
    return Message(MessageKind.INFO, text, told_at=time.time())


def tag_message(tag: str, statement: str, elapsed_ms: float) -> Message:
    """The end of a statement."""
    return Message(MessageKind.TAG, tag, statement=statement, elapsed_ms=elapsed_ms, told_at=time.time())
