"""Looks at a PgBouncer again and again, at the pace of the server's own watching; comes back after a loss."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pooler import PoolerSample
from pgconsole.db.pooler_watch import PoolerWatch
from pgconsole.workers.activity_sampler import Pace

_RETRY_S: Final = 5.0

OpenPooler = Callable[[], Awaitable[PoolerWatch]]


async def pooler_samples(open_pooler: OpenPooler, pace: Pace) -> AsyncGenerator[PoolerSample | PgconsoleError]:
    """What is seen, and why nothing is where that is so; ends with its task, and takes its connection with it."""
    while True:
        try:
            watch = await open_pooler()
        except PgconsoleError as error:
            yield error
        else:
            async with aclosing(_looks(watch, pace)) as looks:
                async for seen in looks:
                    yield seen
        await asyncio.sleep(_RETRY_S)


async def _looks(watch: PoolerWatch, pace: Pace) -> AsyncGenerator[PoolerSample | PgconsoleError]:
    """Look until the connection is lost, which is yielded."""
    try:
        while True:
            if not pace.is_paused:
                yield await watch.look()
            await asyncio.sleep(pace.interval_s)
    except PgconsoleError as error:
        yield error
    finally:
        await watch.aclose()
