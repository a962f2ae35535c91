"""A JSON payload as a tree that folds, by mouse and by arrow keys; what is copied is a value as it was written."""

from typing import Final

from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from pgconsole.core.json_tree import unquoted
from pgconsole.ui.notifying.json_model import KEY, JsonModel
from pgconsole.ui.theme import data_font

_INDENTATION_PX: Final = 12
_UNFOLDED: Final = 400
"""Larger documents show their outermost members at first: unfolding takes some 10 us for each value."""
_KEY_PART: Final = 0.4


class JsonTreeView(QTreeView):
    """Right unfolds and Left folds, * unfolds all within, Ctrl+C copies; a text is copied without its quotes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("payloadTree")
        self.setAccessibleName("Payload as a tree")
        self.setProperty("dense", True)
        self.setFont(data_font())
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENTATION_PX)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHeaderHidden(True)
        self.document = JsonModel(self)
        self.setModel(self.document)
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(KEY, QHeaderView.ResizeMode.Interactive)

    def show_document(self, text: str) -> None:
        """Show a text that is JSON, unfolded where it is not large."""
        self.document.set_document(text)
        if self.document.count <= _UNFOLDED:
            self.expandAll()
        else:
            self.expandToDepth(-1)
        self.resizeColumnToContents(KEY)
        self.setColumnWidth(KEY, min(self.columnWidth(KEY), max(80, round(self.viewport().width() * _KEY_PART))))

    def copy(self) -> None:
        """Copy the current value: a text as it reads, anything else as it was written."""
        node = self.document.node(self.currentIndex()) if self.currentIndex().isValid() else None
        if node is not None:
            text = self.document.text(node)
            QGuiApplication.clipboard().setText(unquoted(text) if node.kind == "text" else text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the value."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
