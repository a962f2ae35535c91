"""The window: lays out toolbar, tabs, notice bar and status line, and passes intents on; it decides nothing."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.action import Condition
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.run_state import TransactionState
from pgconsole.core.wording import as_sentence
from pgconsole.ui.action_set import ActionSet, with_keys
from pgconsole.ui.command_palette import CommandPalette
from pgconsole.ui.icons import icon
from pgconsole.ui.kind_band import KindBand
from pgconsole.ui.notice_bar import NoticeBar
from pgconsole.ui.plain_tip import plain_tip, plain_title
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.start_page import StartPage
from pgconsole.ui.status_line import StatusLine
from pgconsole.ui.theme import DATA_FONT_MAX_PT, DATA_FONT_MIN_PT, DATA_FONT_SIZE_PT, TOOLBAR_HEIGHT


class MainWindow(QMainWindow):
    """One window with its query tabs; what its actions do is bound by `WindowActions` and the application."""

    close_requested = Signal()
    tab_changed = Signal()
    tab_close_requested = Signal(object)
    """The `QueryTab` whose close button was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("pgconsole")
        self.resize(1280, 800)
        self._usual_font_size_pt = self.font_size_pt = DATA_FONT_SIZE_PT
        self.can_reopen = False
        """Whether a closed tab can come back; the application says so."""
        self.may_close = False
        """Set by the application once everything is put away."""
        self.actions_by_id = ActionSet(self)
        self.connection_button = QToolButton(self)
        self.band = KindBand(self)
        self.tabs = QTabWidget(self)
        self.start_page = StartPage(self)
        self.pages = QStackedWidget(self)
        self.notice_bar = NoticeBar(self)
        self.status_line = StatusLine(self)
        self.command_palette = CommandPalette(self.actions_by_id, self)
        self._lay_out()
        self._build_bars()
        self.tabs.currentChanged.connect(lambda _index: self._current_changed())
        self.tabs.tabCloseRequested.connect(self._close_pressed)

    def _lay_out(self) -> None:
        self.tabs.setObjectName("queryTabs")
        self.tabs.setAccessibleName("Query tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.setTabsClosable(True)
        self.tabs.setMovable(True)
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self.tabs)
        central = QWidget(self)
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.band)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.notice_bar)
        self.setCentralWidget(central)
        self.setStatusBar(self.status_line)

    def _build_bars(self) -> None:
        self.actions_by_id.fill_menu_bar(self.menuBar())
        bar = QToolBar("Toolbar", self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setFixedHeight(TOOLBAR_HEIGHT)
        self.connection_button.setObjectName("connectionButton")
        self.connection_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.connection_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.connection_button.setAccessibleName("Connection")
        bar.addWidget(self.connection_button)
        bar.addSeparator()
        self.actions_by_id.fill_toolbar(bar)
        room = QWidget(bar)
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(room)
        search = QToolButton(bar)
        search.setDefaultAction(self.actions_by_id["help.palette"])
        search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addWidget(search)
        self.addToolBar(bar)
        new_tab = QToolButton(self.tabs)
        new_tab.setDefaultAction(self.actions_by_id["tab.new"])
        new_tab.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        new_tab.setToolTip(with_keys("New tab", self.actions_by_id["tab.new"]))
        new_tab.setAutoRaise(True)
        self.tabs.setCornerWidget(new_tab, Qt.Corner.TopRightCorner)

    # Tabs

    @property
    def current_tab(self) -> QueryTab | None:
        """The query tab that is shown; None on the start page."""
        tab = self.tabs.currentWidget()
        return tab if isinstance(tab, QueryTab) and self.pages.currentWidget() is self.tabs else None

    def query_tabs(self) -> Iterator[QueryTab]:
        """Every query tab from left to right."""
        for index in range(self.tabs.count()):
            tab = self.tabs.widget(index)
            if isinstance(tab, QueryTab):
                yield tab

    def add_tab(self, tab: QueryTab) -> None:
        """Add a tab on the right, show it, and give its editor the focus."""
        shown = self.current_tab
        if shown is not None:
            tab.splitter.setSizes(shown.splitter.sizes())
        index = self.tabs.addTab(tab, "")
        self.retitle(tab)
        tab.set_font_size(self.font_size_pt)
        tab.editor.zoom_requested.connect(self.zoom)
        self.actions_by_id.add_to(tab.editor, "editor")
        self.actions_by_id.add_to(tab.results, "grid")
        tab.state_changed.connect(self._refresh)
        tab.run_began.connect(self.notice_bar.dismiss)
        tab.result_changed.connect(self._refresh)
        tab.text_changed.connect(lambda: self.retitle(tab))
        self.tabs.setCurrentIndex(index)
        self.pages.setCurrentWidget(self.tabs)
        tab.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._current_changed()

    def remove_tab(self, tab: QueryTab) -> None:
        """Take a tab away; its results must be closed already."""
        self.tabs.removeTab(self.tabs.indexOf(tab))
        tab.deleteLater()
        if not self.tabs.count():
            self.pages.setCurrentWidget(self.start_page)
        self._current_changed()

    def retitle(self, tab: QueryTab) -> None:
        """Show a tab's name, with a star where its text is not in a file."""
        title = plain_title(tab.title)
        self.tabs.setTabText(self.tabs.indexOf(tab), f"{title} *" if tab.is_unsaved else title)

    def step_tab(self, by: int) -> None:
        """Go `by` tabs to the right, round the end."""
        if self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def _close_pressed(self, index: int) -> None:
        self.tab_close_requested.emit(self.tabs.widget(index))

    # What it shows

    def show_connection(self, status: ConnectionStatus) -> None:
        """Name the connection of the current tab, or say that there is none."""
        label = f"Connecting to {status.label}" if status.phase == "connecting" else status.label
        self.connection_button.setText(plain_title(label) or "Not connected")
        self.connection_button.setIcon(icon("database" if label else "disconnect", self))
        self.connection_button.setToolTip(plain_tip(status.title))
        self.band.show_kind(status.kind)
        self.status_line.show_connection(label, status.title, status.channel or "")
        self.setWindowTitle(f"{label} - pgconsole" if label else "pgconsole")

    def show_error(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error; a bug of ours says that it is one."""
        words = " ".join(as_sentence(part) for part in (error.what, error.remedy) if part)
        self.notice_bar.show_notice(f"A fault of pgconsole: {words}" if error.is_bug else words, "error")

    def zoom(self, by: int) -> None:
        """Enlarge or shrink SQL and data in every tab by whole points; 0 goes back to the usual size."""
        size_pt = self.font_size_pt + by if by else self._usual_font_size_pt
        self.font_size_pt = min(max(size_pt, DATA_FONT_MIN_PT), DATA_FONT_MAX_PT)
        for tab in self.query_tabs():
            tab.set_font_size(self.font_size_pt)

    def set_usual_font_size(self, size_pt: float) -> None:
        """Take the size that the settings have."""
        self._usual_font_size_pt = size_pt
        self.zoom(0)

    def _current_changed(self) -> None:
        self._refresh()
        self.tab_changed.emit()

    def _refresh(self) -> None:
        """Show the current tab's state in the status line, and enable what can be done now."""
        tab = self.current_tab
        self.status_line.show_state(tab.state if tab is not None else None)
        self.status_line.show_result(tab.results.result if tab is not None else None)
        self.actions_by_id.set_conditions(self._conditions())
        actions = self.actions_by_id
        if tab is not None:
            actions["query.auto_commit"].setChecked(tab.state.auto_commit)
            actions["query.read_only"].setChecked(tab.state.read_only)
            level = tab.state.isolation.replace(" ", "_") or "default"
            actions[f"query.isolation_{level}"].setChecked(True)
            actions["result.pin"].setChecked(tab.results.pane is not None and tab.results.pane.is_kept)

    def _conditions(self) -> set[Condition]:
        tab = self.current_tab
        conditions: set[Condition] = set()
        if self.can_reopen:
            conditions.add("can_reopen")
        if tab is None:
            return conditions
        state, result, pane = tab.state, tab.results.result, tab.results.pane
        conditions |= {"has_tab", "busy" if state.is_busy else "idle"}
        facts: tuple[tuple[Condition, bool], ...] = (
            ("connected", state.connected),
            ("in_transaction", state.transaction in (TransactionState.OPEN, TransactionState.FAILED)),
            ("pinned", state.pinned),
            ("has_result", result is not None),
            ("has_cell", pane is not None and pane.grid.current is not None),
            ("has_more_rows", result is not None and not result.is_final and not result.stopped_because),
            ("has_copy_output", result is not None and result.is_copy_output),
        )
        return conditions | {name for name, holds in facts if holds}

    def closeEvent(self, event: QCloseEvent) -> None:
        """Have the application put everything away first."""
        if self.may_close:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()
