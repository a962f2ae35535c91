"""Widens columns of numbers as longer ones come into view: a number that is cut reads as another one.

Columns never shrink, and those whose width the user chose stay as they are.
"""

from pgconsole.ui.grid.fit import whole_width
from pgconsole.ui.grid.view import GridView

_MOST_CHARS = 44
"""Longer numbers are cut, as other values are."""


def widen_numbers(view: GridView, room: int) -> bool:
    """Widen what is in view, `room` pixels of it across; whether anything changed."""
    shown = view.places.between(view.scroll_x, view.scroll_x + room)
    columns = [column for column in shown if view.columns[column].is_numeric and not view.places.is_chosen(column)]
    rows = view.glance(view.rows.top, view.rows.top + view.rows.page + 1) if columns else []
    changed = False
    for column in columns:
        longest = max((len(row[column] or "") for row in rows), default=0)
        width = whole_width(min(longest, _MOST_CHARS), view.look)
        if width > view.places.width(column):
            view.places.grow(column, width)
            changed = True
    return changed
