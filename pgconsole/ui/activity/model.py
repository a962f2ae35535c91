"""The sessions of a server for Qt's views: groups with sessions below, or sessions alone.

A refresh changes what has changed: rows go and come one by one and keep what a view knows of them, so that selection,
folded groups and the place that is looked at stay. Which sessions there are to show is `core.activity_groups`'.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Final, TypeVar

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QIcon, QPixmap

from pgconsole.core.activity_groups import COLUMNS, Column, Group
from pgconsole.core.activity_words import AGES, TITLES, Surroundings, cell_text, tip_text
from pgconsole.core.backend import Backend, BackendKey
from pgconsole.core.plain_text import visible_line
from pgconsole.core.wording import plural
from pgconsole.ui.icons import icon
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import ICON_SIZE, Theme

Index = QModelIndex | QPersistentModelIndex
_Row = TypeVar("_Row", bound="Backend | _GroupRow")
_NO_INDEX: Final = QModelIndex()
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(slots=True)
class _GroupRow:
    serial: int
    """What its children's indexes bear; 0 is the top."""
    title: str
    summary: str = ""
    backends: list[Backend] = field(default_factory=list)


class ActivityModel(QAbstractItemModel):
    """Implements the tree; `show` is the only way by which it changes."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.now: Callable[[], float] = lambda: 0.0
        """The server's time; ages count to it whenever they are painted."""
        self._serials = count(1)
        self._is_grouped = False
        self._groups: list[_GroupRow] = []
        self._loose = _GroupRow(0, "")
        self._around = Surroundings()
        self._bold = QFont()
        self._bold.setBold(True)

    # What it shows

    def show(self, groups: Sequence[Group], around: Surroundings, *, is_grouped: bool) -> None:
        """Take what was seen now."""
        self._around = around
        if is_grouped is not self._is_grouped:
            self.beginResetModel()
            self._is_grouped, self._groups, self._loose.backends = is_grouped, [], []
            self.endResetModel()
        if not is_grouped:
            wanted = groups[0].backends if groups else ()
            self._sync(_NO_INDEX, self._loose.backends, wanted, lambda each: each.key)
        else:
            self._show_groups(groups)
        self._tell_changed()

    def _show_groups(self, groups: Sequence[Group]) -> None:
        known = {row.title: row for row in self._groups}
        rows = [known.get(group.title) or _GroupRow(next(self._serials), group.title) for group in groups]
        self._sync(_NO_INDEX, self._groups, rows, lambda row: row.serial)
        for number, (row, group) in enumerate(zip(rows, groups, strict=True)):
            row.summary = group.summary
            self._sync(self.index(number, 0), row.backends, group.backends, lambda each: each.key)

    def _sync(
        self, parent: QModelIndex, rows: list[_Row], wanted: Sequence[_Row], key: Callable[[_Row], Hashable]
    ) -> None:
        """Make `rows` what is wanted: what is gone goes, what is new comes last, then all of them are put in order."""
        wanted_keys = {key(row) for row in wanted}
        for first, last in reversed(
            list(_runs(number for number, row in enumerate(rows) if key(row) not in wanted_keys))
        ):
            self.beginRemoveRows(parent, first, last)
            del rows[first : last + 1]
            self.endRemoveRows()
        had = {key(row) for row in rows}
        new = [row for row in wanted if key(row) not in had]
        if new:
            self.beginInsertRows(parent, len(rows), len(rows) + len(new) - 1)
            rows.extend(new)
            self.endInsertRows()
        if [key(row) for row in rows] == [key(row) for row in wanted]:
            rows[:] = wanted
        else:
            self._reorder(parent, rows, wanted, key)

    def _reorder(
        self, parent: QModelIndex, rows: list[_Row], wanted: Sequence[_Row], key: Callable[[_Row], Hashable]
    ) -> None:
        self.layoutAboutToBeChanged.emit()
        places = {key(row): number for number, row in enumerate(wanted)}
        moved = [key(row) for row in rows]
        level = self._serial_below(parent)
        rows[:] = wanted
        for old in self.persistentIndexList():
            if old.internalId() == level:
                place = places[moved[old.row()]]
                self.changePersistentIndex(old, self.createIndex(place, old.column(), level))
        self.layoutChanged.emit()

    def _tell_changed(self) -> None:
        last = len(COLUMNS) - 1
        tops = self.rowCount()
        if tops:
            self.dataChanged.emit(self.index(0, 0), self.index(tops - 1, last))
        for number, row in enumerate(self._groups):
            parent = self.index(number, 0)
            if row.backends:
                self.dataChanged.emit(self.index(0, 0, parent), self.index(len(row.backends) - 1, last, parent))

    def backend(self, index: Index) -> Backend | None:
        """The session in a row; None in a group's own."""
        if not index.isValid():
            return None
        if not self._is_grouped:
            return self._loose.backends[index.row()]
        group = self._group_above(index)
        return group.backends[index.row()] if group is not None else None

    def index_of(self, key: BackendKey) -> QModelIndex:
        """Where a session is; an invalid index where it is not shown."""
        if not self._is_grouped:
            lists = [(_NO_INDEX, self._loose.backends)]
        else:
            lists = [(self.index(number, 0), row.backends) for number, row in enumerate(self._groups)]
        for parent, backends in lists:
            for number, backend in enumerate(backends):
                if backend.key == key:
                    return self.index(number, 0, parent)
        return QModelIndex()

    @property
    def session_count(self) -> int:
        """How many sessions are shown."""
        return sum(len(row.backends) for row in self._groups) if self._is_grouped else len(self._loose.backends)

    # QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        """The index of a cell."""
        if row < 0 or row >= self.rowCount(parent) or not 0 <= column < len(COLUMNS):
            return QModelIndex()
        return self.createIndex(row, column, self._serial_below(parent))

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]
        """The group of a session."""
        serial = child.internalId() if child.isValid() else 0
        if serial:
            for number, row in enumerate(self._groups):
                if row.serial == serial:
                    return self.createIndex(number, 0, 0)
        return QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many groups, or sessions in one."""
        if not parent.isValid():
            return len(self._groups) if self._is_grouped else len(self._loose.backends)
        if not self._is_grouped or parent.internalId() or parent.column():
            return 0
        return len(self._groups[parent.row()].backends)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """The same everywhere."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[COLUMNS[section]]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows; UserRole is the whole of it."""
        backend = self.backend(index)
        if backend is None:
            return self._group_data(index, role)
        column = COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(backend, column, self._around, self.now())
            case Qt.ItemDataRole.UserRole:
                return backend.query if column == "query" else cell_text(backend, column, self._around, self.now())
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in AGES else None
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(backend, column)
            case Qt.ItemDataRole.DecorationRole:
                return self._sign(backend, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(tip_text(backend, self._around))
        return None

    def _group_data(self, index: Index, role: int) -> Any:
        if not index.isValid() or index.column():
            return None
        row = self._groups[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole):
            return f"{visible_line(row.title)}   {plural(len(row.backends), 'session')}: {row.summary}"
        return self._bold if role == Qt.ItemDataRole.FontRole else None

    def _color(self, backend: Backend, column: Column) -> QColor | None:
        theme, around = self.theme, self._around
        if column in ("state", "transaction_age") and backend.is_idle_in_transaction:
            return theme.warning
        if column == "state":
            return theme.running if backend.state == "active" else theme.text_faint
        if column == "wait":
            return theme.danger if backend.pid in around.waits or backend.pid in around.blocking else theme.text_second
        return None

    def _sign(self, backend: Backend, column: Column) -> Any:
        if column == "pid":
            return icon("dot", self.theme, "accent") if backend.pid in self._around.own else _no_icon()
        if column == "state" and backend.is_idle_in_transaction:
            return icon("warning", self.theme)
        return None

    def _serial_below(self, parent: Index) -> int:
        return self._groups[parent.row()].serial if parent.isValid() else 0

    def _group_above(self, index: Index) -> _GroupRow | None:
        serial = index.internalId()
        return next((row for row in self._groups if row.serial == serial), None) if serial else None


@cache
def _no_icon() -> QIcon:
    """As wide as an icon, so that numbers stand below each other."""
    nothing = QPixmap(ICON_SIZE, ICON_SIZE)
    nothing.fill(Qt.GlobalColor.transparent)
    return QIcon(nothing)


def _runs(numbers: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as first and last of each unbroken run."""
    first = last = -2
    for number in numbers:
        if number != last + 1:
            if first >= 0:
                yield first, last
            first = number
        last = number
    if first >= 0:
        yield first, last
