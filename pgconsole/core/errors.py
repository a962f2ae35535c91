"""The one tree of everything that can fail; what is raised elsewhere is translated into it once.

    PgconsoleError                  what failed, why, what to do
    ├── ServerError                 the server refused a statement; `report` has its words whole
    │   ├── QueryCancelled          57014 after a cancel that we or an administrator asked for
    │   ├── StatementTimeout        57014 by statement_timeout, or our own deadline
    │   ├── LockTimeout             55P03
    │   ├── Deadlock                40P01
    │   ├── SerializationFailure    40001
    │   ├── TransactionAborted      25P02: an error came before in this transaction
    │   ├── InsufficientPrivilege   42501
    │   ├── StatementInvalid        class 42: syntax, unknown names, wrong types
    │   ├── ConstraintViolation     class 23
    │   └── ServerOutOfResources    class 53: disk, memory, temporary files
    ├── SessionError                the way to the server
    │   ├── InvalidConninfo         a connection string, variable or file that can't be used
    │   ├── ConnectFailed           refused, unknown host, time-out, TLS, not a PostgreSQL
    │   │   ├── AuthenticationFailed  class 28: password, role, pg_hba.conf
    │   │   ├── TooManyConnections  53300
    │   │   ├── HostKeyUnknown      an SSH server that nobody vouches for yet: the user may
    │   │   └── SecretWanted        an SSH server, or a key, that wants a password of its own
    │   ├── ConnectionLost          it was there; `lost` names what went with it
    │   │   ├── IdleTransactionTimeout  25P03
    │   │   ├── IdleSessionTimeout  57P05
    │   │   └── OutcomeUnknown      the acknowledgement of a change never came
    │   └── PoolTimeout             no connection became free in time
    ├── NothingToRun                an empty script, or comments only
    ├── RefusedStatement            recognised by us, and not sent
    ├── FileError                   a file of the user's can't be read or written
    │   └── UnfitText               the file's encoding lacks a character of the text
    ├── CountMismatch               the server counted other rows than were sent to it
    ├── LocalServerError            the PostgreSQL that comes along
    └── DriverFault                 a bug, of the driver or of ours; the connection is poisoned

All but DriverFault are known failures, of the world; `is_bug` tells the two apart, and they look different on screen.
Which SQLSTATE becomes which class stands in `core.server_errors`.
"""

from typing import ClassVar, Self

from pgconsole.core.server_report import ServerReport


class PgconsoleError(Exception):
    """A failure in words for the user: no traceback and no secret is in any of them."""

    is_bug: ClassVar[bool] = False
    """Whether it is a fault of the program rather than of the world."""

    def __init__(self, what: str, why: str = "", remedy: str = "", *, report: ServerReport | None = None) -> None:
        """Take one sentence each for what failed, why, and what to do; `report` is the server's part, if it spoke."""
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy
        self.report = report if report is not None else ServerReport()

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.remedy) if part)

    @property
    def sqlstate(self) -> str:
        """The server's five-letter code, or an empty string."""
        return self.report.sqlstate

    @property
    def severity(self) -> str:
        """ERROR, FATAL or PANIC as the server said; ERROR where the failure is on this side."""
        return self.report.severity or "ERROR"

    @property
    def position(self) -> int | None:
        """Where in the statement that was sent, in code points from 1."""
        return self.report.position

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Label and text of all that the headline (`what`) does not say, in the order to show it."""
        remedy = self.remedy if self.remedy != self.report.hint else ""
        own = [("Why", self.why), ("What to do", remedy)]
        message = self.report.message
        if message and message not in (self.what, self.why):
            own.insert(0, ("Server", message))
        return (*((label, text) for label, text in own if text), *self.report.fields())

    def without_frames(self) -> Self:
        """The same failure, to be kept: what was raised holds the frames that it passed, with all that is in them."""
        twin = type(self).__new__(type(self), *self.args)
        twin.__dict__.update(self.__dict__)
        return twin


class ServerError(PgconsoleError):
    """The server refused or gave up a statement; the session lives on."""


class QueryCancelled(ServerError):
    """A cancel request reached the statement: the user's, or an administrator's pg_cancel_backend."""


class StatementTimeout(ServerError):
    """The statement took longer than allowed, by the server's statement_timeout or by our own deadline."""


class LockTimeout(ServerError):
    """A lock was not to be had: lock_timeout ran out, or NOWAIT met a holder."""


