"""Waits until a window is to be seen, so that what it does not show yet can be loaded behind it."""

import asyncio
import contextlib

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_NOT_PAINTED_S = 0.5
"""A window that is minimised or covered is never painted."""


class _PaintWatch(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.painted = asyncio.Event()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            # The widget paints once this returns, and its children after it, all before the loop's next turn.
            self.painted.set()
        return False


async def first_paint(widget: QWidget) -> None:
    """Return once a widget that is being shown was painted, or half a second has passed without."""
    watch = _PaintWatch(widget)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_NOT_PAINTED_S):
            await watch.painted.wait()
    widget.removeEventFilter(watch)
    watch.deleteLater()
