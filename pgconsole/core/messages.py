"""What is told to the user in a tab's Messages: tags, notices, errors and the console's own words."""

from dataclasses import dataclass, field
from enum import Enum


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
    elapsed_ms: float | None = None
