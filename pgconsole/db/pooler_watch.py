"""Looks at the PgBouncer that a connection goes through, by its console.

The console is the database `pgbouncer` at the same address, open to PgBouncer's admin_users and stats_users; it takes
SHOW commands by the simple protocol and nothing else, so that no session of the usual kind can be had there.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pooler import POOLER_VIEWS, PoolerSample, PoolerTable, PoolerView
from pgconsole.db.error_translation import is_poisonous, translate
from pgconsole.db.server_connection import ServerConnection
from pgconsole.db.text_connection import TextConnection

CONSOLE_DATABASE: Final = "pgbouncer"
_ANSWER_WITHIN_S: Final = 5.0
_CLOSE_WITHIN_S: Final = 2.0
_ROWS_AT_MOST: Final = 1000
"""Of clients and servers, to be looked at; all of them are counted in the pools."""


class PoolerWatch:
    """One connection to the console; made by `open_pooler`, ended by `aclose`."""

    def __init__(self, connection: TextConnection) -> None:
        self._connection = connection

    async def look(self) -> PoolerSample:
        """What each SHOW command answers; raises `PgconsoleError`."""
        tables: dict[PoolerView, PoolerTable] = {}
        for view in POOLER_VIEWS:
            columns, rows = await self._show(view)
            tables[view] = PoolerTable(columns, tuple(rows[:_ROWS_AT_MOST]))
        return PoolerSample(tables)

    async def _show(self, view: PoolerView) -> tuple[tuple[str, ...], Sequence[tuple[str | None, ...]]]:
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                return await self._connection.run_simple_rows(f"SHOW {view}")
        except Exception as error:  # whatever comes out of the driver
            if is_poisonous(error):
                self._connection.terminate()
            raise translate(error, doing=f"asking PgBouncer for its {view.lower()}") from error

    async def aclose(self) -> None:
        """Say goodbye, or drop the connection where that is not heard."""
        try:
            async with asyncio.timeout(_CLOSE_WITHIN_S):
                await self._connection.close()
        except Exception:  # whatever goes wrong while leaving, the connection goes
            self._connection.terminate()


async def open_pooler(server: ServerConnection, name: str) -> PoolerWatch:
    """Open the console of the PgBouncer that a connection goes through; raises `ConnectFailed` and its kin."""
    try:
        return PoolerWatch(await server.open_plain(CONSOLE_DATABASE, name))
    except PgconsoleError as error:
        error.remedy = "Name this role in PgBouncer's stats_users or admin_users to see its pools."
        raise
