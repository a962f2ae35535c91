"""How a window was left: read off it, and given back to the next one. Keeping it is `workers.settings_file`'s."""

import base64
import binascii
from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QMargins, Qt
from PySide6.QtWidgets import QStyle

from pgconsole.core.profile import Profile
from pgconsole.core.settings import WindowState
from pgconsole.ui.main_window import MainWindow

_FRAME = QMargins(8, 40, 8, 8)
"""Room for title bar and borders: how large those are is known only of a window that is shown."""


def window_state(window: MainWindow, last_connections: Iterable[Profile]) -> WindowState:
    """What of a window is worth remembering, with the connections that are open in it."""
    tab = window.current_tab
    return WindowState(
        geometry=base64.b64encode(window.saveGeometry().data()).decode(),
        is_maximized=window.isMaximized(),
        docks=base64.b64encode(window.saveState().data()).decode(),
        splitter_px=tuple(tab.splitter.sizes()) if tab is not None else window.split_px,
        current_tab=tab.draft_id if tab is not None else "",
        zoom_pt=window.zoom_pt,
        last_connections=tuple(last_connections),
    )


def restore_geometry(window: MainWindow, state: WindowState) -> None:
    """Give a window that is not shown yet the place and size of the last one; what Qt can't read is left.

    A place on a screen that is gone, or beyond the edge of one, becomes one that is seen whole: Qt sees to that. It
    takes none from a screen of quite another width; that window, and the very first, stand in the middle, or fill the
    screen if they filled that one.
    """
    window.split_px = state.splitter_px
    geometry = _decoded(state.geometry)
    if not geometry or not window.restoreGeometry(QByteArray(geometry)):
        room = window.screen().availableGeometry().marginsRemoved(_FRAME)
        size = window.size().boundedTo(room.size())
        middle = Qt.AlignmentFlag.AlignCenter
        window.setGeometry(QStyle.alignedRect(Qt.LayoutDirection.LeftToRight, middle, size, room))
        if state.is_maximized:
            window.setWindowState(Qt.WindowState.WindowMaximized)


def restore_docks(window: MainWindow, state: WindowState) -> None:
    """Put the panes where they were, those shown that were; what Qt can't read is left."""
    docks = _decoded(state.docks)
    if docks:
        window.restoreState(QByteArray(docks))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def restore_tabs(window: MainWindow, state: WindowState) -> None:
    """Split the tabs that came back as the last one was, and show the one that was shown."""
    for tab in window.query_tabs():
        if len(state.splitter_px) == tab.splitter.count():
            tab.splitter.setSizes(state.splitter_px)
        if tab.draft_id == state.current_tab:
            window.tabs.setCurrentWidget(tab)
