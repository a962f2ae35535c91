"""The window's docks: panes below the tabs, one behind the other at first, that the user moves, floats and closes.

Owns how a pane comes, goes and is come back to; what a pane shows is its own.
"""

from collections.abc import Callable

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

_FIRST_HEIGHT_PX = 264

Seen = Callable[[bool], None]


class PaneDocks(QObject):
    """The docks of one window, by the ids of the checkable actions that show and hide them."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._panes: dict[str, QWidget] = {}
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.installEventFilter(self)

    def add(self, action: QAction, pane: QWidget, seen: Seen | None = None) -> None:
        """Take a pane in, hidden; its dock is called after the action that shows it.

        `seen` hears whether the pane can be seen, or is closed or behind another one.
        """
        dock = QDockWidget(action.text().replace("&", ""), self._window)
        dock.setObjectName(f"dock.{action.objectName()}")
        dock.setWidget(pane)
        dock.hide()
        beside = next(iter(self._docks.values()), None)
        self._window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        if beside is not None:
            self._window.tabifyDockWidget(beside, dock)
        self._docks[action.objectName()] = dock
        self._panes[action.objectName()] = pane
        # An action that is triggered has changed its mark already, which is to say what is seen.
        dock.visibilityChanged.connect(lambda _seen: action.setChecked(not dock.isHidden()))
        action.triggered.connect(lambda _checked=False: self._toggle(action))
        if seen is not None:
            dock.visibilityChanged.connect(seen)

    def show(self, action_id: str) -> None:
        """Show a pane above those that share its place, and give it the focus."""
        dock = self._docks[action_id]
        comes_alone = not any(each.isVisible() for each in self._docks.values())
        dock.show()
        dock.raise_()
        if comes_alone and not dock.isFloating() and dock.height() < _FIRST_HEIGHT_PX:
            self._window.resizeDocks([dock], [_FIRST_HEIGHT_PX], Qt.Orientation.Vertical)
        self._panes[action_id].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _toggle(self, action: QAction) -> None:
        """Hide a pane that is to be seen; show one that is hidden or lies behind another."""
        dock = self._docks[action.objectName()]
        if self._panes[action.objectName()].visibleRegion().isEmpty():
            self.show(action.objectName())
        else:
            focused, centre = QApplication.focusWidget(), self._window.centralWidget()
            dock.hide()
            if focused is not None and centre is not None and dock.isAncestorOf(focused):
                centre.setFocus(Qt.FocusReason.OtherFocusReason)
        action.setChecked(not dock.isHidden())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Name the bars of tabs that Qt makes for panes that share a place."""
        if isinstance(event, QChildEvent) and event.type() is QEvent.Type.ChildPolished:
            child = event.child()
            if isinstance(child, QTabBar):
                child.setObjectName("paneTabs")
                child.setAccessibleName("Panes")
        return False
