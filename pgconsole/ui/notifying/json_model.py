"""A JSON text as Qt's tree reads it: a row for each member and element, its value as it was written."""

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from pgconsole.core.json_tree import JsonNode, json_tree
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wording import plural
from pgconsole.ui.theme import theme_of

KEY, VALUE = range(2)
_SHOWN_CHARS: Final = 1000
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class JsonModel(QAbstractItemModel):
    """The tree of one document; UserRole has a value's own text whole."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._document = ""
        self._top: JsonNode | None = None
        self.count = 0
        """How many values there are within the outermost."""

    def set_document(self, document: str) -> None:
        """Show another text, which is JSON; an empty one shows nothing."""
        self.beginResetModel()
        self._document = document
        self._top = json_tree(document)
        self.count = _count(self._top)
        self.endResetModel()

    def node(self, index: _Index) -> JsonNode | None:
        """The value of a row; the outermost for no row."""
        found = index.internalPointer() if index.isValid() else self._top
        return found if isinstance(found, JsonNode) else None

    def text(self, node: JsonNode) -> str:
        """A value as it was written."""
        return self._document[node.start : node.end]

    # Qt's questions

    def index(self, row: int, column: int, parent: _Index = _NOWHERE) -> QModelIndex:
        """The place of a value."""
        node = self.node(parent)
        if node is None or not (0 <= row < len(node.children) and 0 <= column <= VALUE):
            return QModelIndex()
        return self.createIndex(row, column, node.children[row])

    def parent(self, index: _Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        """The place of what a value is in."""
        node = self.node(index) if index.isValid() else None
        within = node.parent if node is not None else None
        if within is None or within is self._top:
            return QModelIndex()
        return self.createIndex(within.row, KEY, within)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many members or elements a value has."""
        node = self.node(parent)
        return len(node.children) if node is not None and parent.column() <= KEY else 0

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Key and value."""
        return 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The columns' titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Key", "Value")[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A key or a value as it is shown, or a value whole."""
        node = self.node(index) if index.isValid() else None
        if node is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return cut_line(node.key, _SHOWN_CHARS) if index.column() == KEY else self._shown(node)
        if role == Qt.ItemDataRole.UserRole:
            return node.key if index.column() == KEY else self.text(node)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(node, index.column())
        return None

    def _shown(self, node: JsonNode) -> str:
        if node.kind == "object":
            return f"{{ }} {plural(len(node.children), 'member')}"
        if node.kind == "array":
            return f"[ ] {plural(len(node.children), 'element')}"
        return cut_line(self.text(node), _SHOWN_CHARS)

    def _colour(self, node: JsonNode, column: int) -> Any:
        theme = theme_of(self._view)
        if column == KEY:
            return theme.text_second
        colours = {"text": theme.string, "number": theme.number, "word": theme.keyword}
        return colours.get(node.kind, theme.text_faint)


def _count(top: JsonNode | None) -> int:
    waiting, count = [top] if top is not None else [], 0
    while waiting:
        children = waiting.pop().children
        count += len(children)
        waiting += children
    return count
