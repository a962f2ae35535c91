"""What the planner expects of a query, asked before it runs and never told when that fails."""

import asyncio
import json

import pytest

from pgconsole.db.session import Session
from pgconsole.workers.plan_probe import PlanHint, ask_planner, read_plan
from tests.fixtures.engine import value


def plan(node: dict[str, object]) -> str:
    return json.dumps([{"Plan": node}])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (plan({"Plan Rows": 12}), PlanHint(12, False)),
        (plan({"Plan Rows": 1, "Plans": [{"Plans": [{"Workers Planned": 2}]}]}), PlanHint(1, True)),
        (plan({"Plan Rows": 1, "Plans": [{"Workers Planned": 0}, {}]}), PlanHint(1, False)),
        (plan({}), PlanHint()),
        (plan({"Plan Rows": None}), PlanHint()),
        ("", PlanHint()),
        ("[]", PlanHint()),
        ("{}", PlanHint()),
        ("[1]", PlanHint()),
        ("[" * 100_000, PlanHint()),
    ],
)
def test_a_plan_is_read_and_what_is_none_is_no_hint(text: str, hint: PlanHint) -> None:
    assert read_plan(text) == hint


async def test_the_planner_is_asked_for_the_rows(session: Session) -> None:
    assert await ask_planner(session, "select generate_series(1, 777)") == PlanHint(777, False)


async def test_a_wrong_query_gives_no_hint_and_leaves_the_session_as_it_was(session: Session) -> None:
    assert await ask_planner(session, "select nowhere") == PlanHint()
    assert await value(session, "select 1") == "1"


async def test_a_slow_planner_is_given_up_and_the_session_is_usable(session: Session) -> None:
    await session.execute(
        "create function slow_to_plan() returns int language plpgsql immutable as"
        " $$ begin perform pg_sleep(30); return 1; end $$"
    )
    async with asyncio.timeout(20):
        assert await ask_planner(session, "select slow_to_plan()") == PlanHint()
    assert await value(session, "select 1") == "1"


async def test_on_a_slow_line_and_in_a_transaction_nobody_is_asked(session: Session) -> None:
    session.round_trip_s = 0.05
    assert await ask_planner(session, "select 1") == PlanHint()
    session.round_trip_s = 0.0
    await session.execute("begin")
    assert await ask_planner(session, "select nowhere") == PlanHint()
    assert await value(session, "select 1") == "1"
