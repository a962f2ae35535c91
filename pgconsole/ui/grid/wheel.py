"""Turns wheel and touch-pad events into whole rows and pixels, keeping the fractions for the next event."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

_NOTCH = 120
_ROWS_PER_NOTCH = 3


class WheelSteps:
    """Sums what wheels of any resolution send."""

    def __init__(self) -> None:
        self._rest = 0.0

    def take(self, event: QWheelEvent, row_height: int) -> tuple[int, int]:
        """Return by how many rows the view goes down and by how many pixels to the right; Shift swaps the two."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if pixels.isNull():
            scale = _ROWS_PER_NOTCH / _NOTCH
            up, left = angle.y() * scale, angle.x() * scale * row_height
        else:
            up, left = pixels.y() / row_height, float(pixels.x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not left:
            up, left = 0.0, up * row_height
        if up * self._rest < 0:
            self._rest = 0.0
        self._rest += up
        # Sums of fractions fall short of whole rows by a hair.
        rows = int(round(self._rest, 6))
        self._rest -= rows
        return -rows, -round(left)
