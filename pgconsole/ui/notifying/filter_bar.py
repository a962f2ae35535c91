"""What is typed to find messages: shows only those, or marks them among the others; Enter goes from one to the next."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from pgconsole.core.message_filter import FILTER_KINDS, FilterKind, Matcher, MessageFilter, matcher_of
from pgconsole.core.plain_text import visible_line
from pgconsole.ui.notifying.bounded_regex import compile_bounded
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GAP_XS, data_font

_WORDS: Final[dict[FilterKind, tuple[str, str]]] = {
    "text": ("Text", "Text in the payload"),
    "regex": ("Regex", "Regular expression"),
    "path": ("JSON path", 'JSON path, as $.order.id or $.state = "paid"'),
}
_PAUSE_MS = 120
_TOO_COSTLY = "This expression takes too long on some messages: all messages are shown."


class MessageFilterBar(QWidget):
    """Owns the wish; `changed` tells of a new one that can be understood."""

    changed = Signal()
    sought = Signal(bool)
    """Go to the next match, or with True to the one before."""
    given_up = Signal(str)
    """Why a wish that was looked for no longer is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageFilter")
        self.setAccessibleName("Filter messages")
        self.channel = ""
        self.matcher: Matcher | None = None
        """What is looked for; None where nothing is."""
        self.kind = QComboBox(self)
        self.kind.setObjectName("filterKind")
        self.kind.setAccessibleName("What to look for")
        for kind in FILTER_KINDS:
            self.kind.addItem(_WORDS[kind][0], kind)
        self.wanted = QLineEdit(self)
        self.wanted.setObjectName("filterText")
        self.wanted.setAccessibleName("Look for")
        self.wanted.setClearButtonEnabled(True)
        self.wanted.setFont(data_font())
        self.only = QToolButton(self)
        self.only.setObjectName("filterOnly")
        self.only.setText("Only")
        self.only.setCheckable(True)
        self.only.setChecked(True)
        self.only.setToolTip("Show only what is found; otherwise mark it, and go on by Enter and Shift+Enter")
        self.only.setAccessibleName("Show only what is found")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_XS)
        layout.addWidget(self.kind)
        layout.addWidget(self.wanted, 1)
        layout.addWidget(self.only)
        self.setFocusProxy(self.wanted)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.apply)
        self.wanted.textChanged.connect(lambda _text: self._pause.start())
        self.kind.currentIndexChanged.connect(lambda _index: self.apply())
        self.only.toggled.connect(lambda _on: self.apply())
        self._show_hint()

    @property
    def wish(self) -> MessageFilter:
        """What is typed and chosen."""
        kind: FilterKind = self.kind.currentData()
        return MessageFilter(self.wanted.text(), kind, self.channel)

    @property
    def shown_matcher(self) -> Matcher | None:
        """What the rows are to be, None for all of them."""
        if self.only.isChecked() or self.matcher is None:
            return self.matcher
        return _matcher(MessageFilter(channel=self.channel)) if self.channel else None

    @property
    def marked_matcher(self) -> Matcher | None:
        """What is to stand out among the rows."""
        return None if self.only.isChecked() or not self.wanted.text() else self.matcher

    def pick_channel(self, name: str) -> None:
        """Look at one channel alone; an empty name stands for all."""
        self.channel = name
        self.apply()

    def choices(self) -> Sequence[str]:
        """The kinds of search by their words."""
        return tuple(_WORDS[kind][0] for kind in FILTER_KINDS)

    def apply(self) -> None:
        """Look for what is typed now; what can't be understood is said, and what was looked for before holds."""
        self._pause.stop()
        self._show_hint()
        wish = self.wish
        try:
            matcher = None if wish.is_empty else _matcher(wish, self)
        except ValueError as fault:
            self._show_fault(str(fault))
            return
        self._show_fault("")
        self.matcher = matcher
        self.changed.emit()

    def give_up(self, wish: MessageFilter) -> None:
        """Look no longer for what takes too long, and say so; it may be a paint that found it out."""
        QTimer.singleShot(0, self, partial(self._give_up, wish))

    def _give_up(self, wish: MessageFilter) -> None:
        if wish == self.wish and self.matcher is not None:
            self.matcher = _matcher(MessageFilter(channel=self.channel)) if self.channel else None
            self._show_fault(_TOO_COSTLY)
            self.changed.emit()
            self.given_up.emit(_TOO_COSTLY)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next match, Shift+Enter to the one before, Esc forgets."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self.apply()
            self.sought.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape and self.wanted.text():
            self.wanted.clear()
            self.apply()
        else:
            super().keyPressEvent(event)

    def _show_hint(self) -> None:
        self.wanted.setPlaceholderText(_WORDS[self.wish.kind][1])

    def _show_fault(self, why: str) -> None:
        if bool(why) != bool(self.wanted.property("invalid")):
            self.wanted.setProperty("invalid", bool(why))
            self.wanted.style().unpolish(self.wanted)
            self.wanted.style().polish(self.wanted)
        self.wanted.setToolTip(plain_tip(why) if why else "")
        self.wanted.setAccessibleDescription(visible_line(why))


def _matcher(wish: MessageFilter, bar: MessageFilterBar | None = None) -> Matcher:
    return matcher_of(wish, compile_bounded, lambda: bar.give_up(wish) if bar is not None else None)
