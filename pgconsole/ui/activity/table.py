"""The live table of sessions: what is chosen and where one looks stays while rows come, go and change their places."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from pgconsole.core.activity_groups import COLUMNS, Arrangement, Column, arranged
from pgconsole.core.activity_words import Surroundings
from pgconsole.core.backend import Backend, BackendKey
from pgconsole.core.server_sample import ServerSample
from pgconsole.ui.activity.model import ActivityModel
from pgconsole.ui.theme import figures_font, theme_of

_WIDTHS: Final[dict[Column, int]] = {
    "pid": 112,
    "application": 128,
    "user": 80,
    "database": 88,
    "state": 160,
    "wait": 232,
    "query_age": 112,
    "transaction_age": 96,
    "query": 320,
    "age": 96,
    "client": 112,
}
_INDENTATION_PX: Final = 12
_TICK_MS: Final = 1000


class ActivityTable(QTreeView):
    """Shows `ServerSample`s as an `Arrangement` has them; ages tick on between two of them."""

    chosen = Signal()
    """Another session is chosen, or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activityTable")
        self.setAccessibleName("Sessions")
        self.setProperty("dense", True)
        self.arrangement = Arrangement()
        self._sample: ServerSample | None = None
        self._own: Mapping[int, str] = {}
        self._wanted: BackendKey | None = None
        self._is_showing = False
        self._is_fitting = False
        self._has_own_width = False
        """Whether the user gave the query a width."""
        self._model = ActivityModel(theme_of(self), self)
        self.setModel(self._model)
        self._lay_out()
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self.viewport().update)

    def _lay_out(self) -> None:
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENTATION_PX)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFont(figures_font(self.font()))
        header = self.header()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, _WIDTHS[column])
        header.setSortIndicator(COLUMNS.index("query_age"), Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._sort)
        header.sectionResized.connect(lambda section, _old, _new: self._note_width(section))

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        """Show what was seen now."""
        self._sample, self._own = sample, own
        self.setProperty("sessions", sum(backend.is_client for backend in sample.backends))
        self._model.now = sample.server_now
        self._arrange()

    def hold(self, held: bool) -> None:
        """Let ages stand still while what is shown is held, or go on."""
        sample = self._sample
        if sample is not None:
            now = sample.server_now()
            self._model.now = (lambda: now) if held else sample.server_now

    def arrange(self, change: Callable[[Arrangement], Arrangement]) -> None:
        """Show the same sessions in another way."""
        self.arrangement = change(self.arrangement)
        self._arrange()

    def clear_sessions(self) -> None:
        """Show none."""
        self._sample = self._wanted = None
        self._model.show((), Surroundings(), is_grouped=bool(self.arrangement.grouping))
        self.chosen.emit()

    def _arrange(self) -> None:
        sample = self._sample
        if sample is None:
            return
        waits = {wait.pid: wait for wait in sample.waits}
        blocking = {node.pid: node.blocks for tree in sample.trees for node in tree if node.blocks}
        around = Surroundings(self._own, waits, blocking)
        groups = arranged(sample.backends, self.arrangement, self._own.keys(), waits.keys())
        self._is_showing = True
        try:
            self.setRootIsDecorated(bool(self.arrangement.grouping))
            self._model.show(groups, around, is_grouped=bool(self.arrangement.grouping))
            self._unfold_new_groups()
            self._choose_again()
        finally:
            self._is_showing = False
        self.chosen.emit()

    def _unfold_new_groups(self) -> None:
        """A group's words go over all columns, which also tells a group that was here before."""
        for number in range(self._model.rowCount() if self.arrangement.grouping else 0):
            if not self.isFirstColumnSpanned(number, QModelIndex()):
                self.setFirstColumnSpanned(number, QModelIndex(), True)
                self.setExpanded(self._model.index(number, 0), True)

    def _choose_again(self) -> None:
        """Choose what the user chose: it may be in another group now. One that is gone leaves none chosen.

        Qt would choose its neighbour, which nobody meant to act on.
        """
        chosen = self.chosen_backend
        if (chosen.key if chosen is not None else None) == self._wanted:
            return
        index = self._model.index_of(self._wanted) if self._wanted is not None else QModelIndex()
        if index.isValid():
            self.setAutoScroll(False)
            self.setCurrentIndex(index)
            self.setAutoScroll(True)
        else:
            self.selectionModel().clear()

    def choose(self, pid: int) -> bool:
        """Choose a session by its process id; False where it is not shown."""
        backend = self.backend_of(pid)
        index = self._model.index_of(backend.key) if backend is not None else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def backend_of(self, pid: int) -> Backend | None:
        """A session by its process id, as it was seen last, shown or not."""
        backends = self._sample.backends if self._sample is not None else ()
        return next((backend for backend in backends if backend.pid == pid), None)

    @property
    def chosen_backend(self) -> Backend | None:
        """The session that is chosen."""
        rows = self.selectionModel().selectedRows()
        return self._model.backend(rows[0]) if rows else None

    @property
    def session_count(self) -> int:
        """How many sessions are shown."""
        return self._model.session_count

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Keep in mind what the user chose, however rows move."""
        super().selectionChanged(selected, deselected)
        if not self._is_showing:
            backend = self.chosen_backend
            self._wanted = backend.key if backend is not None else None
            self.chosen.emit()

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        descending = order is Qt.SortOrder.DescendingOrder
        self.arrange(lambda now: replace(now, sort_by=COLUMNS[section], descending=descending))

    def showEvent(self, event: QShowEvent) -> None:
        """Let ages tick while they are seen."""
        super().showEvent(event)
        self._ticks.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the query the room that those before it leave; what stands behind it can be scrolled to."""
        super().resizeEvent(event)
        if not self._has_own_width:
            at = COLUMNS.index("query")
            before = sum(self.header().sectionSize(number) for number in range(at))
            self._is_fitting = True
            self.header().resizeSection(at, max(_WIDTHS["query"], self.viewport().width() - before))
            self._is_fitting = False

    def _note_width(self, section: int) -> None:
        self._has_own_width |= section == COLUMNS.index("query") and not self._is_fitting

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self._ticks.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_model"):
            self._model.theme = theme_of(self)
            self.viewport().update()
