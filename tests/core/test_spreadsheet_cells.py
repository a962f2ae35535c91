"""What a spreadsheet would run is known, and made harmless where that is asked for."""

import pytest

from pgconsole.core.spreadsheet_cells import count_formulas, formula_warning, safe_cell


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-- a comment"])
def test_cell_that_would_run_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=b", " =1", "-5", "+1.5e10", "-1,000.25", "2026-01-01", "'=1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_warning_counts_the_cells() -> None:
    assert formula_warning(count_formulas(["a", "-1"])) == ""
    assert formula_warning(count_formulas(["a", "=1"])).startswith("A cell begins")
    assert formula_warning(1200).startswith("1,200 cells begin")
