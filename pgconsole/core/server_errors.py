"""Decides which failure a server's report is, and what is said about it: why it happens and what to do.

Pure: SQLSTATE and severity in, a member of the tree in `core.errors` out. The codes are those of the manual's appendix
"PostgreSQL Error Codes". A statement's failure is headed by the server's own message, a session's by one of ours.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeVar

from pgconsole.core import errors
from pgconsole.core.advice import advice
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.server_report import ServerReport

_Kind = TypeVar("_Kind")

CancelCause = Literal["nobody", "user", "deadline"]
"""Who on this side asked the server to cancel: nobody, the user, or the tab's own statement time-out."""

_STATEMENT_KINDS: Final[dict[str, type[errors.ServerError]]] = {
    "25P02": errors.TransactionAborted,
    "40001": errors.SerializationFailure,
    "40P01": errors.Deadlock,
    "42501": errors.InsufficientPrivilege,
    "55P03": errors.LockTimeout,
    "23": errors.ConstraintViolation,
    "42": errors.StatementInvalid,
    "53": errors.ServerOutOfResources,
}

_LOGIN_KINDS: Final[dict[str, type[errors.ConnectFailed]]] = {
    "28": errors.AuthenticationFailed,
    "53300": errors.TooManyConnections,
    "3D000": errors.ConnectFailed,
    "57P03": errors.ConnectFailed,
}

_LOST_KINDS: Final[dict[str, type[errors.ConnectionLost]]] = {
    "25P03": errors.IdleTransactionTimeout,
    "57P05": errors.IdleSessionTimeout,
}


def from_report(report: ServerReport, *, doing: str = "", cancel_asked_by: CancelCause = "nobody") -> PgconsoleError:
    """The failure that `report` tells of.

    `doing` is what was under way, as `connecting to shop@localhost`. `cancel_asked_by` settles whose cancel a 57014 was
    where the server does not say it in English.
    """
    if report.sqlstate == "57014":
        return _cancelled(report, cancel_asked_by)
    code, fatal = report.sqlstate, report.severity in ("FATAL", "PANIC")
    login = _by_code(_LOGIN_KINDS, code) if fatal else None
    if login is not None:
        return _session_failure(login, report, doing)
    if fatal:
        return _session_failure(_by_code(_LOST_KINDS, code) or errors.ConnectionLost, report, doing)
    words = advice(code)
    kind = _by_code(_STATEMENT_KINDS, code) or errors.ServerError
    return kind(report.message, words.why, report.hint or words.remedy, report=report)


def _cancelled(report: ServerReport, asked_by: CancelCause) -> PgconsoleError:
    if "statement timeout" in report.message:
        return errors.StatementTimeout(
            report.message,
            "The server's statement_timeout ran out.",
            "SET statement_timeout to a longer time in this tab, or make the statement cheaper.",
            report=report,
        )
    if asked_by == "deadline":
        return errors.StatementTimeout(
            "The statement was cancelled at this tab's statement time-out.",
            "It had waited for the server longer than the setting allows.",
            "Raise the statement time-out in the settings, or make the statement cheaper.",
            report=report,
        )
    why = "" if asked_by == "user" else "Someone else cancelled it, or a time limit of the server did."
    return errors.QueryCancelled(report.message, why, report=report)


def _session_failure(kind: type[errors.SessionError], report: ServerReport, doing: str) -> PgconsoleError:
    words = advice(report.sqlstate)
    failed = f"{doing[:1].upper()}{doing[1:]} failed." if doing else ""
    if issubclass(kind, errors.ConnectFailed):
        return kind(
            failed or words.what or "The server refused the connection.", report.message, words.remedy, report=report
        )
    what = words.what or "The server ended the connection."
    if "postmaster exit" in report.message:
        what = "The server's main process has ended: it crashed, or somebody killed it."
    return kind(what, report.message, words.remedy or "Reconnect to go on.", report=report)


def _by_code(kinds: Mapping[str, _Kind], code: str) -> _Kind | None:
    return kinds.get(code) or kinds.get(code[:2])
