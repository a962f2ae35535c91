"""The one place where what comes out of the driver becomes a member of the tree in `core.errors`.

Owns the reading of exceptions: the server's fields, the reason behind a broken connection, the errors of sockets, name
look-up and TLS. Which SQLSTATE is which failure, and the words about it, are `core.server_errors`'s.
"""

import socket
import ssl

import asyncpg

from pgconsole.core.errors import (
    ConnectFailed,
    ConnectionLost,
    DriverFault,
    InvalidConninfo,
    PgconsoleError,
    ServerError,
    StatementTimeout,
)
from pgconsole.core.server_errors import CancelCause, from_report
from pgconsole.core.server_report import ServerReport
from pgconsole.db.login_guard import LoginRefused

# asyncpg appends this to the server's hint for 42P05 and 26000; it speaks of asyncpg's options, which nobody here sets.
_DRIVER_NOTE = "\nNOTE: pgbouncer with pool_mode"


def translate(exc: BaseException, *, doing: str = "", cancel_asked_by: CancelCause = "nobody") -> PgconsoleError:
    """The failure that `exc` is; never raises, and returns a member of the tree as it is.

    `doing` is what was under way, as `connecting to shop@db1`; `cancel_asked_by` settles whose cancel a 57014 was.
    """
    if isinstance(exc, PgconsoleError):
        return exc
    report = find_report(exc)
    if report is not None:
        return from_report(report, doing=doing, cancel_asked_by=cancel_asked_by)
    return _without_report(exc, doing)


def translate_connect(exc: BaseException, target_label: str) -> PgconsoleError:
    """The failure of an attempt to connect to `target_label`; whatever the world did to it is a `ConnectFailed`."""
    if isinstance(exc, PgconsoleError):
        return exc
    doing = f"connecting to {target_label}"
    failed = f"Connecting to {target_label} failed."
    report = find_report(exc)
    if report is not None:
        told = from_report(report, doing=doing)
        return (
            told
            if isinstance(told, ConnectFailed)
            else ConnectFailed(failed, report.message, told.remedy, report=report)
        )
    refused = _find(exc, LoginRefused)
    if refused is not None:
        return ConnectFailed(failed, refused.why, refused.remedy)
    return _connect_failure(exc, failed)


def find_report(exc: BaseException) -> ServerReport | None:
    """The server's own words in `exc` or in what caused it; None where the server said nothing."""
    for link in _chain(exc):
        if isinstance(link, asyncpg.PostgresError) and getattr(link, "severity", None):
            return report_of(link)
    return None


def report_of(message: asyncpg.PostgresError | asyncpg.PostgresLogMessage) -> ServerReport:
    """Every field of an error or notice of the server."""

    def text(name: str) -> str:
        value = getattr(message, name, None)
        return "" if value is None else str(value)

    return ServerReport(
        message=text("message"),
        sqlstate=text("sqlstate"),
        severity=text("severity_en") or text("severity"),
        detail=text("detail"),
        hint=text("hint").partition(_DRIVER_NOTE)[0],
        context=text("context"),
        position=_position(text("position")),
        internal_position=_position(text("internal_position")),
        internal_query=text("internal_query"),
        schema_name=text("schema_name"),
        table_name=text("table_name"),
        column_name=text("column_name"),
        data_type_name=text("data_type_name"),
        constraint_name=text("constraint_name"),
        source_file=text("server_source_filename"),
        source_line=text("server_source_line"),
        source_routine=text("server_source_function"),
    )


def is_poisonous(exc: BaseException) -> bool:
    """Whether the connection that `exc` came out of is to be terminated rather than used again.

    Only an error that the server reported, and that did not end the session, leaves the driver in a known state.
    """
    if isinstance(exc, ServerError):
        return not exc.report
    if isinstance(exc, PgconsoleError):
        return isinstance(exc, DriverFault | ConnectionLost)
    if isinstance(exc, asyncpg.PostgresError) and getattr(exc, "severity", None):
        return report_of(exc).severity in ("FATAL", "PANIC")
    return True


