"""What keeps a session with its tab: everything that giving it back would lose, and nothing else."""

from collections.abc import AsyncIterator

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.pool import Pool, PoolLimits
from pgconsole.db.session import Session
from pgconsole.db.session_state import held_state, pin_reasons, read_only_step
from tests.fixtures.engine import MakePool


@pytest.fixture
async def lent(pool: Pool) -> AsyncIterator[Session]:
    """A session as a tab holds it."""
    session = await pool.acquire("tab")
    yield session
    pool.discard(session)


async def test_fresh_session_has_no_reason(lent: Session) -> None:
    assert await pin_reasons(lent) == ()


@pytest.mark.parametrize(
    ("text", "reason", "undo"),
    [
        ("set work_mem = '9MB'", "SET work_mem", "reset work_mem"),
        ("set time zone 'UTC'", "SET TimeZone", "reset timezone"),
        ('create temporary table "My temp" (n int)', 'temporary table "My temp"', 'drop table "My temp"'),
        ("create temporary view tv as select 1", "temporary table tv", "drop view tv"),
        ("select pg_advisory_lock(1)", "advisory lock", "select pg_advisory_unlock(1)"),
        ("listen news", "LISTEN news", "unlisten news"),
        ("prepare p as select 1", "prepared statement p", "deallocate p"),
        ("begin; declare h cursor with hold for select 1; commit", "cursor h WITH HOLD", "close h"),
        ("set role pg_monitor", "SET ROLE pg_monitor", "reset role"),
        ("set session characteristics as transaction read only", "SET default_transaction_read_only", "reset all"),
        ("set default_transaction_isolation = 'serializable'", "SET default_transaction_isolation", "reset all"),
    ],
)
async def test_state_is_a_reason_until_it_is_undone(lent: Session, text: str, reason: str, undo: str) -> None:
    await lent.execute(text)
    assert await pin_reasons(lent) == (reason,)
    await lent.execute(undo)
    assert await pin_reasons(lent) == ()


async def test_another_session_user_is_a_reason(lent: Session) -> None:
    await lent.execute("drop role if exists state_role; create role state_role; set session authorization state_role")
    assert "SET SESSION AUTHORIZATION state_role" in await pin_reasons(lent)
    await lent.execute("reset session authorization")
    assert await pin_reasons(lent) == ()


@pytest.mark.parametrize(
    "text",
    [
        "set local work_mem = '9MB'",
        "begin; set local work_mem = '9MB'; commit",
        "begin isolation level serializable read only; commit",
        "select pg_advisory_xact_lock(1)",
        "set application_name = 'mine'",
        "select setseed(0.1)",
    ],
)
async def test_what_ends_with_the_transaction_or_shows_nowhere_is_no_reason(lent: Session, text: str) -> None:
    await lent.execute(text)
    assert await pin_reasons(lent) == ()


async def test_many_temporary_tables_are_not_all_named(lent: Session) -> None:
    await lent.execute(";".join(f"create temporary table many_{number} (n int)" for number in range(20)))
    assert len(await pin_reasons(lent)) == 5


async def test_tabs_read_only_mode_is_no_reason_but_what_the_user_set_is(pool: Pool) -> None:
    session = await pool.acquire("tab", read_only=True)
    assert await pin_reasons(session) == ()
    await session.execute("set default_transaction_read_only = off")
    assert await pin_reasons(session) == ("SET default_transaction_read_only",)


async def test_profiles_own_role_is_no_reason_but_leaving_it_is(make_pool: MakePool, target: ConnectionTarget) -> None:
    session = await make_pool(PoolLimits(), target.with_settings(role="pg_monitor")).acquire("tab")
    assert await pin_reasons(session) == ()
    await session.execute("set role none")
    assert await pin_reasons(session) == ("SET ROLE postgres",)
    await session.execute("reset role")
    assert await pin_reasons(session) == ()


async def test_profiles_own_settings_are_no_reason(make_pool: MakePool, target: ConnectionTarget) -> None:
    profile = target.with_settings(TimeZone="Asia/Tokyo", search_path="pg_catalog", default_transaction_read_only="on")
    session = await make_pool(PoolLimits(), profile).acquire("tab")
    assert await pin_reasons(session) == ()


async def test_what_a_session_began_with_is_no_reason_but_its_change_is(pool: Pool) -> None:
    session = await pool.acquire("tab")
    await session.execute("set work_mem = '5MB'; create temporary table own_table (n int)")
    session.own_state = await held_state(session)
    assert await pin_reasons(session) == ()
    await session.execute("set work_mem = '6MB'")
    assert await pin_reasons(session) == ("SET work_mem",)


async def test_read_only_mode_ends_as_the_session_began(pool: Pool) -> None:
    session = await pool.acquire("tab")
    assert read_only_step(session, False) == "RESET default_transaction_read_only"
    await session.execute("set default_transaction_read_only = on")
    session.own_state = await held_state(session)
    assert read_only_step(session, False) == "SET default_transaction_read_only = on"


async def test_lost_session_has_no_reason(lent: Session) -> None:
    lent.terminate()
    assert await pin_reasons(lent) == ()


async def test_session_that_can_not_answer_is_not_taken_for_clean(lent: Session) -> None:
    await lent.execute("begin")
    with pytest.raises(Exception, match="division"):
        await lent.execute("select 1/0")
    (reason,) = await pin_reasons(lent)
    assert reason.startswith("its state is not known")
    await lent.execute("rollback")


async def test_probe_works_in_a_hostile_search_path(lent: Session) -> None:
    await lent.execute(
        "create schema hostile; create function hostile.eq(text, text) returns bool language sql as 'select false';"
        " create operator hostile.= (function = hostile.eq, leftarg = text, rightarg = text);"
        " create table hostile.pg_settings (name text, source text, setting text);"
        " set search_path = hostile, pg_catalog"
    )
    assert await pin_reasons(lent) == ("SET search_path",)
