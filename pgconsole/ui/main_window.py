"""The window: lays out toolbar, tabs, notice bar and status line, and passes intents on; it decides nothing."""

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from pgconsole.core.action import Condition
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.run_state import TabState
from pgconsole.ui.file_drop import dropped_files
from pgconsole.ui.plain_tip import plain_title
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.theme import DATA_FONT_MAX_PT, DATA_FONT_MIN_PT, DATA_FONT_SIZE_PT
from pgconsole.ui.window.action_set import ActionSet
from pgconsole.ui.window.bar_buttons import corner_of, icon_button, result_buttons
from pgconsole.ui.window.command_palette import CommandPalette
from pgconsole.ui.window.kind_band import KindBand
from pgconsole.ui.window.marked_tabs import MarkedTabs
from pgconsole.ui.window.notice_bar import NoticeBar
from pgconsole.ui.window.notice_words import notice_words
from pgconsole.ui.window.pane_docks import PaneDocks
from pgconsole.ui.window.start_page import StartPage
from pgconsole.ui.window.status_line import StatusLine
from pgconsole.ui.window.tab_conditions import conditions_of
from pgconsole.ui.window.tab_follower import TabFollower
from pgconsole.ui.window.tool_bar import ToolBar


class _Pages(QStackedWidget):
    """Asks for the room of the page that is shown: the start page's kept tabs and panes from a screen of 600 px."""

    def minimumSizeHint(self) -> QSize:
        """What the page that is shown needs."""
        shown = self.currentWidget()
        return super().minimumSizeHint() if shown is None else shown.minimumSizeHint()


