"""What the wizard asks of the server: which tables there are, what one is like, and to run a plan."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from pgconsole.core.conninfo_text import conninfo_text
from pgconsole.core.import_account import ImportAccount, ImportProgress
from pgconsole.core.import_plan import ImportPlan
from pgconsole.core.profile import ConnectionKind
from pgconsole.core.table_description import TableDescription, TableName
from pgconsole.db.pool import Pool
from pgconsole.db.server_connection import ServerConnection
from pgconsole.db.session import Session
from pgconsole.db.table_catalog import describe_table, loadable_schemas, loadable_tables
from pgconsole.formats.source_opener import open_source
from pgconsole.workers.csv_importer import CsvImporter
from pgconsole.workers.import_target import was_committed

_OWNER = "import"


class ImportDatabase:
    """The database of one connection, as an import sees it; what fails is a `PgconsoleError`."""

    def __init__(self, server: ServerConnection) -> None:
        self._server = server
        self._lender = _PoolLender(server.pool)
        self._importer: CsvImporter | None = None

    @property
    def title(self) -> str:
        """As the user calls the connection."""
        return self._server.status.label

    @property
    def conninfo(self) -> str:
        """How another program connects to it, without a secret."""
        return conninfo_text(self._server.profile.keywords) or "DSN"

    @property
    def is_production(self) -> bool:
        """Whether its server is marked as one that people depend on."""
        return self._server.profile.kind is ConnectionKind.PRODUCTION

    async def tables(self) -> tuple[tuple[TableName, ...], tuple[str, ...]]:
        """The tables that can be loaded, and the schemas in which one can be made."""
        async with self._session() as session:
            return await loadable_tables(session), await loadable_schemas(session)

    async def describe(self, schema: str, table: str) -> TableDescription | None:
        """What a table is like; None where it is not there."""
        async with self._session() as session:
            return await describe_table(session, schema, table)

    async def run(self, plan: ImportPlan) -> AsyncIterator[ImportProgress | ImportAccount]:
        """Run a plan; how far it is, some times a second, and at last its account."""
        importer = self._importer = CsvImporter(plan, self._lender, open_source)
        try:
            async with aclosing(importer.run()) as events:
                async for event in events:
                    yield event
        finally:
            self._importer = None

    async def was_committed(self, transaction: str) -> bool | None:
        """Whether the server has committed a transaction whose end was not heard of; None where nobody can say."""
        return await was_committed(self._lender, transaction)

    async def cancel(self) -> None:
        """End the run that goes on; its account comes all the same."""
        if self._importer is not None:
            await self._importer.cancel()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Session]:
        session = await self._lender.acquire()
        try:
            yield session
        finally:
            await self._lender.release(session)


class _PoolLender:
    """Sessions of a connection's pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def acquire(self) -> Session:
        return await self._pool.acquire(_OWNER)

    async def release(self, session: Session) -> None:
        self._pool.release(session, _OWNER)
