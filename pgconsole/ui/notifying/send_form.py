"""One line to notify from: channel, payload, how long it is, and again and again where that is wanted."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from pgconsole.core.payloads import MAX_PAYLOAD_BYTES, json_fault, payload_kind, sending_fault
from pgconsole.core.plain_text import cut_line, visible_line
from pgconsole.core.wording import format_count
from pgconsole.ui.theme import GAP_S, GAP_XS, data_font, figures_font

_CHANNEL_PX = 160
_PAYLOAD_PX = 28


class PayloadEdit(QPlainTextEdit):
    """A payload of any number of lines in the room of one; Enter sends, Shift+Enter begins a line."""

    entered = Signal()

    def text(self) -> str:
        """The payload, as a line edit would give it."""
        return self.toPlainText()

    def setText(self, text: str) -> None:
        """Take a payload, as a line edit would."""
        self.setPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class SendForm(QWidget):
    """Says what is wrong with a payload before it is sent."""

    wanted = Signal(str, str, float)
    """Channel, payload, and how often a second; 0 for once."""
    wanted_in_tab = Signal(str, str)
    """Channel and payload, to be sent by the current tab."""
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sendForm")
        self.setAccessibleName("Send a notification")
        self.channel = QLineEdit(self)
        self.channel.setObjectName("sendChannel")
        self.channel.setAccessibleName("Channel to send on")
        self.channel.setPlaceholderText("Channel")
        self.channel.setFixedWidth(_CHANNEL_PX)
        self.payload = PayloadEdit(self)
        self.payload.setObjectName("sendPayload")
        self.payload.setAccessibleName("Payload to send")
        self.payload.setPlaceholderText("Payload (Enter sends, Shift+Enter begins a line)")
        self.payload.setTabChangesFocus(True)
        self.payload.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.payload.setFixedHeight(_PAYLOAD_PX)
        self._note = QLabel(self)
        self._note.setObjectName("sendNote")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setFont(figures_font(self.font()))
        self._rate = QDoubleSpinBox(self)
        self._rate.setObjectName("sendRate")
        self._rate.setAccessibleName("Times a second")
        self._rate.setToolTip("How often a second it is sent; once where it is 0")
        self._rate.setRange(0, 1000)
        self._rate.setDecimals(1)
        self._rate.setSuffix(" a second")
        self._rate.setSpecialValueText("once")
        self._in_tab = QCheckBox("In the tab", self)
        self._in_tab.setObjectName("sendInTab")
        self._in_tab.setToolTip("Sent by the current tab: in an open transaction it arrives when that commits")
        self._now = QPushButton("Send", self)
        self._now.setObjectName("sendNow")
        self._stop = QPushButton("Stop", self)
        self._stop.setObjectName("sendStop")
        self._stop.hide()
        self._lay_out()
        self.payload.textChanged.connect(self._judge)
        self.payload.entered.connect(self._send)
        self.channel.returnPressed.connect(self._send)
        self._now.clicked.connect(self._send)
        self._stop.clicked.connect(self.stopped)
        self._in_tab.toggled.connect(lambda on: self._rate.setEnabled(not on))
        self._judge()

    def _lay_out(self) -> None:
        for field in (self.channel, self.payload):
            field.setFont(data_font())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        layout.setSpacing(GAP_S)
        layout.addWidget(self.channel)
        layout.addWidget(self.payload, 1)
        layout.addWidget(self._note)
        layout.addWidget(self._in_tab)
        layout.addWidget(self._rate)
        layout.addWidget(self._now)
        layout.addWidget(self._stop)

    def show_sent(self, words: str, is_repeating: bool) -> None:
        """Say what was sent."""
        self._say(words, "ok")
        self._stop.setVisible(is_repeating)
        self._now.setVisible(not is_repeating)

    def show_fault(self, why: str) -> None:
        """Say why nothing was sent."""
        self._say(why, "danger")

    def _send(self) -> None:
        if sending_fault(self.payload.text()):
            return
        if self._in_tab.isChecked():
            self.wanted_in_tab.emit(self.channel.text(), self.payload.text())
        else:
            self.wanted.emit(self.channel.text(), self.payload.text(), self._rate.value())

    def _judge(self) -> None:
        """Say what the payload is, before it is sent."""
        payload = self.payload.text()
        fault = sending_fault(payload)
        self._now.setEnabled(not fault)
        size = len(payload.encode("utf-8", "replace"))
        told = f"{format_count(size)} of {format_count(MAX_PAYLOAD_BYTES)} bytes"
        if fault:
            self._say(fault, "danger")
        elif payload_kind(payload) == "malformed":
            self._say(f"{told}, not JSON: {cut_line(json_fault(payload), 60)}", "warning")
        else:
            self._say(f"{told}, JSON" if payload_kind(payload) == "json" else told, "second")

    def _say(self, words: str, role: str) -> None:
        self._note.setText(visible_line(words))
        if self._note.property("role") != role:
            self._note.setProperty("role", role)
            self._note.style().unpolish(self._note)
            self._note.style().polish(self._note)
