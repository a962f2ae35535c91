"""Movements and selections of a grid without a grid."""

import pytest

from pgconsole.core.selection import Area
from pgconsole.ui.grid.cursor import GridCursor, Pick, Step


@pytest.mark.parametrize(
    ("step", "cell"),
    [
        (Step.UP, (49, 5)),
        (Step.DOWN, (51, 5)),
        (Step.LEFT, (50, 4)),
        (Step.RIGHT, (50, 6)),
        (Step.PAGE_UP, (30, 5)),
        (Step.PAGE_DOWN, (70, 5)),
        (Step.ROW_START, (50, 0)),
        (Step.ROW_END, (50, 9)),
        (Step.COLUMN_TOP, (0, 5)),
        (Step.COLUMN_BOTTOM, (99, 5)),
        (Step.FIRST_CELL, (0, 0)),
        (Step.LAST_CELL, (99, 9)),
    ],
)
def test_a_step_leads_where_its_name_says(step: Step, cell: tuple[int, int]) -> None:
    assert GridCursor(50, 5).target(step, 100, 10, 20) == cell


@pytest.mark.parametrize("step", list(Step))
def test_no_step_leaves_the_result(step: Step) -> None:
    assert GridCursor(0, 0).target(step, 1, 1, 50) == (0, 0)


def test_extending_keeps_the_anchor() -> None:
    cursor = GridCursor()
    cursor.pick_cell(5, 5, Pick.REPLACE)
    cursor.pick_cell(7, 2, Pick.EXTEND)
    cursor.pick_cell(3, 6, Pick.EXTEND)
    assert cursor.selection.areas == (Area(3, 6, 5, 7),)
    assert (cursor.row, cursor.column) == (3, 6)


def test_adding_begins_an_area_that_can_be_stretched() -> None:
    cursor = GridCursor()
    cursor.pick_cell(0, 0, Pick.REPLACE)
    cursor.pick_cell(4, 4, Pick.ADD)
    cursor.pick_cell(5, 5, Pick.EXTEND)
    assert cursor.selection.areas == (Area(0, 1, 0, 1), Area(4, 6, 4, 6))


def test_whole_rows_and_columns_extend_as_such() -> None:
    cursor = GridCursor(2, 1)
    cursor.pick_row(3, 10, Pick.REPLACE)
    cursor.pick_row(1, 10, Pick.EXTEND)
    assert cursor.selection.areas == (Area(1, 4, 0, 10),)
    cursor.pick_column(4, 100, Pick.REPLACE)
    cursor.pick_column(6, 100, Pick.EXTEND)
    assert cursor.selection.areas == (Area(0, 100, 4, 7),)


def test_all_of_any_size_is_one_area() -> None:
    cursor = GridCursor()
    cursor.pick_all(10**12, 3)
    assert cursor.selection.cell_count == 3 * 10**12
