"""Messages of a query tab: tags, notices and errors whole, as plain text, the newest ten thousand of them.

It shows what it is given and decides nothing; the place of an error in the script is a link that it announces.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pgconsole.core.messages import Message
from pgconsole.core.wording import plural
from pgconsole.ui.frame_pace import FRAME_MS
from pgconsole.ui.results.message_queue import KEPT_AT_MOST, KEPT_CHARS, MessageQueue, size_of
from pgconsole.ui.results.message_text import Piece, Tone, pieces
from pgconsole.ui.theme import GAP_S, Theme, data_font, theme_of

_DROPPED_AT_ONCE = 500
"""Old entries are dropped in lots, so that each append stays cheap."""
_BURST_S = 0.1
_BURST_MESSAGES = 60
"""More than so many in so short a time are written in lots, once a frame: each by itself is laid out and scrolled to,
which took the statement that sends them a third of a millisecond each."""
_SLICE_S = 0.004
_POSITION = QTextCharFormat.Property.UserProperty + 1


class MessagesView(QPlainTextEdit):
    """A read-only log; the newest entry is at the bottom and in view, unless the user scrolled up."""

    position_activated = Signal(int)
    """An error's offset in the script, in code points, was clicked or chosen with Enter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        self.setAccessibleName("Messages")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setPlaceholderText("Tags, notices and errors of the next run appear here.")
        self.document().setDocumentMargin(GAP_S)
        self.viewport().setMouseTracking(True)
        self.setFont(data_font())
        self._messages: deque[tuple[Message, int]] = deque()
        self._dropped = 0
        self._follows = True
        """Whether the newest entry shall be in view: until the user scrolls up, and again from the end on."""
        self._chars = 0
        self._waiting = MessageQueue()
        self._burst_began = 0.0
        self._burst_count = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._write_slice)
        self.verticalScrollBar().valueChanged.connect(self._note_scrolling)

    @property
    def dropped(self) -> int:
        """How many old entries gave way to newer ones."""
        return self._dropped

    def append(self, message: Message) -> None:
        """Add an entry at the end; in a burst it waits for its turn, and the oldest give way unseen."""
        if not self._waiting and not self._is_burst():
            with self._following():
                self._add(message)
            return
        gone = self._waiting.push(message)
        if gone:
            self._forget_shown()
            self._dropped += gone
        if not self._timer.isActive():
            self._timer.start()

    def _is_burst(self) -> bool:
        now = time.monotonic()
        if now - self._burst_began > _BURST_S:
            self._burst_began, self._burst_count = now, 0
        self._burst_count += 1
        return self._burst_count > _BURST_MESSAGES

    def _write_slice(self) -> None:
        """Write what some milliseconds allow, laid out and scrolled to once."""
        until = time.monotonic() + _SLICE_S
        with self._following():
            block = QTextCursor(self.document())
            block.beginEditBlock()
            if self.document().isEmpty():
                self._tell_dropped()
            while self._waiting:
                self._add(self._waiting.pop())
                if time.monotonic() > until:
                    break
            block.endEditBlock()
        if not self._waiting:
            self._timer.stop()

    def _forget_shown(self) -> None:
        """Everything that is shown is older than what waits, of which there is as much as is kept."""
        self._dropped += len(self._messages)
        self._messages.clear()
        self._chars = 0
        if not self.document().isEmpty():
            super().clear()

    def _add(self, message: Message) -> None:
        blocks_before = self._line_count()
        self._write(message)
        self._messages.append((message, self._line_count() - blocks_before))
        self._chars += size_of(message)
        if len(self._messages) >= KEPT_AT_MOST + _DROPPED_AT_ONCE:
            self._drop_oldest(_DROPPED_AT_ONCE)
        elif self._chars > KEPT_CHARS and len(self._messages) > 1:
            self._drop_oldest(self._surplus())

    def _surplus(self) -> int:
        """How many of the oldest take a quarter of the characters that are kept, all but the newest at most."""
        count, chars = 0, 0
        for message, _lines in self._messages:
            if chars >= KEPT_CHARS // 4 or count == len(self._messages) - 1:
                break
            chars += size_of(message)
            count += 1
        return count

    def clear(self) -> None:
        """Remove every entry, and forget how many were dropped."""
        self._messages.clear()
        self._chars = 0
        self._waiting.clear()
        self._timer.stop()
        self._dropped = 0
        self._follows = True
        super().clear()

    def set_font_size(self, size_pt: float) -> None:
        """Show the entries at another size of the fixed font."""
        self.setFont(data_font(size_pt))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over a link."""
        over_link = self._position_at(self.cursorForPosition(event.position().toPoint())) is not None
        shape = Qt.CursorShape.PointingHandCursor if over_link else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow the link that was clicked, where nothing was selected."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self._follow(self.cursorForPosition(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter follows the link in the caret's line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            cursor = self.textCursor()
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            self._follow(cursor)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the newest entry in view, also where there is less room for it now."""
        with self._following():
            super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What came while it was hidden is below."""
        with self._following():
            super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Write every entry anew in the palette's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and getattr(self, "_messages", None):
            self._rewrite()

    def _write(self, message: Message) -> None:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        if not self.document().isEmpty():
            cursor.insertBlock()
        theme = theme_of(self)
        for piece in pieces(message):
            cursor.insertText(piece.text, _look(piece, theme))
        cursor.endEditBlock()

    def _rewrite(self) -> None:
        messages = [message for message, _lines in self._messages]
        self._messages.clear()
        super().clear()
        self._tell_dropped()
        for message in messages:
            before = self._line_count()
            self._write(message)
            self._messages.append((message, self._line_count() - before))
        self._follows = True
        self._scroll_to_end()

    def _drop_oldest(self, count: int) -> None:
        oldest = [self._messages.popleft() for _ in range(count)]
        lines = sum(count for _message, count in oldest) + bool(self._dropped)
        self._chars -= sum(size_of(message) for message, _lines in oldest)
        self._dropped += count
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.document().findBlockByNumber(lines).position(), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._tell_dropped()

    def _tell_dropped(self) -> None:
        if self._dropped:
            cursor = QTextCursor(self.document())
            notice = Piece(f"{plural(self._dropped, 'older message')} dropped", Tone.FAINT)
            cursor.insertText(notice.text, _look(notice, theme_of(self)))
            if self._messages:
                cursor.insertBlock()

    def _line_count(self) -> int:
        return 0 if self.document().isEmpty() else self.document().blockCount()

    @contextmanager
    def _following(self) -> Iterator[None]:
        """Go to the end after a change, where the end was followed before it: the bar moves while text changes."""
        follows = self._follows
        yield
        self._follows = follows
        if follows:
            self._scroll_to_end()

    def _scroll_to_end(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _note_scrolling(self) -> None:
        bar = self.verticalScrollBar()
        self._follows = bar.value() >= bar.maximum()

    def _position_at(self, cursor: QTextCursor) -> int | None:
        position = cursor.charFormat().property(_POSITION)
        return position if isinstance(position, int) else None

    def _follow(self, cursor: QTextCursor) -> None:
        position = self._position_at(cursor)
        if position is not None:
            self.position_activated.emit(position)


def _look(piece: Piece, theme: Theme) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(_color(piece.tone, theme))
    if piece.tone in (Tone.ERROR, Tone.WARNING) or piece.is_strong:
        look.setFontWeight(QFont.Weight.DemiBold)
    if piece.script_position is not None:
        look.setFontUnderline(True)
        look.setProperty(_POSITION, piece.script_position)
    return look


def _color(tone: Tone, theme: Theme) -> QColor:
    return {
        Tone.TEXT: theme.text,
        Tone.SECOND: theme.text_second,
        Tone.FAINT: theme.text_faint,
        Tone.OK: theme.ok,
        Tone.WARNING: theme.warning,
        Tone.ERROR: theme.danger,
        Tone.LINK: theme.accent,
    }[tone]
