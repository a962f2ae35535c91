"""Chooses column widths from names, types and the rows at hand; changes nothing itself."""

from collections.abc import Sequence

from pgconsole.core.columns import Column
from pgconsole.core.plain_text import cut_line, visible_line
from pgconsole.ui.grid.columns import MIN_WIDTH
from pgconsole.ui.grid.header import KEY_MARK_WIDTH, NAME_LIMIT_CHARS
from pgconsole.ui.grid.look import CELL_PADDING, NULL_TEXT, GridLook
from pgconsole.ui.grid.view import Cells

_FIRST_MAX_CHARS = 44
_FIRST_MIN_CHARS = 6
_NAME_MAX_CHARS = 28
_SLACK = 2


def name_widths(columns: Sequence[Column], look: GridLook) -> list[int]:
    """Return widths in which each column's name is seen, cut at some 28 characters, before there are rows."""
    least, most = _FIRST_MIN_CHARS * look.char_width, _NAME_MAX_CHARS * look.char_width
    types: dict[str, float] = {}
    widths = []
    for column in columns:
        if column.type_name not in types:
            types[column.type_name] = _type_width(column, look)
        header = max(_name_width(column, look), types[column.type_name]) + _SLACK
        widths.append(max(MIN_WIDTH, round(max(least, min(header, most))) + 2 * CELL_PADDING))
    return widths


def widened(widths: Sequence[int], rows: Sequence[Cells], look: GridLook, room: int) -> list[int]:
    """Return the widths, grown to show the given rows' values up to some 44 characters, and further while room is left.

    `room` is what all columns may take together, in pixels; a plan's one column has all of it.
    """
    if not rows:
        return list(widths)
    lengths = [max(map(_shown_length, cells)) for cells in zip(*rows, strict=True)]
    whole = [whole_width(length, look) for length in lengths]
    most = whole_width(_FIRST_MAX_CHARS, look)
    first = [max(width, min(wanted, most)) for width, wanted in zip(widths, whole, strict=True)]
    return _spread(first, whole, room)


def _shown_length(cell: str | None) -> int:
    """How many characters a value takes in the grid, where what can't be seen stands as something that can."""
    if cell is None:
        return len(NULL_TEXT)
    if len(cell) > _FIRST_MAX_CHARS or cell.isprintable():
        return len(cell)
    return len(visible_line(cell))


def whole_width(length: int, look: GridLook) -> int:
    """Return the width in which so many characters are seen whole."""
    return round(length * look.char_width) + _SLACK + 2 * CELL_PADDING


def _spread(widths: list[int], whole: Sequence[int], room: int) -> list[int]:
    """Share the room that is left among the columns that are cut, those first that lack least."""
    left = room - sum(widths)
    cut = sorted((column for column in range(len(widths)) if whole[column] > widths[column]), key=whole.__getitem__)
    for place, column in enumerate(cut):
        if left <= 0:
            break
        more = min(whole[column] - widths[column], left // (len(cut) - place))
        widths[column] += more
        left -= more
    return widths


def fitting_width(number: int, column: Column, rows: Sequence[Cells], look: GridLook) -> int:
    """Return the width in which a column's name and its cells of the given rows are seen whole."""
    cells = [row[number] for row in rows]
    longest = max([look.chip_width if cell is None else look.advance(cell) for cell in cells], default=0.0)
    header = max(_name_width(column, look), _type_width(column, look))
    return round(max(longest, header)) + _SLACK + 2 * CELL_PADDING


def _name_width(column: Column, look: GridLook) -> float:
    width = look.name_metrics.horizontalAdvance(cut_line(column.name, NAME_LIMIT_CHARS))
    return width + (KEY_MARK_WIDTH if column.is_primary_key else 0)


def _type_width(column: Column, look: GridLook) -> float:
    return look.type_metrics.horizontalAdvance(cut_line(column.type_name, NAME_LIMIT_CHARS))
