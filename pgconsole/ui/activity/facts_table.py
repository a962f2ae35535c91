"""A read-only table of texts that is filled anew at each look, and keeps its chosen row, order and place."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from pgconsole.core.activity_facts import Fact, FactColumn
from pgconsole.core.activity_words import one_line
from pgconsole.ui.empty_hint import empty_hint
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GAP_S, GAP_XL, GAP_XS, figures_font, theme_of

_KEY: Final = Qt.ItemDataRole.UserRole
_SHARE: Final = Qt.ItemDataRole.UserRole + 1
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FactsTable(QTreeWidget):
    """Shows `Fact`s; what an empty table means is said in it."""

    def __init__(self, name: str, title: str, columns: Sequence[FactColumn], nothing: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setRootIsDecorated(False)
        self.setProperty("dense", True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFont(figures_font(self.font()))
        self.setItemDelegate(_BarDelegate(self))
        self._columns: tuple[FactColumn, ...] = ()
        self.set_columns(columns)
        self._nothing = empty_hint(self)
        self.say_nothing(nothing)

    def set_columns(self, columns: Sequence[FactColumn]) -> None:
        """Have these columns from now on; where they are others than before, the rows go."""
        if tuple(columns) == self._columns:
            return
        self._columns = tuple(columns)
        self.clear()
        self.setColumnCount(len(columns))
        self.setHeaderLabels([column.title for column in columns])
        for number, column in enumerate(columns):
            self.headerItem().setTextAlignment(number, _RIGHT if column.is_figure else _LEFT)
            if column.width:
                title_px = self.fontMetrics().horizontalAdvance(column.title) + GAP_XL
                self.header().resizeSection(number, max(column.width, title_px))

    @property
    def hint(self) -> str:
        """What is said in place of rows; empty while there are any."""
        return self._nothing.text() if self._nothing.isVisibleTo(self) else ""

    def say_nothing(self, text: str) -> None:
        """What an empty table says."""
        self._nothing.setText(text)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these rows in their order."""
        if [self._key(number) for number in range(self.topLevelItemCount())] != [fact.key for fact in facts]:
            self._build(facts)
        for number, fact in enumerate(facts):
            self._fill(self.topLevelItem(number), fact)
        self._nothing.setVisible(not facts)

    def clear_facts(self) -> None:
        """Show nothing, and say nothing of it."""
        self.clear()
        self._nothing.hide()

    def _build(self, facts: Sequence[Fact]) -> None:
        place, chosen = self.verticalScrollBar().value(), self.currentItem()
        wanted = chosen.data(0, _KEY) if chosen is not None else None
        self.clear()
        for fact in facts:
            item = QTreeWidgetItem(self)
            item.setData(0, _KEY, fact.key)
            if fact.key == wanted:
                self.setCurrentItem(item)
        self.verticalScrollBar().setValue(place)

    def _fill(self, item: QTreeWidgetItem | None, fact: Fact) -> None:
        assert item is not None
        item.setData(0, _SHARE, fact.share)
        for number, (column, text) in enumerate(zip(self._columns, fact.texts, strict=True)):
            shown = one_line(text)
            if item.text(number) != shown:
                item.setText(number, shown)
                item.setToolTip(number, plain_tip(text))
                if column.is_figure:
                    item.setTextAlignment(number, _RIGHT)

    def _key(self, number: int) -> str:
        item = self.topLevelItem(number)
        return str(item.data(0, _KEY)) if item is not None else ""


class _BarDelegate(QStyledItemDelegate):
    """Paints a bar behind the words of the first column, where the row has one."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        share = index.data(_SHARE) if index.column() == 0 else None
        if share is not None:
            table = self.parent()
            assert isinstance(table, QWidget)
            theme = theme_of(table)
            area: QRect = option.rect
            groove = area.adjusted(GAP_XS, area.height() - GAP_XS, -GAP_S, -1)
            painter.fillRect(groove, theme.line)
            groove.setWidth(round(groove.width() * float(share)))
            painter.fillRect(groove, theme.running)
        super().paint(painter, option, index)
