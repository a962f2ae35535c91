"""The list of saved connections under their headings, with search; it emits what is wanted and changes nothing."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.plain_text import visible_line
from pgconsole.core.profile import ConnectionKind, Profile, RecentConnection, server_title
from pgconsole.core.profile_groups import grouped
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.icons import icon
from pgconsole.ui.plain_tip import plain_tip, plain_title
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S, colour_of, theme_of
from pgconsole.ui.window.status_words import clock_words

_PROFILE = Qt.ItemDataRole.UserRole


class ConnectionManager(QDialog):
    """Stays open beside the window; Enter connects, Del removes, Ctrl+Up and Ctrl+Down move."""

    new_requested = Signal()
    open_requested = Signal(object)
    """A `Profile`; so are those of the next three."""
    edit_requested = Signal(object)
    duplicate_requested = Signal(object)
    remove_requested = Signal(object)
    move_requested = Signal(object, int)
    import_requested = Signal()
    export_requested = Signal()
    service_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("connectionManager")
        self.setWindowTitle("Connections")
        self.resize(760, 480)
        self._profiles: tuple[Profile, ...] = ()
        self._used_at: dict[str, float] = {}
        self._wanted = ""
        self.search = QLineEdit(self)
        self.search.setObjectName("connectionSearch")
        self.search.setAccessibleName("Search connections")
        self.search.setPlaceholderText("Name, host, database, user, group or kind")
        self.search.setClearButtonEnabled(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("connectionList")
        self.list.setAccessibleName("Saved connections")
        self._none = plain_label("", "second", self)
        self._import = QPushButton("Import", self)
        self._import.setObjectName("connectionImport")
        self._import_menu = QMenu(self._import)
        self._needing: list[QPushButton] = []
        self._set_up_list()
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.itemActivated.connect(lambda _item: self._emit(self.open_requested.emit))
        self.list.currentItemChanged.connect(lambda _now, _before: self._enable())
        self.show_services(())
        self._fill()

    def _set_up_list(self) -> None:
        self.list.setColumnCount(4)
        self.list.setHeaderLabels(["Name", "Server", "Kind", "Last used"])
        self.list.setUniformRowHeights(True)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(GAP_L)
        self.list.setAllColumnsShowFocus(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        rows.setSpacing(GAP_S)
        rows.addWidget(self.search)
        rows.addWidget(self.list, 1)
        rows.addWidget(self._none)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, GAP_M, 0, 0)
        buttons.setSpacing(GAP_S)
        self._import.setMenu(self._import_menu)
        self._import.setAutoDefault(False)
        new = self._button("New…", "connectionNew", self.new_requested.emit)
        edit = self._button("Edit…", "connectionEdit", lambda: self._emit(self.edit_requested.emit), needs=True)
        copy = self._button(
            "Duplicate", "connectionDuplicate", lambda: self._emit(self.duplicate_requested.emit), needs=True
        )
        remove = self._button("Remove…", "connectionRemove", lambda: self._emit(self.remove_requested.emit), needs=True)
        up = self._button("Up", "connectionUp", lambda: self._move(-1), needs=True)
        down = self._button("Down", "connectionDown", lambda: self._move(1), needs=True)
        export = self._button("Export…", "connectionExport", self.export_requested.emit)
        connect = self._button("Connect", "connectionConnect", lambda: self._emit(self.open_requested.emit), needs=True)
        connect.setDefault(True)
        for widget in (new, edit, copy, remove, up, down, self._import, export):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(connect)
        rows.addLayout(buttons)

    def _button(self, words: str, name: str, act: Callable[[], object], *, needs: bool = False) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        if needs:
            self._needing.append(button)
        return button

    # What it shows

    def show_connections(self, profiles: Sequence[Profile], recent: Sequence[RecentConnection]) -> None:
        """List these; the current one stays so while it is there."""
        self._profiles = tuple(profiles)
        self._used_at = {used.profile_id: used.used_at for used in recent}
        self._fill()

    def show_services(self, names: Sequence[str]) -> None:
        """Offer services of the service file, beside files to import."""
        self._import_menu.clear()
        self._import_menu.addAction("From a file…", self.import_requested.emit)
        if names:
            self._import_menu.addSection("Services")
        for name in names:
            self._import_menu.addAction(plain_title(name), partial(self.service_requested.emit, name))

    def select(self, profile_id: str) -> None:
        """Make a profile the current one, now or once it is listed."""
        self._wanted = profile_id
        self._fill()

    @property
    def current(self) -> Profile | None:
        """The profile that the buttons act on."""
        item = self.list.currentItem()
        found = item.data(0, _PROFILE) if item is not None else None
        return found if isinstance(found, Profile) else None

    def _fill(self) -> None:
        wanted = self._wanted or (self.current.id if self.current is not None else "")
        self._wanted = ""
        self.list.clear()
        first: QTreeWidgetItem | None = None
        chosen: QTreeWidgetItem | None = None
        for group, members in grouped(self._profiles, self.search.text()):
            parent: QTreeWidget | QTreeWidgetItem = self._heading(group) if group else self.list
            for profile in members:
                item = self._add(parent, profile)
                first = first or item
                chosen = item if profile.id == wanted else chosen
        current = chosen or first
        if current is not None:
            self.list.setCurrentItem(current)
        shown = first is not None
        words = "No connection is like that." if self._profiles else "No connection is saved yet."
        self._none.setText("" if shown else words)
        self._none.setVisible(not shown)
        self._enable()

    def _heading(self, group: str) -> QTreeWidgetItem:
        heading = QTreeWidgetItem(self.list, [visible_line(group)])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setFirstColumnSpanned(True)
        heading.setForeground(0, theme_of(self).text_second)
        heading.setExpanded(True)
        return heading

    def _add(self, parent: QTreeWidget | QTreeWidgetItem, profile: Profile) -> QTreeWidgetItem:
        theme = theme_of(self)
        used = self._used_at.get(profile.id)
        place = server_title(profile.keywords)
        over = f" by {profile.tunnel.hops}" if profile.tunnel else ""
        words = (profile.title, place + over, profile.kind.value.capitalize(), clock_words(used) if used else "")
        item = QTreeWidgetItem(parent, [visible_line(word) for word in words])
        item.setData(0, _PROFILE, profile)
        item.setIcon(0, icon("database", theme))
        item.setToolTip(1, plain_tip(place + over))
        item.setForeground(1, theme.text_second)
        kind_colour = colour_of(theme, profile.kind is ConnectionKind.TEST, profile.kind is ConnectionKind.PRODUCTION)
        item.setForeground(2, kind_colour or theme.text_second)
        item.setForeground(3, theme.text_second)
        return item

    def _enable(self) -> None:
        for button in self._needing:
            button.setEnabled(self.current is not None)

    # What the user does

    def _emit(self, emit: Callable[[Profile], object]) -> None:
        if self.current is not None:
            emit(self.current)

    def _move(self, by: int) -> None:
        self._emit(lambda profile: self.move_requested.emit(profile, by))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list; Down leads from the search into it."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key, control = event.key(), event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if watched is self.search and key == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if watched is self.list and control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._move(-1 if key == Qt.Key.Key_Up else 1)
                return True
            if watched is self.list and event.matches(QKeySequence.StandardKey.Delete):
                self._emit(self.remove_requested.emit)
                return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_none"):
            self._fill()
