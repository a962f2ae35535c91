"""Tabs that bear the mark of their connection: a coloured edge and, where it matters, the word and the name."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QTabWidget, QWidget

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.profile import ConnectionKind
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import BAND_HEIGHT, GAP_S, GAP_XS, TAB_UNDERLINE, colour_of, theme_of

_WIDEST_NAME = 140
_WORDS = {
    ConnectionKind.DEVELOPMENT: "",
    ConnectionKind.TEST: "Test",
    ConnectionKind.PRODUCTION: "Production",
}


class TabMark(QWidget):
    """The words left of a tab's title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tabMark")
        self.status = ConnectionStatus()
        self.is_named = False
        self._word = plain_label("", "", self)
        self._name = plain_label("", "second", self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP_S, 0, 0, TAB_UNDERLINE)
        layout.setSpacing(GAP_XS)
        layout.addWidget(self._word)
        layout.addWidget(self._name)

    @property
    def text(self) -> str:
        """What it says; empty where the mark needs no words."""
        return " ".join(label.text() for label in (self._word, self._name) if not label.isHidden())

    def show_status(self, status: ConnectionStatus, *, named: bool) -> None:
        """Say the kind, and with `named` which connection it is."""
        self.status, self.is_named = status, named
        word, name = _WORDS[status.kind], status.label if named else ""
        self._word.setText(word)
        self._word.setVisible(bool(word))
        metrics = self._name.fontMetrics()
        shown = plain_label(name).text()
        self._name.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideMiddle, _WIDEST_NAME))
        self._name.setVisible(bool(name))
        self.setAccessibleName(self.text)
        self.dress()
        self.adjustSize()

    def edge(self) -> QColor | None:
        """The colour of the tab's edge: the user's own, else the kind's, else none."""
        if self.status.colour:
            return QColor(self.status.colour)
        kind = self.status.kind
        return colour_of(theme_of(self), kind is ConnectionKind.TEST, kind is ConnectionKind.PRODUCTION)

    def dress(self) -> None:
        """Take the colours of the palette."""
        kind = self.status.kind
        color = colour_of(theme_of(self), kind is ConnectionKind.TEST, kind is ConnectionKind.PRODUCTION)
        self._word.setStyleSheet(f"color: {color.name()}" if color is not None else "")


class _MarkedBar(QTabBar):
    """Draws the edges above the tabs that have one."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tabs as ever, and then their edges."""
        super().paintEvent(event)
        painter = QPainter(self)
        for index in range(self.count()):
            mark = self.tabButton(index, QTabBar.ButtonPosition.LeftSide)
            edge = mark.edge() if isinstance(mark, TabMark) else None
            if edge is not None:
                rect = self.tabRect(index)
                painter.fillRect(rect.left(), rect.top(), rect.width() - 1, BAND_HEIGHT, edge)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            for index in range(self.count()):
                mark = self.tabButton(index, QTabBar.ButtonPosition.LeftSide)
                if isinstance(mark, TabMark):
                    mark.dress()


class MarkedTabs(QTabWidget):
    """A tab widget whose tabs say which connection they work on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        bar = _MarkedBar(self)
        bar.setObjectName("tabBar")
        bar.setAccessibleName("Tabs")
        self.setTabBar(bar)

    def mark(self, page: QWidget, status: ConnectionStatus, *, named: bool) -> None:
        """Mark a page's tab by its connection; with `named`, as where several are open, by its name too."""
        bar, index = self.tabBar(), self.indexOf(page)
        if index < 0:
            return
        side = QTabBar.ButtonPosition.LeftSide
        mark = bar.tabButton(index, side)
        if not isinstance(mark, TabMark):
            mark = TabMark(bar)
        elif mark.status == status and mark.is_named == named:
            return
        mark.show_status(status, named=named)
        # Set anew it takes its new width; set over itself the bar would hide it.
        bar.setTabButton(index, side, None)
        bar.setTabButton(index, side, mark)
        mark.show()
        self._name_for_readers(index)
        self.setTabToolTip(index, plain_tip(status.details) if status.label else "")
        bar.update()

    def setTabText(self, index: int, text: str) -> None:
        """The title, for screen readers with what the mark says."""
        super().setTabText(index, text)
        self._name_for_readers(index)

    def _name_for_readers(self, index: int) -> None:
        mark = self.tabBar().tabButton(index, QTabBar.ButtonPosition.LeftSide)
        words = mark.text if isinstance(mark, TabMark) else ""
        self.tabBar().setAccessibleTabName(index, f"{self.tabText(index)}, {words}" if words else "")

    def mark_of(self, page: QWidget) -> TabMark | None:
        """The mark of a page's tab."""
        mark = self.tabBar().tabButton(self.indexOf(page), QTabBar.ButtonPosition.LeftSide)
        return mark if isinstance(mark, TabMark) else None
