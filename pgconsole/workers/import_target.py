"""What the wizard asks of the server: which tables there are, what one is like, and to run a plan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pgconsole.core.table_description import TableDescription, TableName
from pgconsole.db.server_connection import ServerConnection
from pgconsole.db.session import Session
from pgconsole.db.table_catalog import describe_table, loadable_schemas, loadable_tables

_OWNER = "import"


class ImportTarget:
    """The database of one connection, as an import sees it; what fails is a `PgconsoleError`."""

    def __init__(self, server: ServerConnection) -> None:
        self._server = server
        self._pool = server.pool

    @property
    def title(self) -> str:
        """As the user calls the connection."""
        return self._server.status.label

    async def tables(self) -> tuple[tuple[TableName, ...], tuple[str, ...]]:
        """The tables that can be loaded, and the schemas in which one can be made."""
        async with self._session() as session:
            return await loadable_tables(session), await loadable_schemas(session)

    async def describe(self, schema: str, table: str) -> TableDescription | None:
        """What a table is like; None where it is not there."""
        async with self._session() as session:
            return await describe_table(session, schema, table)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Session]:
        session = await self._pool.acquire(_OWNER)
        try:
            yield session
        finally:
            self._pool.release(session, _OWNER)
