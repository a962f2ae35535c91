"""Counts an import while it runs, and draws up its account."""

from collections import Counter

from pgconsole.core.errors import OutcomeUnknown, PgconsoleError
from pgconsole.core.import_account import (
    KEPT_REJECTS,
    DoubtfulBatch,
    ImportAccount,
    ImportFailure,
    ImportPhase,
    ImportProgress,
    Outcome,
    Reject,
)
from pgconsole.core.import_plan import Commit, ImportPlan, RecordRange
from pgconsole.core.import_sql import shown_statements, table_name
from pgconsole.core.resumed_import import joined
from pgconsole.formats.reject_file import RejectFile
from pgconsole.workers.copy_sender import Loaded
from pgconsole.workers.import_stream import Batch, ImportStream
from pgconsole.workers.refused_records import BadRecord

_NEWEST = 20


class TooManyRejects(Exception):
    """More records were rejected than the plan allows."""


class Tally:
    """The counts of one run."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        self.copy_statement = ""
        self.proof = ""
        self.last_transaction = ""
        self.read = self.loaded = self.rejected = self.skipped = 0
        self.committed = 0
        """Of `loaded`, those that are final."""
        self.has_committed = False
        self.bytes_read = 0
        self.rejects: list[Reject] = []
        self.reasons: Counter[str] = Counter()
        self._newest: list[Reject] = []
        self._finished: list[RecordRange] = []
        self.doubtful: list[DoubtfulBatch] = []
        self.kept_rejects = 0
        """Of `rejected`, those of batches that are final."""

    def begin(self, batch: Batch) -> None:
        """A batch is about to be loaded."""
        self.read += batch.last - batch.first + 1

    def add(self, batch: Batch, came: Loaded) -> None:
        """A batch was loaded, and not yet committed."""
        self.loaded += came.loaded
        self.skipped += came.skipped + batch.skipped
        self.rejected += len(came.rejects)
        self.bytes_read = max(self.bytes_read, batch.bytes_read)
        if self.plan.commit is Commit.WHOLE:
            self._keep_rejects(came)
        self._newest = [*self._newest, *(reject for reject, _raw in came.rejects[-_NEWEST:])][-_NEWEST:]

    def keep(self, batch: Batch, came: Loaded) -> None:
        """A batch is final."""
        self.has_committed = True
        self._keep_rejects(came)
        self.committed += came.loaded
        self.kept_rejects += len(came.rejects)
        self._finished.append(RecordRange(batch.first, batch.last))

    def doubt(self, batch: Batch, came: Loaded, transaction: str) -> None:
        """Nobody has confirmed that a batch is final."""
        rejects = tuple(reject for reject, _raw in came.rejects[:KEPT_REJECTS])
        self.doubtful.append(
            DoubtfulBatch(
                transaction=transaction,
                first=batch.first,
                last=batch.last,
                loaded=came.loaded,
                rejected=len(came.rejects),
                rejects=rejects,
            )
        )

    def _keep_rejects(self, came: Loaded) -> None:
        self.reasons.update(reject.sqlstate for reject, _raw in came.rejects)
        self.rejects += [reject for reject, _raw in came.rejects[: KEPT_REJECTS - len(self.rejects)]]

    def keep_all(self) -> None:
        """Everything is final."""
        self.has_committed = True
        self.committed = self.loaded
        self.kept_rejects = self.rejected

    def refuse_too_many(self) -> None:
        """Raise `TooManyRejects` beyond the plan's limit."""
        limit = self.plan.reject_limit
        if limit is not None and self.rejected > limit:
            raise TooManyRejects(f"More than {limit:,} records were rejected.")

    def finished(self) -> tuple[RecordRange, ...]:
        """What is final, ranges that touch joined."""
        return joined([*self.plan.already_loaded, *self._finished])

    def progress(self, phase: ImportPhase, stream: ImportStream | None, elapsed_s: float) -> ImportProgress:
        """How far it has come."""
        return ImportProgress(
            phase=phase,
            read=self.read,
            loaded=self.loaded,
            rejected=self.rejected,
            skipped=self.skipped,
            committed=self.committed,
            bytes_read=self.bytes_read,
            bytes_total=stream.bytes_total if stream is not None else None,
            elapsed_s=elapsed_s,
            newest_rejects=tuple(self._newest),
        )

    def told(self, progress: ImportProgress) -> ImportProgress:
        """Note that somebody was told, so that the next progress tells newer rejects only."""
        self._newest = []
        return progress


def account_of(
    tally: Tally,
    stream: ImportStream | None,
    reject_file: RejectFile,
    failure: BaseException | None,
    outcome: Outcome | None,
    elapsed_s: float,
) -> ImportAccount:
    """The account of a run that ended by `failure`, or by nothing."""
    plan = tally.plan
    rejects = list(tally.rejects)
    if failure is None:
        # The file's own count and the server's: they are independent, and have to agree.
        read = stream.records if stream is not None else 0
        loaded, rejected, skipped = tally.loaded, tally.rejected, tally.skipped
    else:
        read, loaded, rejected = tally.read, tally.committed, tally.rejected
        if plan.commit is Commit.BY_BATCH:
            rejected = tally.kept_rejects
        if isinstance(failure, BadRecord):
            rejected += 1
            rejects.append(failure.reject)
        skipped = read - loaded - rejected
    return ImportAccount(
        outcome=outcome or _outcome(failure),
        table=table_name(plan.target),
        read=read,
        loaded=loaded,
        rejected=rejected,
        skipped=skipped,
        committed=tally.has_committed,
        dry_run=plan.dry_run,
        elapsed_s=round(elapsed_s, 3),
        bytes_read=max(tally.bytes_read, stream.bytes_read if stream is not None else 0),
        failure=_told(failure),
        reject_file=str(reject_file.path) if reject_file.is_open else "",
        reasons_file=str(reject_file.reasons_path) if reject_file.is_open else "",
        rejects=tuple(rejects),
        reasons=dict(tally.reasons) if not isinstance(failure, BadRecord) else {failure.reject.sqlstate: 1},
        oddities=tuple(stream.oddities) if stream is not None else (),
        finished=tally.finished(),
        doubtful=tuple(tally.doubtful),
        statements=shown_statements(plan, tally.copy_statement) if tally.copy_statement else (),
        proof=tally.proof or _proof(tally),
    )


def _proof(tally: Tally) -> str:
    if not tally.last_transaction:
        return ""
    return f"The last transaction is {tally.last_transaction}; pg_xact_status('{tally.last_transaction}') tells of it."


def _outcome(failure: BaseException | None) -> Outcome:
    if failure is None:
        return Outcome.DONE
    if isinstance(failure, BadRecord | TooManyRejects):
        return Outcome.STOPPED
    return Outcome.UNKNOWN if isinstance(failure, OutcomeUnknown) else Outcome.FAILED


def _told(failure: BaseException | None) -> ImportFailure | None:
    if failure is None:
        return None
    if isinstance(failure, BadRecord):
        reject = failure.reject
        where = f"Record {reject.record:,}, on line {reject.line:,}, was refused: {reject.message}."
        return ImportFailure(what=where, remedy="Mend it, or let bad records be rejected.", sqlstate=reject.sqlstate)
    if isinstance(failure, PgconsoleError):
        return ImportFailure(what=failure.what, why=failure.why, remedy=failure.remedy, sqlstate=failure.sqlstate)
    return ImportFailure(what=str(failure), remedy="Look at the reasons, and mend the file or the plan.")
