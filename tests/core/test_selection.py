"""Selections as areas, against the plain set of cells."""

from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.selection import Area, Selection, area_between, merge_spans

_EDGES = st.integers(0, 8)
_AREAS = st.builds(Area, _EDGES, _EDGES, _EDGES, _EDGES)


@given(st.lists(_AREAS, max_size=4))
def test_slabs_hold_each_selected_cell_once(areas: list[Area]) -> None:
    selection = Selection(tuple(areas))
    cells = {(row, column) for row in range(9) for column in range(9) if selection.contains(row, column)}
    found = [
        (row, column)
        for slab in selection.slabs()
        for row in range(slab.top, slab.bottom)
        for left, right in slab.columns
        for column in range(left, right)
    ]
    assert len(found) == len(set(found))
    assert set(found) == cells
    assert selection.cell_count == len(cells)
    assert selection.row_count == len({row for row, _ in cells})
    assert {column for left, right in selection.columns for column in range(left, right)} == {c for _, c in cells}
    assert selection.is_empty == (not cells)


def test_counting_costs_nothing_in_a_huge_selection() -> None:
    assert Selection((Area(0, 10**12, 0, 1664), Area(5, 6, 0, 3))).cell_count == 1664 * 10**12


def test_an_area_is_the_same_from_any_corner() -> None:
    assert area_between(3, 1, 2, 4) == area_between(2, 4, 3, 1) == Area(2, 4, 1, 5)


def test_touching_spans_are_joined() -> None:
    assert merge_spans([(5, 7), (0, 2), (2, 4), (6, 9)]) == ((0, 4), (5, 9))
