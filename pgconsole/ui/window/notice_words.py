"""A failure in one line, for the notice bar; Messages and the places where failures arise have them at length."""

from pgconsole.core.errors import ConnectionLost, FileError, PgconsoleError, SessionError
from pgconsole.core.wording import as_sentence


def notice_words(error: PgconsoleError) -> str:
    """What failed, what went with it, why where no Messages may say it, and what to do; a bug says that it is one."""
    parts = (_headline(error), _lost(error), _why(error), error.remedy)
    words = " ".join(as_sentence(part) for part in parts if part)
    return f"A fault of pgconsole: {words}" if error.is_bug else words


def _headline(error: PgconsoleError) -> str:
    """A server's reason for ending a session does not say by itself that there is none any more."""
    is_reason = isinstance(error, ConnectionLost) and error.sqlstate and "lost" not in error.what
    return f"The connection was lost. {error.what}" if is_reason else error.what


def _lost(error: PgconsoleError) -> str:
    return f"Lost: {', '.join(error.lost)}" if isinstance(error, ConnectionLost) and error.lost else ""


def _why(error: PgconsoleError) -> str:
    if not isinstance(error, SessionError | FileError):
        return ""
    return f"The server said: {error.why}" if error.why and error.why == error.report.message else error.why
