"""The pane of a server's activity: sessions, who blocks whom, the server's numbers, long commands, top statements.

Lays out and passes intents on; which server is watched, and what is done to a session, is `ServerActivity`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.activity_facts import (
    PROGRESS_COLUMNS,
    REPLICA_COLUMNS,
    STATEMENT_COLUMNS,
    progress_facts,
    replica_facts,
    statement_facts,
)
from pgconsole.core.activity_groups import Choice, Grouping
from pgconsole.core.backend import Backend
from pgconsole.core.plain_text import visible_line
from pgconsole.core.server_measures import SERVER_MEASURES
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.ui.activity.blocking_tree import BlockingTree
from pgconsole.ui.activity.facts_table import FactsTable
from pgconsole.ui.activity.numbers_page import NumbersPage
from pgconsole.ui.activity.pooler_page import PoolerPage
from pgconsole.ui.activity.statement_view import StatementView
from pgconsole.ui.activity.table import ActivityTable
from pgconsole.ui.progress_line import ProgressLine
from pgconsole.ui.theme import GAP_S, GAP_XS
from pgconsole.ui.window.bar_buttons import icon_button

_GROUPINGS: Final[tuple[tuple[str, Grouping], ...]] = (
    ("No groups", ""),
    ("By application", "application"),
    ("By user", "user"),
    ("By database", "database"),
    ("By state", "state"),
)
_CHOICES: Final[tuple[tuple[str, Choice], ...]] = (
    ("All clients", "clients"),
    ("Not idle", "busy"),
    ("Waiting", "waiting"),
    ("Ours", "ours"),
    ("All processes", "all"),
)
INTERVALS_S: Final = (1, 2, 5, 10, 30)
_USUAL_INTERVAL_S: Final = 2
_SIZES: Final = (840, 400)


class ActivityPane(QWidget):
    """Pages below a bar; the buttons in the bar are the acts that it is given."""

    interval_chosen = Signal(float)
    statements_wanted = Signal(bool)
    chosen = Signal()
    """Another session is chosen, or none."""
    missed = Signal(int)
    """The session of this process id was sought, and the server has none."""
    opened = Signal()
    """The chosen session was opened, by Enter or twice the mouse."""

    def __init__(
        self, acts: Sequence[QAction], menu_acts: Sequence[QAction] = (), parent: QWidget | None = None
    ) -> None:
        """Take what has buttons here, and what stands in the context menu of a session."""
        super().__init__(parent)
        self.setObjectName("activityContent")
        self.table = ActivityTable(self)
        self.tree = BlockingTree(self)
        self.numbers = NumbersPage("serverNumbers", "Server numbers", SERVER_MEASURES, 4, self)
        self.progress = FactsTable("progressTable", "Progress", PROGRESS_COLUMNS, "No long command runs.", self)
        self.replicas = FactsTable("replicaTable", "Replication", REPLICA_COLUMNS, "No replica is connected.", self)
        self.statements = FactsTable("statementTable", "Top statements", STATEMENT_COLUMNS, "", self)
        self.pooler = PoolerPage(self)
        self.statement = StatementView(self)
        self.pages = QTabWidget(self)
        self._columns = QSplitter(Qt.Orientation.Horizontal, self)
        self._sought: int | None = None
        """The session that is to be chosen as soon as it is seen."""
        self._busy = ProgressLine(self)
        self._status = QLabel(self)
        self._acts, self._menu_acts = tuple(acts), list(menu_acts)
        self.filter = QLineEdit(self)
        self.grouping, self.choice, self.interval = (QComboBox(self) for _ in range(3))
        self._controls = [self.filter, self.grouping, self.choice]
        self._titles: dict[QWidget, str] = {}
        self._state_text = self._unseen_text = ""
        self._lay_out()
        self._connect()
        self.show_watch(WatchState())

    def _lay_out(self) -> None:
        self.pages.setObjectName("activityPages")
        self.pages.setAccessibleName("Activity pages")
        self.pages.setDocumentMode(True)
        for page, title in (
            (self.table, "Sessions"),
            (self.tree, "Blocking"),
            (self.numbers, "Server"),
            (self.progress, "Progress"),
            (self.replicas, "Replication"),
            (self.statements, "Statements"),
            (self.pooler, "PgBouncer"),
        ):
            self._titles[page] = title
            self.pages.addTab(page, title)
        self.show_pooler(False)
        self.pages.setCornerWidget(self._bar(), Qt.Corner.TopRightCorner)
        self._status.setObjectName("activityStatus")
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._status.setProperty("role", "warning")
        self._status.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._busy)
        layout.addWidget(self._status)
        layout.addWidget(self._columns, 1)
        self._columns.setObjectName("activityColumns")
        self._columns.setChildrenCollapsible(False)
        self._columns.addWidget(self.pages)
        self._columns.addWidget(self.statement)
        self._columns.setSizes(_SIZES)
        self.statement.hide()
        self.setFocusProxy(self.table)

    def _bar(self) -> QWidget:
        self.filter.setPlaceholderText("Filter sessions")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(200)
        for box, name, title in (
            (self.filter, "activityFilter", "Filter sessions"),
            (self.grouping, "activityGrouping", "Groups of sessions"),
            (self.choice, "activityChoice", "Which sessions are shown"),
            (self.interval, "activityInterval", "How often the server is looked at"),
        ):
            box.setObjectName(name)
            box.setAccessibleName(title)
            box.setToolTip(title)
        for words, grouping in _GROUPINGS:
            self.grouping.addItem(words, grouping)
        for words, choice in _CHOICES:
            self.choice.addItem(words, choice)
        for seconds in INTERVALS_S:
            self.interval.addItem(f"{seconds} s", float(seconds))
        self.interval.setCurrentIndex(INTERVALS_S.index(_USUAL_INTERVAL_S))
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(GAP_XS, 0, GAP_XS, 2)
        row.setSpacing(GAP_XS)
        for widget in (*self._controls, self.interval, *(icon_button(act, bar) for act in self._acts)):
            row.addWidget(widget)
        return bar

    def _connect(self) -> None:
        table = self.table
        self.filter.textChanged.connect(lambda text: table.arrange(lambda now: replace(now, filter_text=text)))
        self.grouping.currentIndexChanged.connect(
            lambda _at: table.arrange(lambda now: replace(now, grouping=self.grouping.currentData()))
        )
        self.choice.currentIndexChanged.connect(
            lambda _at: table.arrange(lambda now: replace(now, choice=self.choice.currentData()))
        )
        self.interval.currentIndexChanged.connect(lambda _at: self.interval_chosen.emit(self.interval.currentData()))
        self.pages.currentChanged.connect(lambda _at: self._page_changed())
        for list_of_sessions in (table, self.tree):
            list_of_sessions.chosen.connect(self._choose)
            list_of_sessions.activated.connect(lambda _index: self.opened.emit())
            list_of_sessions.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            list_of_sessions.customContextMenuRequested.connect(self._open_menu)

    # What it shows

    def show_watch(self, state: WatchState) -> None:
        """Show how the watching stands."""
        self._busy.set_busy(state.phase in ("connecting", "reconnecting", "unanswered"))
        self.table.hold(state.phase != "watching")
        self.tree.hold(state.phase != "watching")
        self._state_text = state.text
        self._say()

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        """Show what was seen."""
        self.table.show_sample(sample, own)
        self.tree.show_sample(sample, own)
        sought, self._sought = self._sought, None
        if sought is not None and not self.table.choose(sought):
            self.missed.emit(sought)
        self.numbers.show_sample(sample, sample.counters.clock)
        backends = {backend.pid: backend for backend in sample.backends}
        self.progress.show_facts(progress_facts(sample.progress, backends))
        self.replicas.show_facts(replica_facts(sample.replicas))
        if sample.statements is not None:
            self.statements.show_facts(statement_facts(sample.statements))
        elif self.wants_statements:
            self.statements.say_nothing(" ".join(text for text in sample.unseen if "pg_stat_statements" in text))
            self.statements.show_facts(())
        self._retitle(self.table, self.table.session_count)
        self._retitle(self.tree, len(sample.waits))
        self._retitle(self.progress, len(sample.progress))
        self._retitle(self.replicas, len(sample.replicas))
        self._unseen_text = " ".join(text for text in sample.unseen if "pg_stat_statements" not in text)
        self._say()

    def show_pooler(self, shown: bool) -> None:
        """Have a page of PgBouncer's, or none: the connection goes through one, or not."""
        self.pages.setTabVisible(self.pages.indexOf(self.pooler), shown)

    def clear(self) -> None:
        """Show no server."""
        self._unseen_text, self._sought = "", None
        self.table.clear_sessions()
        self.tree.clear_trees()
        self.numbers.clear_numbers()
        self.pooler.show_problem("")
        self.show_pooler(False)
        for facts in (self.progress, self.replicas, self.statements):
            facts.clear_facts()
        for page, title in self._titles.items():
            self.pages.setTabText(self.pages.indexOf(page), title)

    def _retitle(self, page: QWidget, count: int) -> None:
        title = f"{self._titles[page]} {count:,}" if count else self._titles[page]
        at = self.pages.indexOf(page)
        if self.pages.tabText(at) != title:
            self.pages.setTabText(at, title)

    def _say(self) -> None:
        """What is amiss with the watching, else what could not be seen."""
        text = self._state_text or self._unseen_text
        self._status.setText(visible_line(text))
        self._status.setVisible(bool(text))

    # What is chosen

    @property
    def chosen_backend(self) -> Backend | None:
        """The session that is chosen on the page that is shown."""
        if self.pages.currentWidget() is self.table:
            return self.table.chosen_backend
        pid = self.tree.chosen_pid if self.pages.currentWidget() is self.tree else None
        return self.table.backend_of(pid) if pid is not None else None

    @property
    def wants_statements(self) -> bool:
        """Whether the top statements are shown."""
        return self.pages.currentWidget() is self.statements

    def show_blocker(self, pid: int) -> None:
        """Show who waits for a session."""
        self.pages.setCurrentWidget(self.tree)
        self.tree.choose(pid)
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def seek(self, pid: int) -> None:
        """Show a session in the table, now or as soon as it is seen, whatever was filtered out."""
        self.pages.setCurrentWidget(self.table)
        if not self.table.choose(pid):
            self.filter.clear()
            self.choice.setCurrentIndex(0)
            self._sought = None if self.table.choose(pid) else pid
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_statement(self, shown: bool) -> None:
        """Have the chosen session's statement beside the pages, or not."""
        self.statement.setVisible(shown)
        self._choose()

    def _choose(self) -> None:
        if self.statement.isVisibleTo(self):
            self.statement.show_backend(self.chosen_backend)
        self.chosen.emit()

    def _page_changed(self) -> None:
        for control in self._controls:
            control.setVisible(self.pages.currentWidget() is self.table)
        self.setFocusProxy(self.pages.currentWidget())
        self.statements_wanted.emit(self.wants_statements)
        self._choose()

    def act_menu(self) -> QMenu | None:
        """What can be done to the chosen session; None without one."""
        if self.chosen_backend is None:
            return None
        menu = QMenu(self)
        menu.setObjectName("activityMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_acts)
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.act_menu()
        if menu is not None:
            menu.popup(self.pages.currentWidget().mapToGlobal(at))
