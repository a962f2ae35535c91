"""Brings up the PostgreSQL that comes along, with its sample database, for one console."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from pgconsole.core.profile import Profile
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import LocalServer, acquire
from pgconsole.db.sample_database import create_sample, fill_big_table

LOCAL_PROFILE_ID = "local"


class SampleServer:
    """A share in the local server; `stop` gives it back."""

    def __init__(self) -> None:
        self._joining: asyncio.Task[LocalServer] | None = None

    async def start(self) -> tuple[Profile, str, bool]:
        """Start or join the server and begin the sample database.

        Returns the profile that leads there, its password, and whether the big table is still to be filled. Several
        calls at once take one share; one that is cancelled leaves the share to `stop`. A server that has ended since it
        was joined is started again. Raises `LocalServerError`.
        """
        was_joined = self._joining is not None and self._joining.done()
        server = await self._join()
        if was_joined:
            await asyncio.to_thread(server.start)
        is_unfilled = await create_sample(server.dsn)
        keywords: dict[str, str | int] = {
            "host": server.host,
            "port": server.port,
            "user": server.user,
            "dbname": server.database,
        }
        profile = Profile(id=LOCAL_PROFILE_ID, name=f"{server.database} @ local", server=keywords)
        return profile, server.password, is_unfilled

    async def _join(self) -> LocalServer:
        joining = self._joining
        if joining is None or (joining.done() and (joining.cancelled() or joining.exception() is not None)):
            work = asyncio.to_thread(acquire, LocalPaths.of_user())
            joining = self._joining = asyncio.get_running_loop().create_task(work, name="join local server")
        return await asyncio.shield(joining)

    async def fill(self, progress: Callable[[float], None]) -> None:
        """Fill the sample's big table, telling from 0 to 1 how far it is."""
        if self._joining is not None:
            server = await self._join()
            async with aclosing(fill_big_table(server.dsn)) as steps:
                async for done in steps:
                    progress(done)

    async def stop(self) -> None:
        """Give the share back, also one that is just being taken; the last console's stops the server."""
        joining, self._joining = self._joining, None
        if joining is None:
            return
        await asyncio.wait({joining})
        if not joining.cancelled() and joining.exception() is None:
            await asyncio.to_thread(joining.result().release)
