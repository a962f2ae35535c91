"""What an account says of a run."""

import pytest

from pgconsole.core.errors import ConnectionLost
from pgconsole.core.import_account import Outcome, account_phrase
from pgconsole.core.import_plan import Commit
from pgconsole.formats.reject_file import RejectFile
from pgconsole.workers.copy_sender import Loaded
from pgconsole.workers.import_outcome import Tally, account_of
from pgconsole.workers.import_stream import Batch
from tests.fixtures.import_plans import plan_of


@pytest.mark.parametrize("outcome", [None, Outcome.CANCELLED])
def test_doubt_is_told_whatever_ended_the_run(outcome: Outcome | None) -> None:
    """Of several connections one may be lost before a commit of another one's is confirmed."""
    plan = plan_of("n", commit=Commit.BY_BATCH, connections=2)
    tally = Tally(plan)
    batch, came = Batch(1, 9, plan.sources[0]), Loaded(loaded=9)
    tally.begin(batch)
    tally.add(batch, came)
    tally.doubt(batch, came, "731")
    account = account_of(tally, None, RejectFile(plan), ConnectionLost("lost"), outcome, 1.0)
    assert account.outcome is Outcome.UNKNOWN
    assert (account.read, account.loaded, account.skipped) == (9, 0, 9)
    assert "not known" in account_phrase(account)
