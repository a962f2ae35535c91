"""How many rows the pages of a cursor have, and what memory they leave behind."""

import itertools
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from pgconsole.core.demand import Demand
from pgconsole.core.row_store import RowStore
from pgconsole.db.session import Session
from pgconsole.db.text_connection import Page, PreparedText
from pgconsole.workers import portal_reader
from tests.fixtures.runs import Told, run


@pytest.fixture
def limits(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each page was asked for, in order."""
    asked: list[int] = []
    open_portal, read_portal = session.open_portal, session.read_portal

    async def opening(prepared: PreparedText, args: Sequence[str | None], name: str, limit: int) -> Page:
        asked.append(limit)
        return await open_portal(prepared, args, name, limit)

    async def reading(prepared: PreparedText, name: str, limit: int) -> Page:
        asked.append(limit)
        return await read_portal(prepared, name, limit)

    monkeypatch.setattr(session, "open_portal", opening)
    monkeypatch.setattr(session, "read_portal", reading)
    return asked


async def test_short_values_fill_a_screen_at_once(session: Session, limits: list[int]) -> None:
    await run(session, "select g, now(), g / 7.0 from generate_series(1, 5000) g", demand=Demand(rows=1000))
    assert limits[0] == portal_reader.FIRST_PAGE_ROWS


async def test_pages_of_values_that_may_be_long_grow_by_and_by(session: Session, limits: list[int]) -> None:
    await run(session, "select g::text from generate_series(1, 50000) g", demand=Demand(rows=20_000))
    assert limits[0] < 10
    assert limits[-1] == 2_000
    assert all(after <= 32 * before for before, after in itertools.pairwise(limits))


async def test_large_rows_come_a_few_at_a_time_and_leave_nothing_in_memory(
    session: Session, limits: list[int], tmp_path: Path
) -> None:
    row_bytes = 3 << 20
    tracemalloc.start()
    held = 0

    def paused(told: Told) -> bool:
        nonlocal held
        if told.pauses:
            held = tracemalloc.get_traced_memory()[0]
        return bool(told.pauses)

    def make_store(columns: int) -> RowStore:
        return RowStore(columns, memory_budget=1 << 20, spill_directory=tmp_path)

    try:
        query = f"select repeat('ab ', {row_bytes // 3}) from generate_series(1, 60)"
        told = await run(
            session, query, demand=Demand(size_bytes=16 << 20), until=paused, make_store=make_store, always_cursor=True
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert limits[0] < 10
    assert set(limits[1:]) <= {1}
    assert peak < 20 * row_bytes
    assert held < 3 * row_bytes
    told.store.close()
