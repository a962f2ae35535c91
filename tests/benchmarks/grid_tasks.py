"""Measures the grid, and a QTableView over the same rows, each function in a process of its own."""

from PySide6.QtWidgets import QApplication

from pgconsole.ui.theme import apply_theme
from tests.benchmarks import grid_bench, table_view


def paint_frame() -> dict[str, float]:
    """Milliseconds to paint a screen of new cells."""
    apply_theme(QApplication(["benchmark"]), "light")
    return {"paint_frame_ms": grid_bench.paint_frame_ms()}


def table_view_frame() -> dict[str, float]:
    """The same for a QTableView."""
    apply_theme(QApplication(["benchmark"]), "light")
    return {"paint_frame_ms": table_view.paint_frame_ms()}


def random_jump(row_count: int) -> dict[str, float]:
    """Milliseconds from the wish to see a random row of a spilled result until it is painted."""
    apply_theme(QApplication(["benchmark"]), "light")
    return {"random_jump_ms": grid_bench.random_jump_ms(row_count)}


def select_all(row_count: int) -> dict[str, float]:
    """Milliseconds until all cells of a result are selected and painted so."""
    apply_theme(QApplication(["benchmark"]), "light")
    return {"select_all_ms": grid_bench.select_all_ms(row_count)}
