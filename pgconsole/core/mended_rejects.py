"""Loads rejected records once more: the plan for it, and the account of both runs together."""

from collections.abc import Mapping, Sequence

import msgspec

from pgconsole.core.import_account import ImportAccount, Reject
from pgconsole.core.import_plan import Commit, ImportPlan, OnBadRow, SourceFile, Way


def retry_plan(plan: ImportPlan, path: str) -> ImportPlan:
    """The plan for a file of mended records alone: into the table that is there now, and never emptying it."""
    dialect = msgspec.structs.replace(plan.dialect, has_header=False, skip_lines=0, comment="")
    return msgspec.structs.replace(
        plan,
        sources=(SourceFile(path=path),),
        dialect=dialect,
        target=msgspec.structs.replace(plan.target, new=None),
        way=Way.APPEND if plan.way is Way.TRUNCATE else plan.way,
        on_bad_row=OnBadRow.REJECT,
        reject_limit=None,
        reject_file="",
        commit=Commit.WHOLE,
        connections=1,
        already_loaded=(),
        dry_run=False,
    )


def account_after(
    before: ImportAccount,
    rejects: Sequence[Reject],
    chosen: Sequence[Reject],
    texts: Mapping[int, str],
    again: ImportAccount,
) -> tuple[ImportAccount, tuple[Reject, ...]]:
    """The account with what was loaded of `chosen` since, and the rejects that are left, with their newest reasons."""
    refused = {reject.record: reject for reject in again.rejects}
    left: list[Reject] = []
    for reject in rejects:
        place = next((index for index, each in enumerate(chosen, 1) if each.record == reject.record), 0)
        if not place or not again.committed:
            left.append(reject)
        elif place in refused:
            own = {"record": reject.record, "line": reject.line, "text": texts[reject.record], "source": reject.source}
            left.append(msgspec.structs.replace(refused[place], **own))
    loaded, skipped = (again.loaded, again.skipped) if again.committed else (0, 0)
    account = msgspec.structs.replace(
        before,
        loaded=before.loaded + loaded,
        skipped=before.skipped + skipped,
        rejected=before.rejected - loaded - skipped,
        committed=before.committed or again.committed,
        rejects=tuple(left),
        proof=again.proof if again.committed and again.proof else before.proof,
    )
    return account, tuple(left)
