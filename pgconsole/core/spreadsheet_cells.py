"""Cells that a spreadsheet would take for a formula, and run, when it opens a file that holds them.

Files are byte-exact unless somebody asks for the safe form; then such a cell gets an apostrophe in front, which
spreadsheets take for "this is text". Source of the list: OWASP, "CSV Injection".
"""

import re
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]\d[\d.,]*(?:[eE][+-]?\d+)?$")


def is_formula(cell: str) -> bool:
    """Whether a cell begins as formulas do; a number with its sign is none."""
    return _FORMULA.match(cell) is not None and _NUMBER.match(cell) is None


def safe_cell(cell: str) -> str:
    """The cell as a spreadsheet takes for text."""
    return f"'{cell}" if is_formula(cell) else cell


def count_formulas(cells: Iterable[str]) -> int:
    """How many of the cells a spreadsheet would run."""
    return sum(map(is_formula, cells))


def formula_warning(count: int) -> str:
    """A sentence about so many cells; empty for none."""
    if not count:
        return ""
    if count == 1:
        return "A cell begins as a formula does (=, +, - or @): a spreadsheet may run it."
    return f"{count:,} cells begin as formulas do (=, +, - or @): a spreadsheet may run them."
