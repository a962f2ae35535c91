"""Samples a pool once a second into a ring, and tells what a second brought; the pool counts, the ring keeps."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Final, Protocol

from pgconsole.core.pool_stats import Durations, PoolStats, percentile_ms
from pgconsole.core.sample_ring import SampleRing

PERIOD_S: Final = 1.0
SAMPLE_NAMES: Final = (
    "size",
    "idle",
    "used",
    "waiting",
    "max",
    "acquire_ms_p50",
    "acquire_ms_p95",
    "acquire_ms_max",
    "usage_ms_p50",
    "usage_ms_p95",
    "borrowed",
    "opened",
    "lost",
    "recycled",
    "reset_errors",
    "latency_ms",
)
"""Sizes and counts at the moment of the sample; times and `borrowed` of the second before it."""

_RATE_OVER = 10


class SampledPool(Protocol):
    """A pool that tells each duration."""

    @property
    def stats(self) -> PoolStats:
        """A snapshot."""

    @property
    def acquire_times(self) -> Durations:
        """From asking to having."""

    @property
    def usage_times(self) -> Durations:
        """From having to giving back."""


class PoolSampler:
    """Takes the samples of one pool; `latency_ms` is asked for what the newest health check took."""

    def __init__(self, pool: SampledPool, latency_ms: Callable[[], float | None]) -> None:
        self._pool = pool
        self._latency_ms = latency_ms
        self.samples = SampleRing(SAMPLE_NAMES)
        self._acquired = pool.acquire_times.added
        self._given_back = pool.usage_times.added
        self._borrowed: deque[tuple[float, int]] = deque(maxlen=_RATE_OVER)

    @property
    def borrowed_per_s(self) -> float:
        """Sessions lent a second, over the newest ten samples."""
        if len(self._borrowed) < 2:
            return 0.0
        span_s = self._borrowed[-1][0] - self._borrowed[0][0]
        return sum(count for _at, count in list(self._borrowed)[1:]) / span_s if span_s > 0 else 0.0

    def sample(self) -> PoolStats:
        """Take one sample now."""
        stats, acquired, given_back = self._pool.stats, self._pool.acquire_times, self._pool.usage_times
        acquire, usage = acquired.since(self._acquired), given_back.since(self._given_back)
        borrowed = acquired.added - self._acquired
        self._acquired, self._given_back = acquired.added, given_back.added
        self._borrowed.append((time.monotonic(), borrowed))
        self.samples.add(
            time.time(),
            {
                "size": stats.size,
                "idle": stats.idle,
                "used": stats.used,
                "waiting": stats.waiting,
                "max": stats.max,
                "acquire_ms_p50": percentile_ms(acquire, 0.5),
                "acquire_ms_p95": percentile_ms(acquire, 0.95),
                # Who still waits has no time yet, and is the slowest of all.
                "acquire_ms_max": max(filter(None, (percentile_ms(acquire, 1.0), stats.waiting_ms)), default=None),
                "usage_ms_p50": percentile_ms(usage, 0.5),
                "usage_ms_p95": percentile_ms(usage, 0.95),
                "borrowed": borrowed,
                "opened": stats.opened,
                "lost": stats.lost,
                "recycled": stats.recycled,
                "reset_errors": stats.reset_errors,
                "latency_ms": self._latency_ms(),
            },
        )
        return stats

    async def run(self, period_s: float = PERIOD_S) -> AsyncGenerator[PoolStats]:
        """Take a sample each period and yield it, on a beat that who takes it does not shift."""
        following = time.monotonic()
        while True:
            yield self.sample()
            now = time.monotonic()
            following = max(following + period_s, now)
            await asyncio.sleep(following - now)
