"""Chooses column widths from names, types and the rows at hand; changes nothing itself."""

from collections.abc import Sequence

from pgconsole.core.columns import Column
from pgconsole.core.plain_text import cut_line
from pgconsole.ui.grid_columns import MIN_WIDTH
from pgconsole.ui.grid_header import KEY_MARK_WIDTH, NAME_LIMIT_CHARS
from pgconsole.ui.grid_look import CELL_PADDING, GridLook
from pgconsole.ui.grid_view import Cells

_FIRST_MAX_CHARS = 44
_FIRST_MIN_CHARS = 6
_NAME_MAX_CHARS = 28
_SLACK = 2


def first_widths(columns: Sequence[Column], rows: Sequence[Cells], look: GridLook) -> list[int]:
    """Return widths for a new result: the name is seen, and values up to some 44 characters."""
    lengths = [
        max((4 if cell is None else len(cell) for cell in cells), default=0) for cells in zip(*rows, strict=True)
    ]
    widths = []
    for number, column in enumerate(columns):
        longest = min(lengths[number], _FIRST_MAX_CHARS) if lengths else 0
        content = max(longest, _FIRST_MIN_CHARS) * look.char_width + _SLACK
        name = min(_header_width(column, look), _NAME_MAX_CHARS * look.char_width)
        widths.append(max(MIN_WIDTH, round(max(content, name)) + 2 * CELL_PADDING))
    return widths


def fitting_width(number: int, column: Column, rows: Sequence[Cells], look: GridLook) -> int:
    """Return the width in which a column's name and its cells of the given rows are seen whole."""
    cells = [row[number] for row in rows]
    longest = max([look.chip_width if cell is None else look.advance(cell) for cell in cells], default=0.0)
    return round(max(longest, _header_width(column, look))) + _SLACK + 2 * CELL_PADDING


def _header_width(column: Column, look: GridLook) -> float:
    name = look.name_metrics.horizontalAdvance(cut_line(column.name, NAME_LIMIT_CHARS))
    kind = look.type_metrics.horizontalAdvance(cut_line(column.type_name, NAME_LIMIT_CHARS))
    return max(name + (KEY_MARK_WIDTH if column.is_primary_key else 0), kind) + _SLACK
