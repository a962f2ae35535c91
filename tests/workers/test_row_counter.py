"""Counting a query's rows on the server, beside the tab that shows them."""

from collections.abc import AsyncIterator

import pytest

from pgconsole.core.errors import PgconsoleError, RefusedStatement
from pgconsole.core.result import Result
from pgconsole.core.row_store import RowStore
from pgconsole.db.pool import Pool
from pgconsole.workers.row_counter import count_rows, count_text


@pytest.fixture
async def counted(pool: Pool) -> AsyncIterator[Pool]:
    """A pool that has every session back at the end."""
    yield pool
    assert pool.stats.used == 0


def result_of(statement: str, *args: str | None) -> Result:
    return Result(1, statement, (), RowStore(1), args=args)


@pytest.mark.parametrize(
    ("statement", "args", "count"),
    [
        ("select generate_series(1, 12345) -- all", (), 12345),
        ("select 1 as a, 2 as a", (), 1),
        ("select from generate_series(1, 3)", (), 3),
        ("values (1), (2)", (), 2),
        ("table pg_catalog.pg_am", (), 7),
        ("with w as (select generate_series(1, 4)) select * from w order by 1 desc limit 3", (), 3),
        ("select generate_series(1, $1::int)", ("7",), 7),
        ("select 1 where $1::text is null", (None,), 1),
    ],
)
async def test_queries_are_counted(counted: Pool, statement: str, args: tuple[str | None, ...], count: int) -> None:
    assert await count_rows(counted, result_of(statement, *args), "count") == count


@pytest.mark.parametrize(
    "statement",
    ["insert into t values (1) returning n", "show work_mem", "explain select 1", "fetch 3 from c", "call p()"],
)
async def test_what_would_have_to_run_again_is_refused(counted: Pool, statement: str) -> None:
    with pytest.raises(RefusedStatement):
        await count_rows(counted, result_of(statement), "count")
    assert counted.stats.opened == 0


async def test_a_query_that_writes_is_not_run_again(counted: Pool) -> None:
    with pytest.raises(PgconsoleError) as caught:
        await count_rows(counted, result_of("select nextval('nowhere')"), "count")
    assert caught.value.sqlstate == "42P01"
    with pytest.raises(PgconsoleError) as caught:
        await count_rows(counted, result_of("select lo_create(0)"), "count")
    assert caught.value.sqlstate == "25006"


async def test_a_session_that_was_cancelled_last_counts_all_the_same(counted: Pool) -> None:
    session = await counted.acquire("tab")
    await session.cancel()
    counted.release(session, "tab")
    assert await count_rows(counted, result_of("select 1"), "count") == 1
    assert counted.stats.opened == 1


def test_what_the_counting_session_could_not_see_is_said() -> None:
    assert count_text(12345, ()) == "The server counts 12,345 rows now."
    assert count_text(1, ("SET search_path", "the open transaction")) == (
        "The server counts 1 row now, on a session without this tab's own: SET search_path, the open transaction."
    )
