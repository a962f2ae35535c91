"""Who blocks whom: root blockers first, below each those that wait for it, with what for and how long."""

from collections.abc import Iterator, Mapping
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from pgconsole.core.activity_words import age_text, blockers_text, one_line
from pgconsole.core.backend import Backend
from pgconsole.core.blocking import PREPARED_TRANSACTION, BlockNode
from pgconsole.core.plain_text import visible_line
from pgconsole.core.server_sample import ServerSample
from pgconsole.core.wording import plural
from pgconsole.ui.empty_hint import empty_hint
from pgconsole.ui.icons import icon
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import theme_of

_TITLES: Final = ("Session", "Who", "Does", "Waits for", "For", "Query")
_WIDTHS: Final = (168, 200, 160, 264, 96)
_DOES, _WANTS, _LASTS = 2, 3, 4
_PID: Final = Qt.ItemDataRole.UserRole
_TICK_MS: Final = 1000
_NOTHING: Final = "No session waits for another one's lock."


class BlockingTree(QTreeWidget):
    """Shows the trees of a `ServerSample`; a refresh changes texts, and builds anew only where the trees are others."""

    chosen = Signal()
    """Another session is chosen, or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("blockingTree")
        self.setAccessibleName("Blocking")
        self.setHeaderLabels(list(_TITLES))
        self.setProperty("dense", True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, width in enumerate(_WIDTHS):
            self.header().resizeSection(number, width)
        self._sample: ServerSample | None = None
        self._backends: dict[int, Backend] = {}
        self._own: Mapping[int, str] = {}
        self._shape: tuple[object, ...] = ()
        self._items: dict[int, tuple[QTreeWidgetItem, BlockNode]] = {}
        self._wanted: int | None = None
        self._is_building = False
        self._nothing = empty_hint(self, _NOTHING)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._fill_ages)
        self.itemSelectionChanged.connect(self._choose)

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        """Show who blocks whom now."""
        self._sample, self._own = sample, own
        self._backends = {backend.pid: backend for backend in sample.backends}
        shape = tuple(_shape(tree) for tree in sample.trees)
        if shape != self._shape:
            self._shape = shape
            self._build(sample.trees)
        else:
            nodes = {node.pid: node for tree in sample.trees for node in tree}
            self._items = {pid: (item, nodes[pid]) for pid, (item, _node) in self._items.items()}
        for item, node in self._items.values():
            self._fill(item, node)
        self._nothing.setVisible(not sample.trees)

    def clear_trees(self) -> None:
        """Show none."""
        self._sample, self._shape, self._items, self._wanted = None, (), {}, None
        self.clear()
        self._nothing.hide()

    @property
    def chosen_pid(self) -> int | None:
        """The process id of the session that is chosen."""
        items = self.selectedItems()
        return int(items[0].data(0, _PID)) if items else None

    @property
    def root_count(self) -> int:
        """How many block others without waiting themselves."""
        return self.topLevelItemCount()

    def choose(self, pid: int) -> None:
        """Choose a session, where it is in a tree."""
        if pid in self._items:
            self.setCurrentItem(self._items[pid][0])

    def _choose(self) -> None:
        if not self._is_building:
            self._wanted = self.chosen_pid
            self.chosen.emit()

    def _build(self, trees: tuple[BlockNode, ...]) -> None:
        place = self.verticalScrollBar().value()
        folded = {pid for pid, (item, _node) in self._items.items() if item.childCount() and not item.isExpanded()}
        self._is_building = True
        self.setUpdatesEnabled(False)
        try:
            self.clear()
            self._items = {}
            self.addTopLevelItems([self._item(tree) for tree in trees])
            for pid, (item, _node) in self._items.items():
                item.setExpanded(pid not in folded)
            self.setAutoScroll(False)  # to choose again is no reason to go there, or to unfold
            if self._wanted is not None:
                self.choose(self._wanted)
            self.verticalScrollBar().setValue(place)
        finally:
            self.setAutoScroll(True)
            self.setUpdatesEnabled(True)
            self._is_building = False
        self.chosen.emit()

    def _item(self, node: BlockNode) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        item.setData(0, _PID, node.pid)
        self._items[node.pid] = item, node
        item.addChildren([self._item(waiter) for waiter in node.waiters])
        return item

    def _fill(self, item: QTreeWidgetItem, node: BlockNode) -> None:
        backend = self._backends.get(node.pid)
        for column, text in enumerate(self._texts(node, backend)):
            if item.text(column) != text:
                item.setText(column, text)
        theme = theme_of(self)
        is_root = node.wait is None
        item.setForeground(_DOES, theme.warning if backend and backend.is_idle_in_transaction else theme.text_second)
        item.setForeground(_WANTS, theme.danger if is_root else theme.text)
        if node.pid in self._own:
            item.setIcon(0, icon("dot", theme, "accent"))
        if backend is not None:
            item.setToolTip(len(_TITLES) - 1, plain_tip(backend.query))

    def _texts(self, node: BlockNode, backend: Backend | None) -> Iterator[str]:
        yield "prepared transaction" if node.pid == PREPARED_TRANSACTION else str(node.pid)
        if backend is None:
            yield ""
            yield "" if node.pid == PREPARED_TRANSACTION else "has ended"
        else:
            who = (backend.application, backend.user, backend.database)
            yield visible_line(", ".join(part for part in who if part))
            yield "not visible to this role" if backend.is_hidden else backend.state
        if node.wait is None:
            yield f"blocks {plural(node.blocks, 'session')}"
        else:
            others = f" (behind {blockers_text(node.wait)})" if len(node.wait.blockers) > 1 else ""
            yield visible_line(node.wait.wanted) + others
        yield self._age(node, backend)
        yield one_line(backend.query) if backend is not None else ""

    def _age(self, node: BlockNode, backend: Backend | None) -> str:
        """How long it waits; of a root, how long its transaction is open."""
        since = node.wait.since if node.wait is not None else backend.transaction_start if backend is not None else None
        return age_text(self._sample.server_now() - since) if self._sample is not None and since is not None else ""

    def _fill_ages(self) -> None:
        for item, node in self._items.values():
            item.setText(_LASTS, self._age(node, self._backends.get(node.pid)))

    def hold(self, held: bool) -> None:
        """Let times stand still, or go on."""
        if held:
            self._ticks.stop()
        elif self.isVisible():
            self._ticks.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Let times tick while they are seen."""
        super().showEvent(event)
        self._ticks.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self._ticks.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_items"):
            for item, node in self._items.values():
                self._fill(item, node)


def _shape(node: BlockNode) -> tuple[object, ...]:
    return node.pid, tuple(_shape(waiter) for waiter in node.waiters)
