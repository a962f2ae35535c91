"""Two runs of one import are accounted for as one."""

import msgspec

from pgconsole.core.import_account import DoubtfulBatch, ImportAccount, Outcome, Reject
from pgconsole.core.import_plan import RecordRange
from pgconsole.core.resumed_import import account_of_both, joined, settled_account


def _account(outcome: Outcome, figures: tuple[int, int, int, int], **more: object) -> ImportAccount:
    read, loaded, rejected, skipped = figures
    account = ImportAccount(
        outcome=outcome, table="t", read=read, loaded=loaded, rejected=rejected, skipped=skipped, committed=loaded > 0
    )
    return msgspec.structs.replace(account, **more)


def _reject(record: int) -> Reject:
    return Reject(record=record, line=record + 1, sqlstate="22P02", message="no integer")


def test_both_runs_balance_and_keep_the_rejects_of_the_first() -> None:
    before = _account(
        Outcome.FAILED,
        (100, 48, 2, 50),
        finished=(RecordRange(1, 50),),
        rejects=(_reject(3), _reject(9)),
        reject_file="t.rejects.csv",
        reasons={"22P02": 2},
    )
    # One was mended and loaded before the rest was.
    mended = msgspec.structs.replace(before, loaded=49, rejected=1)
    again = _account(
        Outcome.DONE,
        (200, 149, 1, 50),
        rejects=(_reject(60),),
        reject_file="t.rejects-2.csv",
        reasons={"22P02": 1},
    )
    both, left = account_of_both(mended, [_reject(9)], again)
    assert (both.read, both.loaded, both.rejected, both.skipped) == (200, 198, 2, 0)
    assert both.is_balanced
    assert [reject.record for reject in left] == [9, 60] == [reject.record for reject in both.rejects]
    assert (both.earlier_reject_files, both.reject_file) == (("t.rejects.csv",), "t.rejects-2.csv")
    assert both.reasons == {"22P02": 3}


def test_record_that_stopped_the_first_run_counts_once() -> None:
    before = _account(
        Outcome.STOPPED, (60, 50, 1, 9), finished=(RecordRange(1, 50),), rejects=(_reject(55),), reasons={"22P02": 1}
    )
    again = _account(Outcome.DONE, (100, 49, 1, 50), rejects=(_reject(55),))
    both, left = account_of_both(before, before.rejects, again)
    assert (both.read, both.loaded, both.rejected, both.skipped) == (100, 99, 1, 0)
    assert [reject.record for reject in left] == [55]


def test_run_that_ends_early_again_keeps_what_both_have_loaded() -> None:
    before = _account(Outcome.CANCELLED, (60, 50, 0, 10), finished=(RecordRange(1, 50),))
    again = _account(Outcome.FAILED, (0, 0, 0, 0), finished=(RecordRange(1, 50),))
    both, _left = account_of_both(before, (), again)
    assert (both.outcome, both.read, both.loaded, both.skipped) == (Outcome.FAILED, 60, 50, 10)
    assert both.committed


def test_second_run_that_does_not_balance_is_told() -> None:
    before = _account(Outcome.CANCELLED, (60, 50, 0, 10), finished=(RecordRange(1, 50),))
    both, _left = account_of_both(before, (), _account(Outcome.DONE, (100, 49, 0, 50)))
    assert not both.is_balanced


def test_doubtful_batch_is_done_with_where_the_server_has_committed_it() -> None:
    doubt = DoubtfulBatch(transaction="7", first=51, last=60, loaded=9, rejected=1, rejects=(_reject(55),))
    account = _account(Outcome.UNKNOWN, (60, 50, 0, 10), finished=(RecordRange(1, 50),), doubtful=(doubt,))
    committed = settled_account(account, {"7": True})
    assert (committed.loaded, committed.rejected, committed.skipped) == (59, 1, 0)
    assert committed.finished == (RecordRange(1, 60),)
    assert committed.rejects == (_reject(55),)
    rolled_back = settled_account(account, {"7": False})
    assert (rolled_back.loaded, rolled_back.finished) == (50, (RecordRange(1, 50),))
    assert committed.doubtful == rolled_back.doubtful == ()


def test_ranges_that_touch_are_joined() -> None:
    assert joined([RecordRange(5, 6), RecordRange(1, 2), RecordRange(3, 4), RecordRange(9, 9)]) == (
        RecordRange(1, 6),
        RecordRange(9, 9),
    )
