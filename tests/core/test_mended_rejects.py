"""Rejected records loaded once more: the account stays one, and balances."""

import msgspec

from pgconsole.core.import_account import ImportAccount, Outcome, Reject
from pgconsole.core.import_plan import Commit, OnBadRow, Way
from pgconsole.core.mended_rejects import account_after, retry_plan
from tests.fixtures.import_plans import plan_of

REJECTS = tuple(Reject(record=number, line=number + 1, message="no", text=f"bad {number}") for number in (3, 5, 9))


def account(read: int, loaded: int, rejects: tuple[Reject, ...], *, committed: bool = True) -> ImportAccount:
    return ImportAccount(
        outcome=Outcome.DONE if committed else Outcome.FAILED,
        table="items",
        read=read,
        loaded=loaded,
        rejected=len(rejects),
        skipped=read - loaded - len(rejects),
        committed=committed,
        rejects=rejects,
    )


def test_what_was_mended_moves_from_rejected_to_loaded() -> None:
    before = account(10, 7, REJECTS)
    again = account(2, 1, (Reject(record=2, line=2, message="still no", text="x"),))
    after, left = account_after(before, REJECTS, [REJECTS[0], REJECTS[2]], {3: "good", 9: "x"}, again)
    assert (after.read, after.loaded, after.rejected, after.skipped) == (10, 8, 2, 0)
    assert after.is_balanced
    assert [(reject.record, reject.line, reject.message, reject.text) for reject in left] == [
        (5, 6, "no", "bad 5"),
        (9, 10, "still no", "x"),
    ]


def test_run_that_failed_changes_nothing() -> None:
    before = account(10, 7, REJECTS)
    after, left = account_after(before, REJECTS, REJECTS[:1], {3: "good"}, account(1, 0, (), committed=False))
    assert left == REJECTS
    assert (after.loaded, after.rejected) == (7, 3)
    assert after.is_balanced


def test_rejects_are_loaded_into_the_table_that_is_there_and_never_empty_it() -> None:
    plan = plan_of("id", way=Way.TRUNCATE, commit=Commit.BY_BATCH, connections=3, on_bad_row=OnBadRow.STOP)
    again = retry_plan(plan, "mended.csv")
    assert (again.way, again.commit, again.connections, again.target.new) == (Way.APPEND, Commit.WHOLE, 1, None)
    assert (again.on_bad_row, again.dialect.has_header, again.dialect.skip_lines) == (OnBadRow.REJECT, False, 0)
    assert retry_plan(plan_of("id", way=Way.UPDATE, key=("id",)), "x").way is Way.UPDATE


def test_newest_transaction_is_named() -> None:
    before = msgspec.structs.replace(account(2, 1, REJECTS[:1]), proof="The last transaction is 7.")
    again = msgspec.structs.replace(account(1, 1, ()), proof="The last transaction is 9.")
    after, _left = account_after(before, before.rejects, before.rejects, {3: "1"}, again)
    assert after.proof == "The last transaction is 9."
    undone = msgspec.structs.replace(again, committed=False)
    assert account_after(before, before.rejects, before.rejects, {3: "1"}, undone)[0].proof == before.proof
