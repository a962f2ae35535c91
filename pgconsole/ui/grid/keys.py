"""Which key or modifier means which movement in a grid; a table, and nothing that acts."""

from PySide6.QtCore import Qt

from pgconsole.ui.grid.cursor import Pick, Step

_PLAIN = {
    Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
    Qt.Key.Key_Left: Step.LEFT,
    Qt.Key.Key_Right: Step.RIGHT,
    Qt.Key.Key_PageUp: Step.PAGE_UP,
    Qt.Key.Key_PageDown: Step.PAGE_DOWN,
    Qt.Key.Key_Home: Step.ROW_START,
    Qt.Key.Key_End: Step.ROW_END,
}
_WITH_CONTROL = {
    Qt.Key.Key_Up: Step.COLUMN_TOP,
    Qt.Key.Key_Down: Step.COLUMN_BOTTOM,
    Qt.Key.Key_Left: Step.ROW_START,
    Qt.Key.Key_Right: Step.ROW_END,
    Qt.Key.Key_Home: Step.FIRST_CELL,
    Qt.Key.Key_End: Step.LAST_CELL,
}


def step_of(key: int, modifiers: Qt.KeyboardModifier) -> Step | None:
    """Return the movement that a key asks for, or None for any other key."""
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return None
    steps = _WITH_CONTROL if modifiers & Qt.KeyboardModifier.ControlModifier else _PLAIN
    return steps.get(Qt.Key(key))


def pick_of(modifiers: Qt.KeyboardModifier) -> Pick:
    """Return what a click with these modifiers does to the selection."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return Pick.EXTEND
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return Pick.ADD
    return Pick.REPLACE


def opens_cell(key: int, *, control: bool, shift: bool) -> bool:
    """Whether a key opens the current cell: Space, or Shift+Enter."""
    return not control and (key == Qt.Key.Key_Space or (shift and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)))
