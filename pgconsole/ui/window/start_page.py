"""The page without a tab: ways in, and what was used lately. It emits what was chosen and opens nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.plain_text import visible_line
from pgconsole.core.profile import ConnectionKind, Profile, RecentConnection, server_title
from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.icons import icon
from pgconsole.ui.theme import GAP_L, GAP_S, GAP_XL, GAP_XS, TREE_ROW_HEIGHT, theme_of
from pgconsole.ui.window.status_words import clock_words

_WIDTH = 560
_ROWS_SHOWN = 8
_LOCAL_HINT = "Comes with pgconsole, with a sample database. Nothing to install or to configure."

_IMPORT_HINT = "CSV and its kin, packed or not, into a table of the local PostgreSQL."


class StartPage(QWidget):
    """Quiet and narrow, in the middle of the window; the first button has the focus."""

    tab_requested = Signal()
    """A tab is wanted on the connection that is open."""
    local_requested = Signal()
    text_entered = Signal(str)
    """A connection string was given; what is wrong with it comes back by `show_text_problem`."""
    form_requested = Signal()
    import_requested = Signal()
    profile_chosen = Signal(object)
    """A `Profile` to open."""
    recent_chosen = Signal(object)
    """A `RecentConnection` to open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self._new_tab = QPushButton("New tab", self)
        self._new_tab.setObjectName("startNewTab")
        self._new_tab.setProperty("primary", True)
        self._new_tab.hide()
        self._local = QPushButton("Start the local PostgreSQL", self)
        self._local.setObjectName("startLocal")
        self._local.setProperty("primary", True)
        self._connected = plain_label("", "second", self)
        self._local_hint = plain_label(_LOCAL_HINT, "second", self)
        self._text = QLineEdit(self)
        self._text.setObjectName("startConnection")
        self._text.setAccessibleName("Connection string")
        self._text.setPlaceholderText("postgresql://user@host:5432/database")
        self._text_field = FormField(self._text, self)
        self._connect = QPushButton("Connect", self)
        self._connect.setObjectName("startConnect")
        self._connect.setEnabled(False)
        self._form = QPushButton("New connection…", self)
        self._form.setObjectName("startForm")
        self._known_title = plain_label("Connections", "second", self)
        self._import = QPushButton("Open a file to import", self)
        self._import.setObjectName("startImport")
        self._shown: tuple[tuple[Profile, ...], tuple[RecentConnection, ...]] | None = None
        self._known = QTreeWidget(self)
        self._known.setObjectName("startRecent")
        self._known.setAccessibleName("Saved and recent connections")
        self._known.setColumnCount(4)
        self._known.setHeaderHidden(True)
        self._known.setRootIsDecorated(False)
        self._known.setUniformRowHeights(True)
        self._known.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._known.setAllColumnsShowFocus(True)
        self._known.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self._known.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._lay_out()
        self._connect_signals()
        self.show_connections((), ())
        self.show_connected("")

    def _lay_out(self) -> None:
        title = plain_label("pgconsole", "", self)
        font = QFont(title.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        column = QVBoxLayout()
        column.setSpacing(GAP_S)
        column.addWidget(title)
        column.addWidget(self._connected)
        column.addWidget(self._new_tab, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(GAP_L)
        column.addWidget(self._local, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._local_hint)
        column.addSpacing(GAP_L)
        column.addWidget(plain_label("Paste a connection", "second", self))
        paste = QHBoxLayout()
        paste.setSpacing(GAP_S)
        paste.addWidget(self._text_field, 1)
        paste.addWidget(self._connect, 0, Qt.AlignmentFlag.AlignTop)
        paste.addWidget(self._form, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(paste)
        column.addSpacing(GAP_L)
        file = QHBoxLayout()
        file.addWidget(self._import)
        file.addStretch(1)
        column.addLayout(file)
        column.addWidget(plain_label(_IMPORT_HINT, "second", self))
        column.addSpacing(GAP_L)
        column.addWidget(self._known_title)
        column.addWidget(self._known)
        self._centre(column)

    def _centre(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        middle = QWidget(self)
        middle.setMaximumWidth(_WIDTH)
        middle.setLayout(column)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_XL)
        rows.addStretch(2)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(middle, 100)
        line.addStretch(1)
        rows.addLayout(line)
        rows.addStretch(3)

    def _connect_signals(self) -> None:
        self._new_tab.clicked.connect(self.tab_requested)
        self._local.clicked.connect(self.local_requested)
        self._form.clicked.connect(self.form_requested)
        self._import.clicked.connect(self.import_requested)
        self._connect.clicked.connect(self._enter_text)
        self._text.returnPressed.connect(self._enter_text)
        self._text.textChanged.connect(self._text_changed)
        self._known.itemActivated.connect(self._choose)

    def show_connections(self, profiles: Sequence[Profile], recent: Sequence[RecentConnection]) -> None:
        """List the recent connections, the newest first, and after them the saved ones not used lately."""
        self._shown = (tuple(profiles), tuple(recent))
        by_id = {profile.id: profile for profile in profiles}
        self._known.clear()
        for used in recent:
            self._add(used, by_id.pop(used.profile_id, None), used)
        for profile in by_id.values():
            self._add(None, profile, profile)
        count = self._known.topLevelItemCount()
        self._known.setVisible(count > 0)
        self._known_title.setVisible(count > 0)
        self._known.setFixedHeight(min(count, _ROWS_SHOWN) * TREE_ROW_HEIGHT + GAP_XS)

    def _add(self, used: RecentConnection | None, profile: Profile | None, chosen: Profile | RecentConnection) -> None:
        kind = profile.kind if profile is not None else ConnectionKind.DEVELOPMENT
        keywords = profile.keywords if profile is not None else used.server if used is not None else {}
        title = profile.title if profile is not None else used.title if used is not None else ""
        place = server_title(keywords)
        words = (
            title,
            place if place != title else "",
            "" if kind is ConnectionKind.DEVELOPMENT else kind.value.capitalize(),
            clock_words(used.used_at) if used is not None else "",
        )
        item = QTreeWidgetItem([visible_line(word) for word in words])
        theme = theme_of(self)
        item.setIcon(0, icon("database", theme))
        item.setForeground(1, theme.text_second)
        item.setForeground(2, theme.danger if kind is ConnectionKind.PRODUCTION else theme.warning)
        item.setForeground(3, theme.text_second)
        item.setData(0, Qt.ItemDataRole.UserRole, chosen)
        self._known.addTopLevelItem(item)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        if event.type() is QEvent.Type.PaletteChange and self._shown is not None:
            self.show_connections(*self._shown)
        super().changeEvent(event)

    def focus_first(self) -> None:
        """Give the focus to what most will want: a tab where a connection is open, else the local PostgreSQL."""
        first = self._local if self._new_tab.isHidden() else self._new_tab
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_connected(self, label: str) -> None:
        """Say on which connection a new tab would be, and offer one; an empty label says that none is open."""
        self._connected.setText(f"Connected to {visible_line(label)}." if label else "No server is connected.")
        self._new_tab.setVisible(bool(label))
        self._local.setProperty("primary", not label)
        self._local.style().polish(self._local)

    def show_connecting(self, label: str) -> None:
        """Say that a connection is being made."""
        self._connected.setText(f"Connecting to {visible_line(label)}…")

    def show_local_state(self, text: str, *, available: bool) -> None:
        """Say how the local PostgreSQL stands, as `Starting…` or why it can't be had; empty is the usual hint."""
        self._local_hint.setText(visible_line(text or _LOCAL_HINT))
        self._local.setEnabled(available)

    def show_text_problem(self, text: str) -> None:
        """Say below the field what is wrong with the connection string; an empty text takes that away."""
        self._text_field.show_problem(text)

    def clear_text(self) -> None:
        """Empty the field: what stood there was taken, and may have held a password."""
        self._text.clear()

    def _text_changed(self, text: str) -> None:
        self._connect.setEnabled(bool(text.strip()))
        self._text_field.show_problem("")

    def _enter_text(self) -> None:
        if self._text.text().strip():
            self.text_entered.emit(self._text.text().strip())

    def _choose(self, item: QTreeWidgetItem) -> None:
        chosen = item.data(0, Qt.ItemDataRole.UserRole)
        if isinstance(chosen, Profile):
            self.profile_chosen.emit(chosen)
        else:
            self.recent_chosen.emit(chosen)
