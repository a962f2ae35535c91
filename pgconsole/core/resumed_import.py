"""Goes on with an import that committed by batch and ended early: what is done with by then, and both runs' account."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from pgconsole.core.import_account import ImportAccount, Outcome, Reject
from pgconsole.core.import_plan import RecordRange


def settled_account(account: ImportAccount, was_committed: Mapping[str, bool]) -> ImportAccount:
    """The account once the server has said of each doubtful batch whether it was committed."""
    for batch in account.doubtful:
        if was_committed[batch.transaction]:
            account = msgspec.structs.replace(
                account,
                loaded=account.loaded + batch.loaded,
                rejected=account.rejected + batch.rejected,
                skipped=account.skipped - batch.loaded - batch.rejected,
                rejects=(*account.rejects, *batch.rejects),
                finished=joined((*account.finished, RecordRange(batch.first, batch.last))),
                committed=True,
            )
    return msgspec.structs.replace(account, doubtful=())


def joined(ranges: Sequence[RecordRange]) -> tuple[RecordRange, ...]:
    """The same records, ranges that touch made one."""
    found: list[RecordRange] = []
    for span in sorted(ranges, key=lambda span: span.first):
        if found and span.first <= found[-1].last + 1:
            found[-1] = RecordRange(found[-1].first, max(span.last, found[-1].last))
        else:
            found.append(span)
    return tuple(found)


def account_of_both(
    before: ImportAccount, rejects: Sequence[Reject], again: ImportAccount
) -> tuple[ImportAccount, tuple[Reject, ...]]:
    """The account of a run and of the one that went on from it, with the rejects that are left of both.

    What stopped the first run is no reject of it: the second one has met that record again.
    """
    done = [reject for reject in rejects if any(span.first <= reject.record <= span.last for span in before.finished)]
    loaded = before.loaded + again.loaded
    rejected = before.rejected - (len(rejects) - len(done)) + again.rejected
    if again.outcome is Outcome.DONE:
        read, skipped = again.read, again.read - loaded - rejected if again.is_balanced else again.skipped
    else:
        read = max(before.read, again.read)
        skipped = read - loaded - rejected
    files = [before.reject_file, *before.earlier_reject_files]
    left = (*done, *again.rejects)
    account = msgspec.structs.replace(
        again,
        read=read,
        loaded=loaded,
        rejected=rejected,
        skipped=skipped,
        committed=before.committed or again.committed,
        elapsed_s=round(before.elapsed_s + again.elapsed_s, 3),
        earlier_reject_files=tuple(file for file in files if file),
        rejects=left,
        reasons=dict(Counter(before.reasons) + Counter(again.reasons)),
        oddities=again.oddities or before.oddities,
        statements=again.statements or before.statements,
        proof=again.proof or before.proof,
    )
    return account, left
