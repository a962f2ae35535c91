"""Keeps a widget directly behind the last tab of a row, as people find it in a browser."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QTabWidget, QWidget


class TabFollower(QObject):
    """Moves a corner widget of tabs to their end; where they take all the width, it stays in the corner."""

    def __init__(self, tabs: QTabWidget, corner: QWidget) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._corner = corner
        tabs.tabBar().installEventFilter(self)
        corner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow whatever lays the tabs or the corner out."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._follow()
        return False

    def _follow(self) -> None:
        bar, corner = self._tabs.tabBar(), self._corner
        room = self._tabs.width() - corner.width()
        tabs = sum(bar.tabRect(index).width() for index in range(bar.count()))
        wanted = min(bar.x() + tabs, room)
        if corner.x() != wanted:
            corner.move(wanted, corner.y())