class Deadlock(ServerError):
    """Transactions waited for each other, and the server chose this one to end."""


class SerializationFailure(ServerError):
    """The transaction collided with another at its isolation level and can be tried again from its start."""


class TransactionAborted(ServerError):
    """An earlier error failed the transaction; only ROLLBACK or ROLLBACK TO is accepted."""


class InsufficientPrivilege(ServerError):
    """The role may not do this."""


class StatementInvalid(ServerError):
    """The statement can't be run as written: syntax, unknown names or wrong types."""


class ConstraintViolation(ServerError):
    """A row breaks a constraint, which the report names."""


class ServerOutOfResources(ServerError):
    """The server has no disk, memory or other resource left for this."""


class SessionError(PgconsoleError):
    """There is no connection, or no longer one."""


class InvalidConninfo(SessionError):
    """A connection string, variable, service or password file that can't be used as it is."""


class ConnectFailed(SessionError):
    """No session came about."""


class AuthenticationFailed(ConnectFailed):
    """The server did not let the role in: password, role, database access or pg_hba.conf."""


class TooManyConnections(ConnectFailed):
    """The server, the database or the role has no connection slot left."""


class HostKeyUnknown(ConnectFailed):
    """An SSH server on the way to the database whose key is in no list of known hosts."""

    def __init__(self, host: str, key_type: str, fingerprint: str, known_hosts_line: str) -> None:
        """Take what the user is to compare, and the line that makes the key a known one."""
        super().__init__(
            f"The SSH server {host} is not known yet.",
            f"Its {key_type} key is {fingerprint}.",
            "Compare the key with what its administrator tells you before you trust it.",
        )
        self.host = host
        self.fingerprint = fingerprint
        self.known_hosts_line = known_hosts_line


class SecretWanted(ConnectFailed):
    """An SSH server, or a private key, that wants a password of its own, which is missing or was wrong."""

    def __init__(self, wanted: str, why: str) -> None:
        """Take what the secret is for, as `the key ~/.ssh/id_ed25519`; it is asked for, and handed in, by this name."""
        super().__init__(f"The password of {wanted} is needed.", why, "Type it again.")
        self.wanted = wanted


class ConnectionLost(SessionError):
    """A session ended without being closed."""

    def __init__(
        self,
        what: str,
        why: str = "",
        remedy: str = "",
        *,
        report: ServerReport | None = None,
        lost: tuple[str, ...] = (),
    ) -> None:
        """Take in `lost` what went with the session: `the open transaction`, `temporary tables`, `SET work_mem` ..."""
        super().__init__(what, why, remedy, report=report)
        self.lost = lost

    def fields(self) -> tuple[tuple[str, str], ...]:
        """The same as for any failure, and first what was lost."""
        gone = (("Lost", ", ".join(self.lost)),) if self.lost else ()
        return (*gone, *super().fields())


class IdleTransactionTimeout(ConnectionLost):
    """The server ended a session that did nothing in an open transaction."""


class IdleSessionTimeout(ConnectionLost):
    """The server ended a session that did nothing."""


class OutcomeUnknown(ConnectionLost):
    """The connection broke before a COMMIT, or a change in auto-commit, was confirmed: it may have happened."""

    def __init__(self, what: str, why: str = "", remedy: str = "", *, transaction_id: str = "") -> None:
        """Take the server's id of the transaction, by which it can be asked; empty where it is not known."""
        super().__init__(what, why, remedy)
        self.transaction_id = transaction_id


class PoolTimeout(SessionError):
    """Every connection of the pool stayed in use for the whole acquire time-out."""


class NothingToRun(PgconsoleError):
    """The text holds no statement."""


class RefusedStatement(PgconsoleError):
    """A statement that was recognised and deliberately not sent."""


class FileError(PgconsoleError):
    """A file that the user named can't be read, or can't be written whole; under its name it is as it was before."""


class UnfitText(FileError):
    """The text has a character that the file's encoding has not; in UTF-8 it can be written."""


class CountMismatch(PgconsoleError):
    """The server counted other rows than were sent to it: a trigger or rule left some out, or something is lost."""


class LocalServerError(PgconsoleError):
    """The PostgreSQL that comes along can't be made, started or used."""


class DriverFault(PgconsoleError):
    """Something came out of the driver that should not be able to; its connection is to be terminated, never reused."""

    is_bug: ClassVar[bool] = True
