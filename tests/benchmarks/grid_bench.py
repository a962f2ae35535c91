"""Measures what the grid costs: a screen of new cells, a jump in a spilled result, an append, and both formats' rows.

Plain functions that return figures; running them in turn with anchors and writing them down is the runner's.
A QApplication must be there.
"""

import random
from collections.abc import Callable
from statistics import median
from time import perf_counter

from PySide6.QtWidgets import QApplication

from pgconsole.core.columns import Column
from pgconsole.core.row_store import RowStore
from pgconsole.ui.grid.result_grid import ResultGrid

ROWS, COLUMNS = 45, 12
VIEW_WIDTH = 1400
FRAMES = 60
_COPY_CHUNK_BYTES = 1 << 16

Row = tuple[str | None, ...]


def paint_frame_ms() -> float:
    """Milliseconds to paint 45 x 12 cells never painted before, at 1400 x 900; median of 60 frames."""
    store = RowStore(COLUMNS)
    store.append_rows([sample_row(number) for number in range((FRAMES + 1) * ROWS)])
    grid = _grid(store)
    times = []
    for frame in range(1, FRAMES + 1):
        grid.scroll_to_row(frame * ROWS)
        # The rows are decoded here, as `random_jump_ms` measures reading.
        store.glance(frame * ROWS, frame * ROWS + ROWS + 1)
        times.append(_timed(grid.viewport().repaint))
    _dispose(grid, store)
    return median(times)


def random_jump_ms(row_count: int = 10_000_000) -> float:
    """Milliseconds from the wish to see a random row of a spilled result until it is painted; median of 60 jumps."""
    store = RowStore(COLUMNS)
    _fill_with_copy_text(store, row_count)
    if store.spilled_bytes == 0:
        raise ValueError("the result is too small to be spilled")
    grid = _grid(store)
    dice = random.Random(2)

    def jump() -> None:
        grid.scroll_to_row(dice.randrange(row_count))
        grid.viewport().repaint()

    times = [_timed(jump) for _ in range(FRAMES)]
    _dispose(grid, store)
    return median(times)


def select_all_ms(row_count: int = 10_000_000) -> float:
    """Milliseconds from the wish to select every cell of a spilled result until it is painted; median of 60."""
    store = RowStore(COLUMNS)
    _fill_with_copy_text(store, row_count)
    grid = _grid(store)

    def select_all() -> None:
        grid.select_all()
        grid.viewport().repaint()

    times = []
    for _ in range(FRAMES):
        grid.move_to(0, 0)
        times.append(_timed(select_all))
    _dispose(grid, store)
    return median(times)


def append_ms() -> float:
    """Milliseconds that 1,000 rows of 12 columns take to reach the store and the grid's next frame; median of 60."""
    store = RowStore(COLUMNS)
    page = [sample_row(number) for number in range(1000)]
    store.append_rows(page)
    grid = _grid(store)

    def append() -> None:
        store.append_rows(page)
        grid.refresh(store.row_count, False, True)
        QApplication.processEvents()

    times = [_timed(append) for _ in range(FRAMES)]
    _dispose(grid, store)
    return median(times)


def packed_row_us(*, spilled: bool, with_null: bool = False, row_count: int = 400_000) -> float:
    """Microseconds to append one row of 16 columns as Python texts, a fifth of them NULL where asked for."""
    page = [_wide_row(number, with_null=with_null) for number in range(2000)]
    store = RowStore(16, memory_budget=1 << 20 if spilled else 1 << 30)
    begun = perf_counter()
    for _ in range(row_count // len(page)):
        store.append_rows(page)
    elapsed = perf_counter() - begun
    store.close()
    return elapsed / row_count * 1e6


def copy_row_us(*, spilled: bool, row_count: int = 1_000_000) -> float:
    """Microseconds to append one row of 16 columns as COPY text in chunks of 64 KiB."""
    lines = "".join("\t".join(map(str, _wide_row(number, with_null=False))) + "\n" for number in range(2000))
    data = lines.encode()
    chunks = [data[start : start + _COPY_CHUNK_BYTES] for start in range(0, len(data), _COPY_CHUNK_BYTES)]
    store = RowStore(16, memory_budget=1 << 20 if spilled else 1 << 30)
    begun = perf_counter()
    for _ in range(row_count // 2000):
        for chunk in chunks:
            store.append_copy_text(chunk)
    elapsed = perf_counter() - begun
    store.close()
    return elapsed / row_count * 1e6


def sample_row(number: int) -> Row:
    """Twelve cells as people have them, one of them NULL in four rows of five."""
    note = None if number % 5 else f"a note of row {number} that is too long for its column"
    return (
        str(number),
        f"customer {number}",
        "2026-11-01 12:00:00+01",
        f"{number * 1.37:.2f}",
        "t" if number % 2 else "f",
        note,
        str(number * 7919),
        "Zoë" if number % 9 == 0 else "Ada",
        f"{number % 97}",
        "",
        f"item-{number % 1000:04}",
        f"{number / 7:.6f}",
    )


def _wide_row(number: int, *, with_null: bool) -> Row:
    return tuple([None if with_null and column % 5 == 0 else f"value {number * column}" for column in range(16)])


def _fill_with_copy_text(store: RowStore, row_count: int) -> None:
    lines = [
        "\t".join(["\\N" if cell is None else cell for cell in sample_row(number)]) + "\n" for number in range(10_000)
    ]
    data = "".join(lines).encode()
    for _ in range(row_count // len(lines)):
        for start in range(0, len(data), 1 << 20):
            store.append_copy_text(data[start : start + (1 << 20)])


def _grid(store: RowStore) -> ResultGrid:
    """Show a grid whose viewport holds 45 rows and 12 columns."""
    numeric = {0, 3, 6, 8, 11}
    columns = [
        Column(f"column_{number}", 1700 if number in numeric else 25, "numeric" if number in numeric else "text")
        for number in range(COLUMNS)
    ]
    grid = ResultGrid()
    grid.set_result(columns, store)
    grid.show()
    grid.refresh(store.row_count, True, False)
    while grid.model().rowCount() < store.row_count:
        QApplication.processEvents()
    height = grid.row_height
    frame = grid.size() - grid.viewport().size()
    grid.resize(VIEW_WIDTH + frame.width(), ROWS * height + frame.height())
    for column in range(COLUMNS):
        grid.set_column_width(column, (VIEW_WIDTH - 20) // COLUMNS)
    QApplication.processEvents()
    return grid


def _timed(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def _dispose(grid: ResultGrid, store: RowStore) -> None:
    grid.close()
    grid.deleteLater()
    store.close()
