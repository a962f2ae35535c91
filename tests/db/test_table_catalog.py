from pgconsole.core.table_description import TableColumn, TableName
from pgconsole.db.session import Session
from pgconsole.db.table_catalog import describe_table, loadable_schemas, loadable_tables


async def test_columns_come_with_what_decides_whether_a_row_is_taken(session: Session) -> None:
    await session.execute(
        """create table described (
             id int generated always as identity primary key,
             "odd ""name" text not null,
             price numeric(8, 2) default 1.5,
             twice numeric generated always as (price * 2) stored)"""
    )
    found = await describe_table(session, "public", "described")
    assert found is not None
    assert found.columns == (
        TableColumn(name="id", type="integer", not_null=True, identity="always"),
        TableColumn(name='odd "name', type="text", not_null=True),
        TableColumn(name="price", type="numeric(8,2)", default="1.5"),
        TableColumn(name="twice", type="numeric", generated=True),
    )
    assert [column.is_usual for column in found.columns] == [False, True, True, False]
    assert [column.is_needed for column in found.columns] == [False, True, False, False]
    assert found.name == TableName("public", "described", True)
    assert found.missing_privileges == ()


async def test_keys_are_those_that_on_conflict_can_name(session: Session) -> None:
    await session.execute(
        """create table keyed (a int, b int, c int unique, d int unique deferrable, primary key (b, a));
           create unique index on keyed (d) where d > 0;
           create unique index on keyed ((a + 1))"""
    )
    found = await describe_table(session, "public", "keyed")
    assert found is not None
    assert found.keys == (("b", "a"), ("c",))


async def test_missing_privileges_are_named(session: Session) -> None:
    await session.execute("create table guarded (a int, b int); create role loader_in_test")
    try:
        await session.execute("grant insert (a) on guarded to loader_in_test; set role loader_in_test")
        found = await describe_table(session, "public", "guarded")
    finally:
        await session.execute("reset role; drop owned by loader_in_test; drop role loader_in_test")
    assert found is not None
    assert found.missing_privileges == ("UPDATE", "TRUNCATE", "SELECT")
    assert [column.may_insert for column in found.columns] == [True, False]


async def test_tables_that_a_bare_name_finds_come_first(session: Session) -> None:
    await session.execute("create schema apart; create table apart.far (a int); create table near (a int)")
    found = await loadable_tables(session)
    assert found.index(TableName("public", "near", True)) < found.index(TableName("apart", "far", False))
    assert all(not each.schema.startswith("pg_") for each in found)
    schemas = await loadable_schemas(session)
    assert schemas[0] == "public"
    assert "apart" in schemas


async def test_table_that_is_not_there_is_none(session: Session) -> None:
    assert await describe_table(session, "public", "no such table") is None


async def test_hostile_search_path_changes_nothing(session: Session) -> None:
    await session.execute(
        """create schema trap;
           create function trap.pg_table_is_visible(oid) returns bool language sql as 'select 1/0 = 0';
           set search_path to trap, public"""
    )
    assert await loadable_tables(session)
