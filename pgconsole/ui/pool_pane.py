"""The pane of a connection's pool: figures that are always in view, and beside them connections, charts, advice, logs.

A humble widget: it shows a `PoolPicture`, and says what the user asks for.
"""

import json
from dataclasses import asdict

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from pgconsole.core.pool_facts import PoolEvent
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.pool_plots import POOL_PLOTS
from pgconsole.ui.charting.page import ChartsPage
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.live_table import LiveTable
from pgconsole.ui.pool.advice_list import AdviceList
from pgconsole.ui.pool.applications_page import ApplicationsPage
from pgconsole.ui.pool.columns import CONNECTION_COLUMNS, EVENT_COLUMNS, ConnectionRow, connection_rows
from pgconsole.ui.pool.query_log_view import QueryLogView
from pgconsole.ui.pool.summary import PoolSummary
from pgconsole.ui.theme import GAP_S
from pgconsole.ui.window.bar_buttons import corner_of

_TOLD_MS = 8_000


class PoolPane(QWidget):
    """Shows one pool at a time."""

    seen_changed = Signal(bool)
    """Whether anybody can see it."""
    recycle_wanted = Signal(int)
    """The pid of a connection."""
    session_wanted = Signal(int)
    """The pid of a connection whose session is to be shown in the activity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("poolPane")
        self.setAccessibleName("Connection pool")
        self.setProperty("stats", "")
        self.picture: PoolPicture | None = None
        """What is shown; None without a connection."""
        self.summary = PoolSummary(self)
        self.tabs = QTabWidget(self)
        self.connections: LiveTable[ConnectionRow] = LiveTable(
            "poolConnections", "Connections", CONNECTION_COLUMNS, lambda row: row.facts.pid, self
        )
        self.charts = ChartsPage("poolCharts", "Charts of the pool", POOL_PLOTS, 4, self)
        self.advice = AdviceList(self)
        self.events: LiveTable[PoolEvent] = LiveTable(
            "poolEvents", "Events of connections", EVENT_COLUMNS, lambda event: event.number, self
        )
        self.query_log = QueryLogView(self)
        self.applications = ApplicationsPage(self)
        self._told = plain_label("", "second", self)
        self._told.setObjectName("poolTold")
        self._told.setContentsMargins(GAP_S, 2, GAP_S, 2)
        self._told.hide()
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.timeout.connect(self._told.hide)
        self._lay_out()
        self.setFocusProxy(self.connections)
        self.connections.installEventFilter(self)
        self.connections.activated.connect(lambda _index: self._open_connection())
        self.tabs.currentChanged.connect(lambda _index: self._page_changed())
        self.show_nothing()

    def _lay_out(self) -> None:
        self.tabs.setObjectName("poolTabs")
        self.tabs.setAccessibleName("Parts of the pool")
        self.tabs.setDocumentMode(True)
        for page, title in (
            (self.connections, "Connections"),
            (self.charts, "Charts"),
            (self.advice, "Advice"),
            (self.events, "Events"),
            (self.query_log, "Query log"),
            (self.applications, "Applications"),
        ):
            self.tabs.addTab(page, title)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.tabs, 1)
        right.addWidget(self._told)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self.summary)
        columns.addLayout(right, 1)

    def show_actions(self, actions: list[QAction], of_rows: list[QAction]) -> None:
        """Take the commands of the pool as buttons, beside the tabs; those of a row stand in its menu only."""
        buttons: list[QWidget] = []
        for action in actions:
            button = QToolButton(self)
            button.setObjectName(f"{action.objectName()}.button")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setAutoRaise(True)
            button.setDefaultAction(action)
            buttons.append(button)
        self.tabs.setCornerWidget(corner_of(self.tabs, buttons), Qt.Corner.TopRightCorner)
        self.connections.addActions([*of_rows, *actions])
        self.connections.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    # What it shows

    def show_picture(self, picture: PoolPicture) -> None:
        """Show how the pool stands; of the pages, the one that is to be seen."""
        self.picture = picture
        self.setProperty("stats", json.dumps(asdict(picture.stats)))
        self.summary.show_picture(picture)
        findings = sum(advice.level != "fine" for advice in picture.advice)
        self.tabs.setTabText(2, f"Advice {findings}" if findings else "Advice")
        self._show_page()

    def show_nothing(self) -> None:
        """There is no connection."""
        self.picture = None
        self.setProperty("stats", "")
        self.summary.show_nothing()
        self.tabs.setTabText(2, "Advice")
        self.connections.show_rows([])
        self.events.show_rows([])
        self.advice.show_advice(())
        self.charts.show_samples(None)
        self.query_log.show_nothing()

    def _page_changed(self) -> None:
        """Who comes to the pane by its key comes to the page that is shown."""
        self.setFocusProxy(self.tabs.currentWidget())
        self._show_page()

    def _show_page(self) -> None:
        picture, page = self.picture, self.tabs.currentWidget()
        if picture is None:
            return
        if page is self.connections:
            rows = connection_rows(list(picture.sessions), list(picture.beside), picture.backends, picture.at)
            self.connections.show_rows(rows)
        elif page is self.charts:
            self.charts.show_samples(picture.samples)
        elif page is self.advice:
            self.advice.show_advice(picture.advice)
        elif page is self.events:
            self.events.show_rows(list(reversed(list(picture.events))))
        elif page is self.query_log:
            self.query_log.show_picture(picture)

    def tell(self, text: str) -> None:
        """Say what came of something that was asked for, for a while."""
        self._told.setText(text)
        self._told.setVisible(bool(text))
        self._silence.start(_TOLD_MS)

    # What the user does

    @property
    def selected_pid(self) -> int | None:
        """The pid of the connection that is selected; None without one."""
        rows = self.connections.selected()
        return rows[0].facts.pid if rows else None

    def find_connection(self, pid: int) -> bool:
        """Show a connection in the table and select it; False where it is not there."""
        self.tabs.setCurrentWidget(self.connections)
        self.connections.setFocus(Qt.FocusReason.OtherFocusReason)
        return self.connections.choose(pid)

    def _open_connection(self) -> None:
        if self.selected_pid is not None:
            self.session_wanted.emit(self.selected_pid)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Delete recycles the connection that is selected."""
        pressed = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and watched is self.connections
        pid = self.selected_pid if pressed else None
        if pid is None or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Delete:
            return False
        self.recycle_wanted.emit(pid)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """It is to be seen."""
        super().showEvent(event)
        self.seen_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """It is not to be seen any more."""
        super().hideEvent(event)
        self.seen_changed.emit(False)
