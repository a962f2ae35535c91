"""Samples of a pool: what each second brought, and on which beat."""

import time
from contextlib import aclosing
from math import isnan

import pytest

from pgconsole.core.pool_stats import Durations, PoolStats
from pgconsole.workers import pool_sampler
from pgconsole.workers.pool_sampler import SAMPLE_NAMES, PoolSampler


class SetPool:
    """A pool whose figures a test sets."""

    def __init__(self) -> None:
        self.stats = PoolStats(size=3, idle=1, used=2, min=0, max=10, waiting=0, opened=7, lost=1)
        self.acquire_times = Durations()
        self.usage_times = Durations()


def test_sample_has_the_sizes_of_the_moment_and_the_times_of_its_second() -> None:
    pool = SetPool()
    pool.acquire_times.add(9.0)
    sampler = PoolSampler(pool, lambda: 0.4)
    for seconds in (0.001, 0.002, 0.1):
        pool.acquire_times.add(seconds)
    sampler.sample()
    ring = sampler.samples
    assert [ring.last(name) for name in ("size", "used", "opened", "borrowed")] == [3, 2, 7, 3]
    assert round(ring.last("acquire_ms_p50") or 0, 3) == 2
    assert round(ring.last("acquire_ms_max") or 0, 3) == 100
    assert round(ring.last("latency_ms") or 0, 3) == 0.4
    sampler.sample()
    assert isnan(ring.column("acquire_ms_p50")[-1])
    assert ring.last("borrowed") == 0


def test_who_still_waits_is_the_longest() -> None:
    pool = SetPool()
    pool.stats = PoolStats(size=1, idle=0, used=1, min=0, max=1, waiting=1, waiting_ms=5000.0)
    sampler = PoolSampler(pool, lambda: None)
    pool.acquire_times.add(0.001)
    sampler.sample()
    assert sampler.samples.last("acquire_ms_max") == 5000


def test_more_durations_than_are_kept_are_no_trouble() -> None:
    pool = SetPool()
    sampler = PoolSampler(pool, lambda: None)
    for _ in range(5000):
        pool.acquire_times.add(0.001)
    sampler.sample()
    assert sampler.samples.last("borrowed") == 5000


class SetClock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def time(self) -> float:
        return self.now_s

    async def sleep(self, time_s: float) -> None:
        self.now_s += time_s


async def test_samples_keep_their_beat_whoever_takes_them_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, taken = SetClock(), list[float]()
    monkeypatch.setattr(pool_sampler, "time", clock)
    monkeypatch.setattr(pool_sampler, "asyncio", clock)
    sampler = PoolSampler(SetPool(), lambda: None)
    async with aclosing(sampler.run(1.0)) as samples:
        async for _stats in samples:
            taken.append(clock.now_s)
            if len(taken) == 5:
                break
            await clock.sleep(2.5 if len(taken) == 3 else 0.75)
    assert taken == [0.0, 1.0, 2.0, 4.5, 5.5]
    assert sampler.borrowed_per_s == 0


def test_a_sample_costs_less_than_a_hundredth_of_a_core() -> None:
    pool = SetPool()
    sampler = PoolSampler(pool, lambda: 0.4)
    for _ in range(1000):
        pool.acquire_times.add(0.001)
    began = time.process_time()
    for _ in range(100):
        sampler.sample()
    assert (time.process_time() - began) / 100 < 0.01
    assert len(SAMPLE_NAMES) == 16