class MainWindow(QMainWindow):
    """One window with its query tabs; what its actions do is bound by `WindowActions` and the application."""

    close_requested = Signal()
    tab_changed = Signal()
    tab_close_requested = Signal(object)
    """The `QueryTab` whose close button was pressed."""
    files_dropped = Signal(object)
    """Paths of files that were dragged here."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("pgconsole")
        self.resize(1280, 800)
        self.setAcceptDrops(True)
        self._usual_font_size_pt = self.font_size_pt = DATA_FONT_SIZE_PT
        self.split_px: tuple[int, ...] = ()
        """Heights of editor and results in the tab that was left last; the next new tab has the same."""
        self._outer_conditions: set[Condition] = set()
        self.can_reopen = False
        """Whether a closed tab can come back; the application says so."""
        self.may_close = False
        """Set by the application once everything is put away."""
        self.actions_by_id = ActionSet(self)
        self.tool_bar = ToolBar(self.actions_by_id, self)
        self.connection_button = self.tool_bar.connection_button
        self.band = KindBand(self)
        self.tabs = MarkedTabs(self)
        self.start_page = StartPage(self)
        self.pages = _Pages(self)
        self.notice_bar = NoticeBar(self)
        self.status_line = StatusLine(self)
        self.command_palette = CommandPalette(self.actions_by_id, self)
        self.docks = PaneDocks(self)
        self._lay_out()
        self.start_page.tab_requested.connect(self.actions_by_id["tab.new"].trigger)
        self.tabs.currentChanged.connect(lambda _index: self._current_changed())
        self.tabs.tabCloseRequested.connect(self._close_pressed)
        self._check(TabState())
        self.start_page.focus_first()

    def _lay_out(self) -> None:
        self.actions_by_id.fill_menu_bar(self.menuBar())
        self.addToolBar(self.tool_bar)
        self.tabs.setObjectName("queryTabs")
        self.tabs.setAccessibleName("Query tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.setTabsClosable(True)
        self.tabs.setMovable(True)
        new_tab = corner_of(self.tabs, [icon_button(self.actions_by_id["tab.new"], self.tabs)])
        self.tabs.setCornerWidget(new_tab, Qt.Corner.TopRightCorner)
        TabFollower(self.tabs, new_tab)
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

    def add_tab(self, tab: QueryTab, *, show: bool = True) -> None:
        """Add a tab on the right, show it, and give its editor the focus; or leave the one that is shown as it is."""
        self._keep_split()
        if len(self.split_px) == tab.splitter.count():
            tab.splitter.setSizes(self.split_px)
        index = self.tabs.addTab(tab, "")
        self.retitle(tab)
        tab.set_font_size(self.font_size_pt)
        tab.editor.zoom_requested.connect(self.zoom)
        self.actions_by_id.add_to(tab.editor, "editor")
        self.actions_by_id.add_to(tab.results, "grid")
        tab.results.show_buttons(result_buttons(self.actions_by_id, tab.results))
        tab.state_changed.connect(self._refresh)
        tab.run_began.connect(self.notice_bar.dismiss)
        tab.result_changed.connect(self._refresh)
        tab.text_changed.connect(lambda: self.retitle(tab))
        if show or self.current_tab is None:
            self.tabs.setCurrentIndex(index)
            self.pages.setCurrentWidget(self.tabs)
        if show:
            tab.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._current_changed()

    def remove_tab(self, tab: QueryTab) -> None:
        """Take a tab away; its results must be closed already. The focus that was in it goes to the next editor."""
        self._keep_split()
        focused = self.focusWidget()
        had_focus = self.pages.isAncestorOf(focused)
        self.tabs.removeTab(self.tabs.indexOf(tab))
        tab.deleteLater()
        if not self.tabs.count():
            self.pages.setCurrentWidget(self.start_page)
        self._current_changed()
        shown = self.current_tab
        if had_focus and shown is None:
            self.start_page.focus_first()
        elif had_focus and shown is not None and not shown.isAncestorOf(focused):
            shown.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_split(self) -> None:
        shown = self.current_tab
        if shown is not None:
            self.split_px = tuple(shown.splitter.sizes())

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

    def show_connection(self, own: ConnectionStatus | None, being_made: str = "") -> None:
        """Name the connection of the current tab, and beside it one that is being made; where it has none, that one."""
        status = own or (ConnectionStatus("connecting", being_made) if being_made else ConnectionStatus())
        self.status_line.show_opening(being_made if own is not None else "")
        told = {"connecting": f"Connecting to {status.label}", "lost": f"{status.label}, lost"}
        label = told.get(status.phase, status.label)
        self.connection_button.show_status(status)
        self.band.show_kind(status.kind)
        self.start_page.show_connected(status.label if status.phase == "connected" else "")
        if status.phase == "connecting":
            self.start_page.show_connecting(status.label)
        is_lost = status.phase == "lost"
        lock = ("", "", "") if is_lost else (status.channel or "", status.lock, status.lock_details)
        self.status_line.show_connection(label, status.details, *lock, is_lost=is_lost)
        self.setWindowTitle(f"{label} - pgconsole" if label else "pgconsole")

    def show_error(self, error: PgconsoleError, action: tuple[str, str] | None = None) -> None:
        """Tell of a failure in the notice bar, the one road of every error; a bug of ours says that it is one.

        `action` is the id and the words of a button.
        """
        self.notice_bar.show_notice(notice_words(error), "error", action)

    @property
    def zoom_pt(self) -> float:
        """How much larger than usual SQL and data are."""
        return self.font_size_pt - self._usual_font_size_pt

    def zoom(self, by: float) -> None:
        """Enlarge or shrink SQL and data in every tab by so many points; 0 goes back to the usual size."""
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
        self.actions_by_id.set_conditions(self._conditions)
        self._check(tab.state if tab is not None else TabState())
        pane = tab.results.pane if tab is not None else None
        self.actions_by_id["result.pin"].setChecked(pane is not None and pane.is_kept)

    def _check(self, state: TabState) -> None:
        """Check the switches that are on, and the choices that are made."""
        actions = self.actions_by_id
        actions["query.auto_commit" if state.auto_commit else "query.manual_commit"].setChecked(True)
        actions["query.read_only"].setChecked(state.read_only)
        actions[f"query.isolation_{state.isolation.replace(' ', '_') or 'default'}"].setChecked(True)
        self.tool_bar.mode_button.setEnabled(state.connected)

    def set_condition(self, condition: Condition, holds: bool) -> None:
        """Enable or disable what depends on something beside the tabs, as on what is chosen in a pane."""
        if holds is not (condition in self._outer_conditions):
            self._outer_conditions ^= {condition}
            self.actions_by_id.set_conditions(self._conditions)

    @property
    def _conditions(self) -> set[Condition]:
        own: set[Condition] = {"can_reopen"} if self.can_reopen else set()
        return self._outer_conditions | own | conditions_of(self.current_tab)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and nothing else."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass on which files were dropped."""
        event.acceptProposedAction()
        self.files_dropped.emit(dropped_files(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Have the application put everything away first."""
        if self.may_close:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()
