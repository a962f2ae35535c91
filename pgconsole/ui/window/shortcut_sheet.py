"""Every command with its keys and what it does, as help; written by the table of actions."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from pgconsole.core.action import MENUS, Action
from pgconsole.ui.theme import GAP_M, GAP_S
from pgconsole.ui.window.action_set import ActionSet


class ShortcutSheet(QDialog):
    """A list by menu that can be left open beside the work; it destroys itself when closed."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutSheet")
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 680)
        self._actions = actions
        self._filter = QLineEdit(self)
        self._filter.setObjectName("shortcutFilter")
        self._filter.setAccessibleName("Filter")
        self._filter.setPlaceholderText("Filter by command or key")
        self._filter.setClearButtonEnabled(True)
        self._tree = QTreeWidget(self)
        self._tree.setObjectName("shortcutList")
        self._tree.setAccessibleName("Commands and keys")
        self._tree.setHeaderLabels(["Command", "Keys", "What it does"])
        self._tree.setRootIsDecorated(False)
        self._tree.setIndentation(GAP_M)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
        layout.setSpacing(GAP_S)
        layout.addWidget(self._filter)
        layout.addWidget(self._tree)
        self._fill()
        self._filter.textChanged.connect(self._show_matching)

    def open(self) -> None:
        """Show it without blocking anything."""
        self.show()
        self._filter.setFocus()

    def _fill(self) -> None:
        for heading in MENUS:
            top = QTreeWidgetItem(self._tree, [heading])
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = top.font(0)
            font.setBold(True)
            top.setFont(0, font)
            for described in self._actions.described():
                if described.menu == heading:
                    row = [described.title.rstrip("…"), self._keys(described), described.tip]
                    QTreeWidgetItem(top, row).setToolTip(2, described.tip)
        self._tree.expandAll()
        for column in (0, 1):
            self._tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def _keys(self, described: Action) -> str:
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(sequence.toString(native) for sequence in self._actions[described.id].shortcuts())

    def _show_matching(self, typed: str) -> None:
        wanted = typed.casefold()
        for index in range(self._tree.topLevelItemCount()):
            top = self._tree.topLevelItem(index)
            shown = 0
            for child_index in range(top.childCount() if top is not None else 0):
                child = top.child(child_index) if top is not None else None
                if child is not None:
                    fits = wanted in f"{child.text(0)} {child.text(1)} {child.text(2)}".casefold()
                    child.setHidden(not fits)
                    shown += fits
            if top is not None:
                top.setHidden(not shown)
