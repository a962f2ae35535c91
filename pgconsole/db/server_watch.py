"""Looks at a server through one session of the console's own, and asks it to cancel or end others.

Text travels here as on every session: most of what is told of a process is text anyway, errors, losses and deadlines
are `Session`'s, and to read 500 processes from text takes 2 ms. No look goes by way of the pool, so that it is there
while every query runs and every session is lent.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from pgconsole.core.backend import Backend, BackendKey, backend_of
from pgconsole.core.blocking import LockWait, blocking_trees, lock_wait_of
from pgconsole.core.errors import PgconsoleError, ServerError
from pgconsole.core.quoting import quote_literal
from pgconsole.core.server_numbers import (
    TopStatement,
    counters_of,
    progress_of,
    rates,
    replica_of,
    top_statement_of,
)
from pgconsole.core.server_sample import ServerSample
from pgconsole.db.introspection import server_major, server_query
from pgconsole.db.server_connection import ServerConnection
from pgconsole.db.session import Session

_OWN_LIMITS: Final = "SET statement_timeout = '10s'; SET lock_timeout = '2s'; SET jit = off"
_LONGEST_CHARACTER: Final = 4
"""In bytes: the server cuts a text between characters."""
NO_STATEMENTS: Final = "pg_stat_statements is not installed in this database."
OTHERS_HIDDEN: Final = "This role does not see what others do; it would as a member of pg_monitor."


class ServerWatch:
    """One session that looks; made by `open_watch`, ended by `aclose`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._version = server_major(session.parameter_status("server_version"))
        self._last: ServerSample | None = None
        self._turn = asyncio.Lock()
        """A session does one thing at a time, and an act may be wanted during a look."""

    async def look(self, *, with_statements: bool) -> ServerSample:
        """One look, of five small queries; raises `PgconsoleError` where the server can't answer at all."""
        async with self._turn:
            self._last = await self._look(with_statements=with_statements)
            return self._last

    async def _look(self, *, with_statements: bool) -> ServerSample:
        began = time.monotonic()
        counters = counters_of(await self._fetch("server_counters"))
        taken = time.monotonic()
        backends = tuple(backend_of(row) for row in await self._fetch("activity"))
        unseen = [] if counters.sees_all else [OTHERS_HIDDEN]
        waits = tuple(lock_wait_of(row) for row in await self._fetch_if_possible("lock_waits", unseen))
        progress = tuple(progress_of(row) for row in await self._fetch_if_possible("progress", unseen))
        replicas = tuple(replica_of(row) for row in await self._fetch_if_possible("replication", unseen))
        statements = None
        if with_statements:
            statements, why_not = await self._top_statements()
            unseen += [why_not] if why_not else []
        return ServerSample(
            taken=taken,
            counters=counters,
            rates=rates(self._last.counters, counters) if self._last is not None else None,
            backends=backends,
            waits=waits,
            trees=blocking_trees(waits),
            progress=progress,
            replicas=replicas,
            statements=statements,
            unseen=tuple(unseen),
            cost_ms=(time.monotonic() - began) * 1000,
        )

    async def waits(self) -> tuple[LockWait, ...]:
        """Every lock that is waited for, with who stands in the way."""
        return tuple(lock_wait_of(row) for row in await self._fetch("lock_waits"))

    async def _top_statements(self) -> tuple[tuple[TopStatement, ...] | None, str]:
        """The statements that took most time; without them, why not."""
        found = await self._fetch("statements_schema")
        if not found:
            return None, NO_STATEMENTS
        query = server_query("top_statements", self._version).replace("{schema}", str(found[0][0]))
        try:
            return tuple(top_statement_of(row) for row in await self.session.fetch(query)), ""
        except ServerError as error:
            return None, f"pg_stat_statements can't be read: {error.what}."

    async def _fetch_if_possible(self, what: str, unseen: list[str]) -> Sequence[Sequence[str | None]]:
        """The rows of what can be done without; where it fails the reason goes to `unseen`."""
        try:
            return await self._fetch(what)
        except ServerError as error:
            unseen.append(f"{what.replace('_', ' ').capitalize()} can't be seen: {error.what}.")
            return ()

    async def _fetch(self, what: str) -> Sequence[Sequence[str | None]]:
        return await self.session.fetch(server_query(what, self._version))

    async def cancel_query(self, backend: Backend) -> bool:
        """Have the server cancel what a process runs; False where that process is gone."""
        return await self._signal("pg_cancel_backend", backend.key)

    async def terminate(self, backend: Backend) -> bool:
        """Have the server end a process; False where it is gone."""
        return await self._signal("pg_terminate_backend", backend.key)

    async def statement_of(self, backend: Backend) -> tuple[str, bool]:
        """The statement that a process runs, or ran last, as long as the server keeps it, and whether that is all.

        Empty where the process is gone. The sample has the beginning of it, as there may be thousands.
        """
        async with self._turn:
            rows = await self.session.fetch(
                "SELECT a.query, pg_catalog.octet_length(a.query) OPERATOR(pg_catalog.<)"
                " (pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size'))"
                f" OPERATOR(pg_catalog.-) {_LONGEST_CHARACTER}){_of_process(backend.key)}"
            )
        return (rows[0][0] or "", rows[0][1] == "t") if rows else ("", True)

    async def _signal(self, function: str, key: BackendKey) -> bool:
        """Act on a process if it is still the same one: a number may belong to another by now.

        Raises `InsufficientPrivilege` and its kin.
        """
        async with self._turn:
            rows = await self.session.fetch(f"SELECT pg_catalog.{function}(a.pid){_of_process(key)}")
        return bool(rows) and rows[0][0] == "t"

    async def aclose(self) -> None:
        """Give the server its connection back."""
        await self.session.close()


def _of_process(key: BackendKey) -> str:
    """What a query of a process goes on with: no row where the number is another one's by now."""
    return (
        f" FROM pg_catalog.pg_stat_get_activity({key.pid:d}) a"
        " WHERE COALESCE(EXTRACT(epoch FROM a.backend_start)::pg_catalog.text, '')"
        f" OPERATOR(pg_catalog.=) {quote_literal(key.started)}"
    )


async def open_watch(server: ServerConnection, name: str) -> ServerWatch:
    """Look at the server of a connection through one more session, which ends with `aclose`.

    What is asked there has limits of its own, so that a look never adds to a server's trouble for long; not by way of a
    pooler, where they would stay behind for others. Raises `ConnectFailed` and its kin.
    """
    session = await server.open_beside(name)
    if not server.profile.pgbouncer:
        try:
            await session.execute(_OWN_LIMITS)
        except PgconsoleError:
            session.terminate()
            raise
    return ServerWatch(session)
