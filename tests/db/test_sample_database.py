import asyncio
import json
from contextlib import aclosing

import asyncpg
import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.db import sample_database
from pgconsole.db.sample_database import NEW_ORDERS_CHANNEL, create_sample, fill_big_table
from tests.fixtures.postgres import PostgresServer

# Types without input: none of these can be a value that SQL writes.
_NOT_STORABLE = {"gtsvector", "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary", "pg_ddl_command"}


@pytest.fixture(autouse=True)
def small_big_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_database, "EVENT_COUNT", 25_000)


async def fetchval(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def filled(dsn: str) -> list[float]:
    return [progress async for progress in fill_big_table(dsn)]


async def test_the_shop_is_whole_after_the_quick_part(database_dsn: str) -> None:
    assert await create_sample(database_dsn)
    counts = {
        table: await fetchval(database_dsn, f"select count(*) from shop.{table}")
        for table in ("customers", "products", "orders", "events", "sales_by_month", "customer_overview")
    }
    assert counts["customers"] == counts["customer_overview"] == 4000
    assert (counts["products"], counts["orders"]) == (600, 12000)
    assert counts["events"] == 2000
    assert await fetchval(database_dsn, "select count(*) from shop.order_lines") in range(20_000, 40_000)
    assert await fetchval(database_dsn, "select name from shop.top_customers(1)")


async def test_the_content_is_the_same_everywhere(database_dsn: str) -> None:
    await create_sample(database_dsn)
    assert await fetchval(database_dsn, "select name from shop.customers where customer_id = 1") == "Benedikt Adeyemi"
    assert await fetchval(database_dsn, "select sum(total)::text from shop.order_totals") == "9136080.35"


async def test_it_is_made_only_once_whoever_asks(database_dsn: str) -> None:
    assert await asyncio.gather(*(create_sample(database_dsn) for _ in range(3))) == [True] * 3
    assert await fetchval(database_dsn, "select count(*) from shop.customers") == 4000


async def test_what_the_user_dropped_does_not_come_back(database_dsn: str) -> None:
    await create_sample(database_dsn)
    await fetchval(database_dsn, "drop table shop.events")
    assert await filled(database_dsn) == []
    await fetchval(database_dsn, "drop schema types cascade")
    await create_sample(database_dsn)
    assert await fetchval(database_dsn, "select to_regnamespace('types') is null")


async def test_a_schema_of_the_same_name_is_left_alone(database_dsn: str) -> None:
    await fetchval(database_dsn, "create schema shop")
    assert not await create_sample(database_dsn)
    assert await fetchval(database_dsn, "select to_regclass('shop.customers') is null")


async def test_a_missing_database_is_made(postgres_server: PostgresServer) -> None:
    dsn = postgres_server.dsn_of("made by the sample")
    try:
        assert all(await asyncio.gather(create_sample(dsn), create_sample(dsn)))
    finally:
        postgres_server.psql('drop database if exists "made by the sample" with (force)')


async def test_filling_tells_its_progress_up_to_one(database_dsn: str) -> None:
    await create_sample(database_dsn)
    progress = await filled(database_dsn)
    assert progress == [0.08, 0.48, 0.88, 1.0]
    assert await fetchval(database_dsn, "select count(*) from shop.events") == 25_000
    assert not await create_sample(database_dsn)
    assert await filled(database_dsn) == []


async def test_a_filling_that_was_broken_off_goes_on(database_dsn: str) -> None:
    await create_sample(database_dsn)
    async with aclosing(fill_big_table(database_dsn)) as steps:
        async for progress in steps:
            if progress > 0.4:
                break
    assert await create_sample(database_dsn)
    assert await filled(database_dsn) == [0.48, 0.88, 1.0]
    assert await fetchval(database_dsn, "select max(event_id) = count(*) from shop.events")


async def test_a_second_console_watches_the_filling_of_the_first(database_dsn: str) -> None:
    await create_sample(database_dsn)
    first, second = await asyncio.gather(filled(database_dsn), filled(database_dsn))
    assert max(first + second) == 1.0
    assert await fetchval(database_dsn, "select count(*) from shop.events") == 25_000


async def test_a_new_order_is_announced(database_dsn: str) -> None:
    await create_sample(database_dsn)
    heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    connection = await asyncpg.connect(database_dsn, timeout=10)
    try:
        await connection.add_listener(NEW_ORDERS_CHANNEL, lambda *message: heard.set_result(str(message[3])))
        order = await connection.fetchval("select shop.place_order(7, '{1,2}', '{3}')")
        announced = json.loads(await asyncio.wait_for(heard, 10))
        assert (announced["order_id"], announced["customer_id"], announced["state"]) == (order, 7, "new")
    finally:
        await connection.close()


async def test_every_type_of_the_server_is_shown(database_dsn: str) -> None:
    await create_sample(database_dsn)
    query = """
        select array_agg(t.typname::text order by t.typname) from pg_catalog.pg_type t
        where t.typnamespace = 'pg_catalog'::regnamespace and t.typtype in ('b', 'r', 'm')
          and t.typcategory <> 'A' and t.typrelid = 0
          and not exists (select from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
                          where a.atttypid = t.oid and c.relnamespace = 'types'::regnamespace)
    """
    missing = await fetchval(database_dsn, query) or []
    assert isinstance(missing, list)
    without_libxml = {"xml"} if await fetchval(database_dsn, "select to_regclass('types.xml') is null") else set()
    assert set(missing) - _NOT_STORABLE - without_libxml == set()


async def test_every_sample_relation_can_be_read(database_dsn: str, postgres_server: PostgresServer) -> None:
    await create_sample(database_dsn)
    names = await fetchval(
        database_dsn,
        "select array_agg(format('%I.%I', n.nspname, c.relname)) from pg_class c join pg_namespace n"
        " on n.oid = relnamespace where nspname in ('shop', 'types') and relkind in ('r', 'v', 'm')",
    )
    assert isinstance(names, list)
    assert len(names) > 18
    database = str(await fetchval(database_dsn, "select current_database()"))
    for name in names:
        assert postgres_server.psql(f"select * from {name} limit 50", database)


async def test_failures_are_told_as_ours(database_dsn: str, postgres_server: PostgresServer) -> None:
    with pytest.raises(PgconsoleError, match="no such database"):
        await filled(postgres_server.dsn_of("no such database"))
    await create_sample(database_dsn)
    await fetchval(database_dsn, "alter table shop.events add constraint few check (event_id < 5000)")
    with pytest.raises(PgconsoleError, match="few"):
        await filled(database_dsn)