def _without_report(exc: BaseException, doing: str) -> PgconsoleError:
    where = f" while {doing}" if doing else ""
    if isinstance(exc, TimeoutError) and not exc.errno:
        return StatementTimeout(
            f"The server did not answer in time{where}.", "The time limit of this request ran out.", "Try it again."
        )
    if isinstance(exc, asyncpg.ConnectionDoesNotExistError | OSError | EOFError) or _says_closed(exc):
        return ConnectionLost(f"The connection to the server was lost{where}.", _reason(exc), "Reconnect to go on.")
    if isinstance(exc, asyncpg.UnknownPostgresError):
        return ServerError("The server reported an error without saying which.", "", "Look at the server's log.")
    return DriverFault(
        f"The database driver failed{where}.",
        f"{type(exc).__name__}: {exc}",
        "The connection is closed for safety. Reconnect to go on, and please report this as a fault.",
    )


def _says_closed(exc: BaseException) -> bool:
    return isinstance(exc, asyncpg.InterfaceError) and "connection is closed" in str(exc)


def _reason(exc: BaseException) -> str:
    """What the operating system said of the broken connection, else the driver's sentence."""
    for link in _chain(exc):
        if isinstance(link, OSError) and link.strerror:
            return f"{link.strerror[:1].upper()}{link.strerror[1:]}."
    said = "" if isinstance(exc, asyncpg.PostgresError) else str(exc)
    return said or "The server closed it without a word."


def _connect_failure(exc: BaseException, failed: str) -> PgconsoleError:
    if isinstance(exc, asyncpg.ClientConfigurationError):
        return InvalidConninfo(failed, str(exc), "Correct the connection's settings.")
    if isinstance(exc, asyncpg.TargetServerAttributeNotMatched):
        return ConnectFailed(failed, "No host is of the wanted kind.", "Check target_session_attrs and the hosts.")
    if isinstance(exc, ssl.SSLError):
        return _tls_failure(exc, failed)
    if isinstance(exc, socket.gaierror):
        return ConnectFailed(
            failed, f"The host name is unknown: {exc.strerror}.", "Check the host's name and the network."
        )
    if isinstance(exc, ConnectionRefusedError):
        return ConnectFailed(failed, "Nothing listens there.", "Check host and port, and that the server runs.")
    if isinstance(exc, FileNotFoundError):
        return ConnectFailed(
            failed, "There is no such socket or file.", "Check the directory, the port, and that it runs."
        )
    if isinstance(exc, TimeoutError):
        return ConnectFailed(
            failed, "The server did not answer in time.", "Check host, port and network, then try again."
        )
    if isinstance(exc, asyncpg.UnsupportedClientFeatureError):
        return ConnectFailed(failed, str(exc), "The server wants something that this program can't do.")
    if isinstance(exc, OSError | asyncpg.ConnectionDoesNotExistError | EOFError):
        return _broken_off(exc, failed)
    if isinstance(exc, asyncpg.InterfaceError):
        return ConnectFailed(failed, str(exc), "Check the password and the server's authentication.")
    if isinstance(exc, Exception) and not isinstance(exc, AttributeError | TypeError | NameError):
        return ConnectFailed(failed, "What answered does not speak PostgreSQL's protocol.", "Check host and port.")
    return _without_report(exc, failed)


def _broken_off(exc: BaseException, failed: str) -> PgconsoleError:
    text = str(exc)
    if "rejected SSL upgrade" in text:
        return ConnectFailed(failed, "The server does not offer TLS.", "Set sslmode to prefer, or switch TLS on there.")
    if "error response during SSL exchange" in text:
        return ConnectFailed(
            failed, "The server answered the request for TLS by an error.", "Look at the server's log."
        )
    return ConnectFailed(failed, _reason(exc), "Check host and port, and that a PostgreSQL answers there.")


def _tls_failure(exc: ssl.SSLError, failed: str) -> PgconsoleError:
    if isinstance(exc, ssl.SSLCertVerificationError):
        why = f"The server's certificate can't be trusted: {exc.verify_message}."
        return ConnectFailed(failed, why, "Check sslrootcert, and that the host's name is the one in the certificate.")
    reason = (getattr(exc, "reason", "") or str(exc)).replace("_", " ").lower()
    return ConnectFailed(failed, f"TLS could not be set up: {reason}.", "Check sslmode, certificates and TLS versions.")


def _chain(exc: BaseException) -> list[BaseException]:
    """`exc` and what caused it, the outermost first."""
    links: list[BaseException] = []
    link: BaseException | None = exc
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    return links


def _find(exc: BaseException, kind: type[LoginRefused]) -> LoginRefused | None:
    return next((link for link in _chain(exc) if isinstance(link, kind)), None)


def _position(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) > 0 else None
