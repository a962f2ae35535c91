"""Going on with an import that committed by batch: nothing is loaded twice, and both runs are accounted for as one."""

from pathlib import Path

import msgspec
import pytest

from pgconsole.core.import_account import DoubtfulBatch, Outcome, Reject
from pgconsole.core.import_plan import Commit, RecordRange
from tests.fixtures.import_wizard import FakeTarget, account_of, looked_into, wizard_on
from tests.fixtures.waiting import until

_BAD = Reject(record=1, line=2, sqlstate="22P02", message="no integer", text="x")
_DOUBT = DoubtfulBatch(transaction="7", first=2, last=2, loaded=1, rejected=0)
_EARLY = msgspec.structs.replace(
    account_of(2),
    outcome=Outcome.UNKNOWN,
    loaded=0,
    rejected=1,
    skipped=1,
    rejects=(_BAD,),
    finished=(RecordRange(1, 1),),
    doubtful=(_DOUBT,),
)


@pytest.mark.parametrize(
    ("committed", "done", "figures"),
    [(True, (RecordRange(1, 2),), (3, 2, 1, 0)), (False, (RecordRange(1, 1),), (3, 2, 1, 0))],
)
async def test_batch_in_doubt_is_asked_for_before_the_rest_is_loaded(
    tmp_path: Path, committed: bool, done: tuple[RecordRange, ...], figures: tuple[int, ...]
) -> None:
    file = tmp_path / "items.csv"
    file.write_text("id\nx\n2\n3\n")
    target = FakeTarget()
    left = 3 - done[-1].last
    rest = msgspec.structs.replace(account_of(3), loaded=left, skipped=3 - left)
    target.ends_with = [_EARLY, rest]
    wizard, view = wizard_on(target)
    await looked_into(wizard, view, file)
    wizard.change(commit=Commit.BY_BATCH)
    wizard.run()
    await until(lambda: view.state.account is not None, "the first run has ended")
    assert view.state.can_resume
    wizard.resume()
    await until(lambda: bool(view.state.failure), "nobody could be asked")
    assert len(target.plans) == 1
    target.committed = {"7": committed}
    wizard.resume()
    await until(lambda: len(target.plans) == 2 and view.state.account is not None, "the rest is loaded")
    assert target.plans[1].already_loaded == done
    assert target.plans[1].target.new is None
    account = view.state.account
    assert account is not None
    assert (account.read, account.loaded, account.rejected, account.skipped) == figures
    assert view.state.rejects == (_BAD,)
    await wizard.aclose()


async def test_table_is_made_by_the_rest_where_no_batch_was_committed(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("id\n1\n2\n")
    target = FakeTarget()
    target.committed = {"7": False}
    doubt = msgspec.structs.replace(_DOUBT, first=1)
    early = msgspec.structs.replace(account_of(2), outcome=Outcome.UNKNOWN, loaded=0, skipped=2, doubtful=(doubt,))
    target.ends_with = [early, account_of(2)]
    wizard, view = wizard_on(target)
    await looked_into(wizard, view, file)
    wizard.change(commit=Commit.BY_BATCH)
    wizard.run()
    await until(lambda: view.state.account is not None, "the first run has ended")
    wizard.resume()
    await until(lambda: len(target.plans) == 2, "the rest is loaded")
    assert target.plans[1].target.new == target.plans[0].target.new is not None
    await wizard.aclose()
