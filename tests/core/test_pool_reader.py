"""What is read of other people's pools, real ones: asyncpg's, SQLAlchemy's; and how a service exposes its own."""

import asyncio
import importlib
import json
import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import AsyncAdaptedQueuePool, Engine, NullPool, QueuePool, create_engine

from pgconsole.core.pool_stats import PoolStats
from pgconsole.pool_monitor import pool_stats
from tests.fixtures.waiting import until

PROMISED = ("size", "idle", "used", "min", "max", "waiting", "acquire_ms_p50", "acquire_ms_p95", "opened", "lost")
_ROOT = Path(__file__).parents[2]


def async_engine(dsn: str, **options: int) -> Any:
    """An engine of SQLAlchemy's on asyncpg, which needs greenlet."""
    pytest.importorskip("greenlet", reason="SQLAlchemy's asyncio extra is not installed")
    create = importlib.import_module("sqlalchemy.ext.asyncio").create_async_engine
    return create(dsn.replace("postgresql://", "postgresql+asyncpg://", 1), **options)


def engine_on_disk(folder: Path, size: int, overflow: int) -> Engine:
    return create_engine(f"sqlite:///{folder / 'a.db'}", poolclass=QueuePool, pool_size=size, max_overflow=overflow)


async def _acquire(pool: Any) -> Any:
    return await pool.acquire()


async def test_asyncpgs_pool_tells_sizes_and_who_waits(module_dsn: str) -> None:
    async with asyncpg.create_pool(module_dsn, min_size=1, max_size=2) as pool:
        held = [await pool.acquire() for _ in range(2)]
        waiting = asyncio.create_task(_acquire(pool))
        await until(lambda: pool_stats(pool)["waiting"] == 1, "one waits")
        stats = pool_stats(pool)
        assert {name: stats[name] for name in ("size", "idle", "used", "min", "max")} == {
            "size": 2,
            "idle": 0,
            "used": 2,
            "min": 1,
            "max": 2,
        }
        assert stats["opened"] is None
        assert stats["acquire_ms_p50"] is None
        await pool.release(held[0])
        await pool.release(await waiting)
        await pool.release(held[1])
        assert pool_stats(pool)["idle"] == 2


async def test_sqlalchemys_async_engine_tells_sizes(module_dsn: str) -> None:
    engine = async_engine(module_dsn, pool_size=2, max_overflow=3)
    async with engine.connect(), engine.connect():
        for pool in (engine, engine.pool, engine.sync_engine):
            stats = pool_stats(pool)
            assert (stats["size"], stats["used"], stats["idle"]) == (2, 2, 0)
            assert (stats["min"], stats["max"], stats["waiting"]) == (0, 5, None)
    assert pool_stats(engine)["idle"] == 2
    await engine.dispose()


def _connect() -> Any:
    return sqlite3.connect(":memory:")


def test_pool_of_an_async_engine_tells_sizes() -> None:
    pool = AsyncAdaptedQueuePool(_connect, pool_size=2, max_overflow=3)
    assert {name: pool_stats(pool)[name] for name in ("size", "idle", "used", "min", "max", "waiting")} == {
        "size": 0,
        "idle": 0,
        "used": 0,
        "min": 0,
        "max": 5,
        "waiting": None,
    }


def test_sqlalchemys_engine_tells_sizes(tmp_path: Path) -> None:
    engine = engine_on_disk(tmp_path, 1, 3)
    with engine.connect(), engine.connect():
        for pool in (engine, engine.pool):
            stats = pool_stats(pool)
            assert (stats["size"], stats["used"], stats["idle"], stats["max"]) == (2, 2, 0, 4)
    assert (pool_stats(engine)["idle"], pool_stats(engine)["used"]) == (1, 0)
    engine.dispose()


def test_sqlalchemys_pool_without_a_bound_has_no_maximum(tmp_path: Path) -> None:
    assert pool_stats(engine_on_disk(tmp_path, 2, -1))["max"] is None


def test_pool_that_keeps_nothing_tells_nothing() -> None:
    stats = pool_stats(create_engine("sqlite://", poolclass=NullPool))
    assert (stats["size"], stats["max"]) == (0, None)


def test_what_is_no_pool_is_refused() -> None:
    with pytest.raises(TypeError, match="no pool"):
        pool_stats(object())


def test_names_are_those_of_the_stats_and_go_into_json() -> None:
    class Ours:
        stats = PoolStats(size=1, idle=1, used=0, min=0, max=10, waiting=0)

    stats = pool_stats(Ours())
    assert set(PROMISED) <= set(stats)
    assert list(stats) == [field.name for field in fields(PoolStats)]
    assert json.loads(json.dumps(stats)) == stats


def test_module_loads_neither_qt_nor_the_driver() -> None:
    unwanted = ("PySide6", "asyncpg", "qasync", "keyring", "numpy")
    script = f"import sys, pgconsole.pool_monitor; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def _three_lines() -> str:
    """What the README tells an author of a service to write."""
    section = (_ROOT / "README.md").read_text(encoding="utf-8").partition("\n## The pool")[2].partition("\n## ")[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    assert len(lines) <= 4
    return "\n".join(lines)


async def _answer(engine: Any) -> dict[str, Any]:
    app = FastAPI()
    exec(_three_lines(), {"app": app, "engine": engine})
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer: dict[str, Any] = (await client.get("/pool")).json()
        return answer


async def test_fastapi_service_exposes_its_engines_pool_as_the_readme_says(tmp_path: Path) -> None:
    engine = engine_on_disk(tmp_path, 3, 0)
    with engine.connect():
        answer = await _answer(engine)
    assert set(PROMISED) <= set(answer)
    assert (answer["used"], answer["max"]) == (1, 3)
    engine.dispose()


async def test_fastapi_service_exposes_an_async_engines_pool(module_dsn: str) -> None:
    engine = async_engine(module_dsn, pool_size=3, max_overflow=0)
    async with engine.connect():
        answer = await _answer(engine)
    assert (answer["used"], answer["max"]) == (1, 3)
    await engine.dispose()


async def test_fastapi_service_exposes_asyncpgs_pool(module_dsn: str) -> None:
    async with asyncpg.create_pool(module_dsn, min_size=1, max_size=2) as pool, pool.acquire():
        answer = await _answer(pool)
    assert (answer["used"], answer["max"], answer["waiting"]) == (1, 2, 0)
