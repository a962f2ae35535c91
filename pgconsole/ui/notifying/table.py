"""The table of messages: the newest at the bottom, followed until one scrolls up, then counted until one comes back."""

from contextlib import nullcontext
from itertools import chain, islice

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QPushButton, QTableView, QWidget

from pgconsole.core.listening_state import ListeningState
from pgconsole.core.message_filter import Matcher
from pgconsole.core.message_log import Entry, Message
from pgconsole.core.wording import format_count
from pgconsole.formats.message_writer import message_text
from pgconsole.ui.frame_pace import FramePace, PaintPace
from pgconsole.ui.notifying.model import MessageModel
from pgconsole.ui.notifying.painter import MessagePainter, Place
from pgconsole.ui.notifying.search import MessageSearch
from pgconsole.ui.theme import GAP_M, GRID_ROW_HEIGHT, TREE_ROW_HEIGHT, data_font, theme_of

_WIDTHS_PX = (116, 148, 200)
_NOWHERE = QModelIndex()
_COPIED_ROWS = 10_000


class MessageTable(QTableView):
    """Shows one connection's rows; its cost follows the rows that are seen."""

    current_message = Signal(object)
    """The `Message` of the current row, or None."""
    copied_partly = Signal(int)
    """So many of the selected rows were copied, and no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notificationsTable")
        self.setAccessibleName("Messages")
        self.messages = MessageModel(self)
        self.search = MessageSearch(self.messages, self)
        self.search.found.connect(self.go_to)
        self.setModel(self.messages)
        self.paint_pace: PaintPace | None = None
        """Told how long a paint takes, so that a flood of messages is painted seldomer than it comes."""
        self._judge_rest = FramePace(self.viewport().update, self)
        self.is_following = True
        self._left_at = 0
        self._is_syncing = False
        self._newer = QPushButton(self)
        self._newer.setObjectName("notificationsNewer")
        self._newer.setProperty("primary", True)
        self._newer.clicked.connect(self.follow)
        self._newer.hide()
        self._dress()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.selectionModel().currentRowChanged.connect(lambda *_rows: self._tell_current())

    def _dress(self) -> None:
        self.setFont(data_font())
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(GRID_ROW_HEIGHT)
        rows.setDefaultSectionSize(GRID_ROW_HEIGHT)
        columns.setFixedHeight(TREE_ROW_HEIGHT)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setHighlightSections(False)
        columns.setStretchLastSection(True)
        columns.setFont(QApplication.font())
        for column, width in enumerate(_WIDTHS_PX):
            self.setColumnWidth(column, width)

    # Rows that come and go

    def show_state(self, state: ListeningState | None) -> None:
        """Show another connection's messages, the newest first of all."""
        self.messages.set_state(state)
        self.follow()
        self._tell_current()

    def sync(self) -> bool:
        """Take over what changed; whether a filter still has entries to look at."""
        self._is_syncing = True
        try:
            gone, is_behind = self.messages.sync()
        finally:
            self._is_syncing = False
        if self.is_following:
            self.scrollToBottom()
        else:
            if gone:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() - gone * GRID_ROW_HEIGHT)
                self._left_at -= gone
            self._tell_newer()
        return is_behind

    def follow(self) -> None:
        """Go to the newest message, and stay with it."""
        self.is_following = True
        self.scrollToBottom()
        self._tell_newer()

    def _scrolled(self, value: int) -> None:
        if self._is_syncing:
            return
        was = self.is_following
        self.is_following = value >= self.verticalScrollBar().maximum()
        if was and not self.is_following:
            self._left_at = self.messages.rowCount()
        self._tell_newer()

    def _tell_newer(self) -> None:
        count = 0 if self.is_following else max(0, self.messages.rowCount() - max(self._left_at, 0))
        words = f"{format_count(count)} new" if count else "Follow"
        if self._newer.isHidden() != self.is_following:
            self._newer.setHidden(self.is_following)
        if words != self._newer.text():
            self._newer.setText(words)
            self._newer.setToolTip("Go to the newest message and follow (End)")
            self._place_newer()

    @property
    def newer_words(self) -> str:
        """What stands on the button that leads back to the newest; empty while they are followed."""
        return "" if self._newer.isHidden() else self._newer.text()

    def _place_newer(self) -> None:
        self._newer.adjustSize()
        room = self.viewport().geometry()
        self._newer.move(room.right() - self._newer.width() - GAP_M, room.bottom() - self._newer.height() - GAP_M)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight, and note how long it takes."""
        with self.paint_pace.paint() if self.paint_pace is not None else nullcontext():
            painter = QPainter(self.viewport())
            with self.messages.judging_briefly():
                self._paint_rows(painter)
            painter.end()
        if self.messages.owes_marks:
            self._judge_rest.ask()

    def _paint_rows(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        theme = theme_of(self)
        header = self.horizontalHeader()
        places = [Place(header.sectionViewportPosition(n), header.sectionSize(n)) for n in range(header.count())]
        frame = MessagePainter(painter, self.messages, theme, places)
        first, below = divmod(self.verticalOffset(), GRID_ROW_HEIGHT)
        count = min(self.messages.rowCount() - first, self.viewport().height() // GRID_ROW_HEIGHT + 2)
        selected = self.selectionModel()
        has_selection = selected.hasSelection()
        current = self.currentIndex().row() if self.hasFocus() else -1
        for shown in range(count):
            row = first + shown
            is_selected = has_selection and selected.isRowSelected(row, _NOWHERE)
            y = shown * GRID_ROW_HEIGHT - below
            frame.paint_row(row, y, GRID_ROW_HEIGHT, is_selected=is_selected, is_current=row == current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay with the newest, and keep the button in its corner."""
        super().resizeEvent(event)
        self._place_newer()
        if self.is_following:
            self.scrollToBottom()

    # Looking for

    def seek(self, matches: Matcher, *, backward: bool = False) -> None:
        """Go to the next row that is looked for, or the one before; `search` tells where there is none."""
        here = self.currentIndex().row()
        first = self.messages.rowCount() - 1 if backward else 0
        self.search.start(matches, here + (-1 if backward else 1) if here >= 0 else first, backward=backward)

    def go_to(self, row: int) -> None:
        """Make a row the current one, in sight."""
        index = self.messages.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    # What is selected

    def selected_entries(self) -> list[Entry]:
        """The entries of the selected rows in their order, 10,000 at most."""
        areas = sorted((area.top(), area.bottom()) for area in self.selectionModel().selection().toList())
        rows = chain.from_iterable(range(top, bottom + 1) for top, bottom in areas)
        entries = (self.messages.entry(row) for row in islice(rows, _COPIED_ROWS))
        return [entry for entry in entries if entry is not None]

    def copy(self) -> None:
        """Copy the payload where one row is selected, else the rows as lines of text, 10,000 at most."""
        entries = self.selected_entries()
        if len(entries) == 1 and isinstance(entries[0], Message):
            QGuiApplication.clipboard().setText(entries[0].payload)
        elif entries:
            QGuiApplication.clipboard().setText(message_text(entries, "text"))
        if len(entries) == _COPIED_ROWS:
            self.copied_partly.emit(_COPIED_ROWS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies; End follows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_End and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
            self.follow()
        else:
            super().keyPressEvent(event)

    def _tell_current(self) -> None:
        row = self.currentIndex().row()
        entry = self.messages.entry(row) if row >= 0 else None
        self.current_message.emit(entry if isinstance(entry, Message) else None)
