"""The status bar: connection, transaction, what the tab holds on the server, rows, times. It only shows values.

Each label tells more in its tool tip, which a click or Enter opens too.
"""

import time
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QToolTip, QWidget

from pgconsole.core.connection_state import CHANNEL_MEANING, CHANNEL_WORDS
from pgconsole.core.plain_text import visible_block, visible_line
from pgconsole.core.result import Result
from pgconsole.core.run_state import Phase, TabState, TransactionState
from pgconsole.core.wording import format_duration_ms
from pgconsole.ui.icons import icon_pixmap
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import FOCUS_RING, GAP_S, GAP_XS, ICON_SIZE, STATUS_HEIGHT, figures_font, theme_of
from pgconsole.ui.window import status_words as words

Role = Literal["text_second", "text_faint", "text", "ok", "warning", "danger", "running"]

_TICK_MS = 100
_LABEL_HEIGHT = STATUS_HEIGHT - 4
_LOCKS: dict[str, tuple[str, Role]] = {
    "local": ("", "text_second"),
    "tunnel": ("lock", "ok"),
    "verified": ("lock", "ok"),
    "unverified": ("lock-warning", "warning"),
    "plain": ("lock-open", "warning"),
}
_TRANSACTION_ROLES: dict[TransactionState, Role] = {
    TransactionState.IDLE: "text_second",
    TransactionState.OPEN: "warning",
    TransactionState.FAILED: "danger",
    TransactionState.UNKNOWN: "danger",
}
_PHASE_WORDS = {Phase.RUNNING: "Running", Phase.STREAMING: "Reading", Phase.CANCELLING: "Cancelling"}


