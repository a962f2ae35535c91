"""What an import came to, and what it has done so far: records counted, reasons kept, and what is in the table now.

Every record that was read is loaded, rejected or skipped, and nothing else: `ImportAccount.is_balanced` says so.
"""

from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from pgconsole.core.import_plan import RecordRange
from pgconsole.core.wording import as_sentence, plural

KEPT_REJECTS = 1000
"""How many rejects an account holds; all of them are in the reasons file."""


class Reject(Struct, frozen=True, kw_only=True):
    """One record that was not loaded, and why."""

    record: int
    """Its number among the source's records, counted from 1; the header is none."""
    line: int
    """The line of the file on which it begins, counted from 1."""
    column: str = ""
    """The table's column that was refused, where one is to blame."""
    value: str = ""
    """The text of that column."""
    sqlstate: str = ""
    message: str = ""
    detail: str = ""
    constraint: str = ""
    text: str = ""
    """The record as it stands in the file, without its line end; cut where it is very long."""
    source: str = ""
    """The file, where there are several."""


class Outcome(Enum):
    """How an import ended."""

    DONE = "done"
    STOPPED = "stopped"
    """By a bad record, or by more of them than were allowed."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    """By the server, the network or the file."""
    UNKNOWN = "unknown"
    """The connection was lost while a commit was under way, and the server could not be asked since."""


class ImportPhase(Enum):
    """What an import is doing now."""

    PREPARING = "preparing"
    LOADING = "loading"
    FINISHING = "finishing"
    """The last statements, as a commit."""


class ImportProgress(Struct, frozen=True, kw_only=True):
    """How far it has come, told some times a second."""

    phase: ImportPhase
    read: int = 0
    loaded: int = 0
    """Taken by the server; before the commit that makes them final."""
    rejected: int = 0
    skipped: int = 0
    committed: int = 0
    """Those of `loaded` that a commit has made final."""
    bytes_read: int = 0
    """Of the sources as they lie on the disk."""
    bytes_total: int | None = None
    elapsed_s: float = 0.0
    newest_rejects: tuple[Reject, ...] = ()
    """Since the last progress, the newest last; some where there were many."""

    @property
    def rows_per_s(self) -> float:
        """The rate since the beginning."""
        return self.read / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """About how long it will go on; None where nobody knows."""
        if not self.bytes_total or not self.bytes_read:
            return None
        return self.elapsed_s * max(0, self.bytes_total - self.bytes_read) / self.bytes_read


class ImportFailure(Struct, frozen=True, kw_only=True):
    """Why an import ended before its time."""

    what: str
    why: str = ""
    remedy: str = ""
    sqlstate: str = ""


class OddThing(Struct, frozen=True, kw_only=True):
    """Something about the file that a person should know: told once a kind, with the first line it was met on."""

    kind: str
    text: str
    line: int
    count: int = 1


class DoubtfulBatch(Struct, frozen=True, kw_only=True):
    """A batch whose commit was asked for and never confirmed; whoever goes on has to ask for it first."""

    transaction: str
    """What `pg_xact_status` takes."""
    first: int
    last: int
    loaded: int
    rejected: int
    rejects: tuple[Reject, ...] = ()


class ImportAccount(Struct, frozen=True, kw_only=True):
    """The end of an import: `read = loaded + rejected + skipped`."""

    outcome: Outcome
    table: str
    """Its name as SQL has it."""
    read: int
    loaded: int
    """Records that are in the table now; of a dry run, those that would be."""
    rejected: int
    skipped: int
    """Records that were left out: those with a key that was there, blank ones, those of an earlier run, and those that
    were undone with the rest."""
    committed: bool
    """Whether anything of it is final; false for a dry run."""
    dry_run: bool = False
    elapsed_s: float = 0.0
    bytes_read: int = 0
    failure: ImportFailure | None = None
    reject_file: str = ""
    reasons_file: str = ""
    earlier_reject_files: tuple[str, ...] = ()
    """Of the runs that this one went on from."""
    rejects: tuple[Reject, ...] = ()
    """The first of them, at most `KEPT_REJECTS`."""
    reasons: dict[str, int] = {}
    """How many were rejected, by SQLSTATE."""
    oddities: tuple[OddThing, ...] = ()
    finished: tuple[RecordRange, ...] = ()
    """Records that are loaded for good or rejected, for `already_loaded` of the plan that goes on."""
    doubtful: tuple[DoubtfulBatch, ...] = ()
    """Not among `loaded`, `rejected` and `finished`."""
    statements: tuple[str, ...] = ()
    """The CREATE TABLE and COPY that ran, to be copied."""
    proof: str = ""
    """How the counts can be checked, or were."""

    @property
    def is_balanced(self) -> bool:
        """Whether every record that was read is accounted for."""
        return self.read == self.loaded + self.rejected + self.skipped

    @property
    def exit_status(self) -> int:
        """0 where all was loaded, 3 where some were rejected, 1 where it failed."""
        if self.outcome is not Outcome.DONE or not self.is_balanced:
            return 1
        return 3 if self.rejected else 0


def failure_words(failure: ImportFailure | None) -> str:
    """Why an import ended before its time, in sentences; empty where it did not."""
    if failure is None:
        return ""
    return " ".join(as_sentence(part) for part in (failure.what, failure.why, failure.remedy) if part)


def account_phrase(account: ImportAccount) -> str:
    """What an import that ended early has left behind, in one sentence."""
    if account.outcome is Outcome.UNKNOWN:
        return f"The import into {account.table} ended: whether its last rows were committed is not known."
    if not account.committed or not account.loaded:
        return f"The import into {account.table} ended; nothing of it is in the table."
    return f"The import into {account.table} ended; {plural(account.loaded, 'record')} of it are in the table."


def account_to_json(account: ImportAccount) -> str:
    """The account as one JSON object on one line."""
    fields: dict[str, Any] = msgspec.to_builtins(account)
    return msgspec.json.encode(fields | {"balanced": account.is_balanced}).decode()
