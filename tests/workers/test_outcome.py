"""What the server says of a transaction that it did not confirm."""

import pytest

from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.workers.outcome import ask_outcome, outcome_notice
from tests.fixtures.engine import value


async def test_the_server_tells_every_outcome(pool: Pool, session: Session) -> None:
    for statement, outcome in (("commit", "committed"), ("rollback", "aborted")):
        await session.execute("begin")
        number = str(await value(session, "select pg_current_xact_id()"))
        assert await ask_outcome(pool, number) == "in progress"
        await session.execute(statement)
        assert await ask_outcome(pool, number) == outcome
    assert await ask_outcome(pool, "3") in ("unknown", "committed")
    assert pool.stats.used == 0


async def test_a_session_knows_the_id_of_a_transaction_that_writes(session: Session) -> None:
    await session.execute("begin")
    await session.note_transaction_id()
    assert session.transaction_id == ""
    number = await value(session, "select pg_current_xact_id()")
    await session.note_transaction_id()
    assert session.transaction_id == number
    await session.execute("rollback")
    assert session.transaction_id == ""


@pytest.mark.parametrize(
    ("outcome", "words", "action"),
    [
        ("committed", "was committed", ""),
        ("aborted", "was rolled back", ""),
        ("in progress", "still open", "query.ask_outcome"),
        ("unknown", "Look at the data", ""),
    ],
)
def test_each_outcome_has_its_words(outcome: str, words: str, action: str) -> None:
    notice = outcome_notice("77", outcome)  # type: ignore[arg-type]
    assert words in notice.text
    assert notice.action_id == action
