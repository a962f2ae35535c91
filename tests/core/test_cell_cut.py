"""Beginnings of cells, against the cells cut after reading them whole."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgconsole.core.byte_log import ByteLog
from pgconsole.core.cell_cut import cell_place, cut_cells

EDGE = 32 << 10
_SIZES = st.sampled_from([0, 1, 99, 100, 101, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE, 5 * EDGE])


@pytest.fixture
def log() -> Iterator[ByteLog]:
    log = ByteLog(1 << 20, None, None)
    yield log
    log.close()


@settings(deadline=None)
@given(st.lists(_SIZES, min_size=1, max_size=5), st.sampled_from([b"", b"before"]), st.sampled_from([100, EDGE]))
def test_cells_of_any_sizes_are_cut(sizes: list[int], before: bytes, keep: int) -> None:
    cells = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    log = ByteLog(1 << 20, None, None)
    row = b"\t".join(cells)
    log.append(before + row + b"after")
    start = len(before)
    found = cut_cells(log, start, start + len(row), b"\t", len(cells) - 1, keep)
    assert found == [cell[:keep] for cell in cells]
    places = [cell_place(log, start, start + len(row), b"\t", len(cells) - 1, number) for number in range(len(cells))]
    assert [log.read(*place) for place in places] == cells
    log.close()


def test_the_middle_of_a_large_cell_is_not_read(log: ByteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    row = b"1\t" + b"x" * (1 << 19) + b"\ty"
    log.append(row)
    read: list[int] = []
    whole_read = log.read

    def count(start: int, end: int) -> bytes:
        read.append(end - start)
        return whole_read(start, end)

    monkeypatch.setattr(log, "read", count)
    assert cut_cells(log, 0, len(row), b"\t", 2, 10) == [b"1", b"x" * 10, b"y"]
    assert sum(read) < 3 * EDGE