class StatusLabel(QLabel):
    """One entry: an icon, a word in the colour of its role, and a tool tip that also opens by click or key."""

    clicked = Signal()

    def __init__(self, name: str, accessible_name: str, parent: QWidget, *, may_shrink: bool = False) -> None:
        """Take a name for scripts and one for screen readers, and whether the text may be cut for want of room."""
        super().__init__(parent)
        self.setObjectName(name)
        self._may_shrink = may_shrink
        self._name = accessible_name
        self._icon = ""
        self._role: Role = "text_second"
        self._details = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_LABEL_HEIGHT)
        self.hide()

    def show_entry(self, text: str, details: str = "", role: Role = "text_second", icon: str = "") -> None:
        """Show a text; an empty one takes the entry away."""
        if (text, details, role, icon) == (self.text(), self._details, self._role, self._icon):
            return
        self._role, self._icon, self._details = role, icon, details
        self.setText(visible_line(text))
        self.setToolTip(plain_tip(details) if details else "")
        self.setAccessibleName(f"{self._name}: {self.text()}")
        self.setAccessibleDescription(visible_block(details))
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for icon and text; a layout that is short of room may give less, and the text is then cut."""
        width = 2 * GAP_S + self.fontMetrics().horizontalAdvance(self.text()) + 1
        return QSize(width + (ICON_SIZE + GAP_XS if self._icon else 0), _LABEL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """A few characters at least, or all."""
        whole = self.sizeHint()
        few = 2 * GAP_S + ICON_SIZE + 3 * self.fontMetrics().averageCharWidth()
        return QSize(min(whole.width(), few) if self._may_shrink else whole.width(), _LABEL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, text cut to the room, and the ring of the focus."""
        theme = theme_of(self)
        color = getattr(theme, self._role)
        painter = QPainter(self)
        left = GAP_S
        if self._icon == "dot":
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color, 1.5))
            if self._role == "ok":
                painter.setBrush(color)
            painter.drawEllipse(QRect(left + 4, (self.height() - 8) // 2, 8, 8))
        elif self._icon:
            pixmap = icon_pixmap(self._icon, color, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(left, (self.height() - ICON_SIZE) // 2), pixmap)
        left += ICON_SIZE + GAP_XS if self._icon else 0
        painter.setPen(theme.text if self._icon == "dot" and self._role == "ok" else color)
        room = QRect(left, 0, self.width() - left - GAP_S + 1, self.height())
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        if self.hasFocus():
            painter.setPen(QPen(theme.accent, FOCUS_RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the details."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._open()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the details by Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
            return
        super().keyPressEvent(event)

    def _open(self) -> None:
        if self.toolTip():
            QToolTip.showText(self.mapToGlobal(QPoint(0, -self.height())), self.toolTip(), self)
        self.clicked.emit()


class StatusLine(QStatusBar):
    """Everything stays on screen all the time: messages of the moment, as tips of menu entries, never cover it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setSizeGripEnabled(False)
        self.setFixedHeight(STATUS_HEIGHT)
        self._row = QWidget(self)
        self.connection = StatusLabel("statusConnection", "Connection", self._row, may_shrink=True)
        self.lock = StatusLabel("statusLock", "Encryption", self._row, may_shrink=True)
        self.transaction = StatusLabel("statusTransaction", "Transaction", self._row)
        self.access = StatusLabel("statusReadOnly", "Access", self._row)
        self.pinned = StatusLabel("statusPinned", "Pinned connection", self._row, may_shrink=True)
        self.portal = StatusLabel("statusPortal", "Held on the server", self._row)
        self.opening = StatusLabel("statusOpening", "Connection that is being made", self._row, may_shrink=True)
        self.background = StatusLabel("statusBackground", "Work in the background", self._row)
        self.rows = StatusLabel("statusRows", "Rows", self._row)
        self.time = StatusLabel("statusTime", "Time", self._row, may_shrink=True)
        self.zone = StatusLabel("statusTimeZone", "Time zone", self._row, may_shrink=True)
        self._is_lost = False
        self._state: TabState | None = None
        self._result: Result | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_time)
        self._lay_out()
        self.show_connection("", "", "")
        self.show_state(None)
        self.show_result(None)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self._row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for label in (self.connection, self.lock, self.transaction, self.access, self.pinned, self.portal):
            layout.addWidget(label)
        layout.addStretch(1)
        for label in (self.opening, self.background, self.rows, self.time, self.zone):
            label.setFont(figures_font(label.font()))
            layout.addWidget(label)
        self.setContentsMargins(0, 0, 0, 0)
        self.addPermanentWidget(self._row, 1)

    def show_connection(
        self, label: str, title: str, lock: str, words: str = "", details: str = "", *, is_lost: bool = False
    ) -> None:
        """Name the connection; `lock` is a `ChannelState`, other words, or empty while it is being made.

        `words` and `details` say more of the lock than the state alone does.
        """
        if not label:
            self.connection.show_entry("Not connected", "No server is connected.", "text_faint", "dot")
        else:
            self.connection.show_entry(label, title, "danger" if is_lost else "ok" if lock else "running", "dot")
        drawing, role = _LOCKS.get(lock, ("", "text_second"))
        told = details or {str(state): text for state, text in CHANNEL_MEANING.items()}.get(lock, "")
        named = words or {str(state): text for state, text in CHANNEL_WORDS.items()}.get(lock, lock)
        self.lock.show_entry(named[:1].upper() + named[1:] if label else "", told, role, drawing)
        if is_lost is not self._is_lost:
            self._is_lost = is_lost
            self.show_state(self._state)

    def show_opening(self, name: str) -> None:
        """Tell of a connection that is being made beside the tab's own; Cancel gives it up."""
        told = "The tab stays on its own connection meanwhile; Cancel gives this one up."
        self.opening.show_entry(f"Connecting to {name}" if name else "", told, "running")

    def show_background(self, text: str, details: str = "") -> None:
        """Tell of work that goes on behind everything else; an empty text once it has ended."""
        self.background.show_entry(text, details, "text_faint")

    def show_state(self, state: TabState | None) -> None:
        """Show what the current tab does and holds; None where there is no tab."""
        self._state = state
        if state is None:
            for label in (self.transaction, self.access, self.pinned, self.portal):
                label.show_entry("")
        else:
            role = _TRANSACTION_ROLES[state.transaction]
            self.transaction.show_entry(
                words.transaction_words(state, is_lost=self._is_lost),
                words.transaction_details(state),
                role,
                "warning" if role == "danger" else "",
            )
            self.access.show_entry(words.access_words(state), words.access_details(state), "text")
            reasons = "\n".join(("This tab keeps its connection, for it would lose:", *state.pin_reasons))
            self.pinned.show_entry("Pinned" if state.pinned else "", reasons, "text", "pin")
            self._show_portal(state)
        self._show_time()

    def _show_portal(self, state: TabState) -> None:
        if state.portal_since is None:
            self.portal.show_entry("")
            return
        since = words.clock_words(state.portal_since)
        told = (
            f"A result that is not read to its end holds a snapshot and locks on the server since {since}.\n"
            "Fetch all, or run something else in this tab, to let go."
        )
        self.portal.show_entry(f"Holds a snapshot since {since}", told, "warning")

    def show_result(self, result: Result | None) -> None:
        """Show rows and times of the result in front; None where there is none."""
        self._result = result
        if result is None:
            self.rows.show_entry("")
            self.zone.show_entry("")
        else:
            stopped: Role = "warning" if result.stopped_because else "text"
            locale = self.locale()
            self.rows.show_entry(words.rows_words(result, locale), words.rows_details(result, locale), stopped)
            self.zone.show_entry(result.time_zone, "The session's time zone when this result was read.")
        self._show_time()

    def _show_time(self) -> None:
        state, result = self._state, self._result
        if state is not None and state.is_busy:
            self._clock.start() if not self._clock.isActive() else None
            if state.waits_for:
                self.time.show_entry(f"Waiting for {state.waits_for}", "The run goes on once that is there.", "running")
                return
            passed = (time.time() - state.run_started) * 1000 if state.run_started is not None else 0.0
            role: Role = "warning" if state.phase is Phase.CANCELLING else "running"
            self.time.show_entry(f"{_PHASE_WORDS[state.phase]} {format_duration_ms(max(passed, 0.0))}", "", role)
            return
        self._clock.stop()
        if result is None:
            self.time.show_entry("")
        else:
            self.time.show_entry(words.time_words(result), words.time_details(result))

    def event(self, event: QEvent) -> bool:
        """Tips of menu entries do not come here: they would cover the state of the transaction."""
        if event.type() is QEvent.Type.StatusTip:
            return True
        return super().event(event)
