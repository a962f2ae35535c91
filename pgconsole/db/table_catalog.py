"""Asks the catalog which tables can be loaded, and what one of them is like; every name goes as a parameter."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, Literal, cast

from pgconsole.core.table_description import TableColumn, TableDescription, TableName
from pgconsole.db.introspection import OLDEST_SERVER, server_query
from pgconsole.db.session import Session

_PRIVILEGES: Final = ("INSERT", "UPDATE", "TRUNCATE", "SELECT")
_Rows = Sequence[Sequence[str | None]]


async def loadable_tables(session: Session) -> tuple[TableName, ...]:
    """The tables that rows can go into, those that a bare name finds first; 20,000 at most. Raises `PgconsoleError`."""
    rows = await _ask(session, "loadable_tables")
    return tuple(TableName(str(schema), str(table), visible == "t") for schema, table, visible in rows)


async def loadable_schemas(session: Session) -> tuple[str, ...]:
    """The schemas in which the role may make a table, the current one first."""
    return tuple(str(row[0]) for row in await _ask(session, "loadable_schemas"))


async def describe_table(session: Session, schema: str, table: str) -> TableDescription | None:
    """What a table is like; None where there is none of this name."""
    found = await _ask(session, "loadable_table", schema, table)
    if not found:
        return None
    *allowed, rows, visible = found[0]
    missing = [name for name, word in zip(_PRIVILEGES, allowed, strict=True) if word != "t"]
    columns = await _ask(session, "loadable_columns", schema, table)
    return TableDescription(
        name=TableName(schema, table, visible == "t"),
        columns=tuple(_column(row) for row in columns),
        keys=_keys(await _ask(session, "loadable_keys", schema, table)),
        missing_privileges=tuple(missing),
        estimated_rows=int(rows) if rows is not None and int(rows) >= 0 else None,
    )


def _column(row: Sequence[str | None]) -> TableColumn:
    name, type_name, not_null, default, identity, generated, may_insert = row
    return TableColumn(
        name=str(name),
        type=str(type_name),
        not_null=not_null == "t",
        default=default or "",
        identity=cast(Literal["", "always", "by default"], identity or ""),
        generated=generated == "t",
        may_insert=may_insert == "t",
    )


def _keys(rows: _Rows) -> tuple[tuple[str, ...], ...]:
    keys = [tuple(str(row[1]) for row in members) for _index, members in groupby(rows, key=lambda row: row[0])]
    return tuple(dict.fromkeys(keys))


async def _ask(session: Session, what: str, *args: str) -> _Rows:
    prepared = await session.prepare(server_query(what, OLDEST_SERVER))
    return (await session.open_portal(prepared, args, "", 0)).rows
