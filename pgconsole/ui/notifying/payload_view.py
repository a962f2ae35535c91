"""One message whole, beside the table: as a tree, as text, what changed since the one before, and channels' rates."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QTabWidget, QVBoxLayout, QWidget

from pgconsole.core.listening_state import ListeningState
from pgconsole.core.message_log import Message
from pgconsole.core.payloads import DiffLine, PayloadKind, difference, json_fault, payload_kind, payload_lines
from pgconsole.core.plain_text import visible_block, visible_line
from pgconsole.core.wording import format_count, plural
from pgconsole.ui.gradual_text import GradualText
from pgconsole.ui.notifying.json_tree_view import JsonTreeView
from pgconsole.ui.notifying.rate_chart import RateChart
from pgconsole.ui.theme import GAP_S, GAP_XS, data_font, theme_of


class PayloadView(QWidget):
    """Shows the message that it is given; what is copied is the payload as it came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("payloadView")
        self.setAccessibleName("Message")
        self._message: Message | None = None
        self._state: ListeningState | None = None
        self._about = QLabel(self)
        self._about.setObjectName("payloadAbout")
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setProperty("role", "second")
        self._about.setWordWrap(True)
        self._tree = JsonTreeView(self)
        self._text = GradualText(self)
        self._text.setObjectName("payloadText")
        self._text.setAccessibleName("Payload")
        self._changes = QPlainTextEdit(self)
        self._changes.setObjectName("payloadChanges")
        self._changes.setAccessibleName("Changes since the message before")
        self._changes.setReadOnly(True)
        self._changes.setUndoRedoEnabled(False)
        self.rates = RateChart(self)
        self._copy = QPushButton("Copy payload", self)
        self._copy.setObjectName("payloadCopy")
        self._copy.clicked.connect(self.copy)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("payloadTabs")
        self._lay_out()
        self._wants_tree = True
        self.tabs.currentChanged.connect(lambda _index: self._show_what_is_seen())
        self.tabs.tabBarClicked.connect(lambda index: self._prefer(self.tabs.widget(index) is self._tree))
        self.show_message(None, None)

    def _lay_out(self) -> None:
        for text in (self._text, self._changes):
            text.setFont(data_font())
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._tree, "Tree")
        self.tabs.addTab(self._text, "Text")
        self.tabs.addTab(self._changes, "Changes")
        self.tabs.addTab(self.rates, "Rates")
        below = QHBoxLayout()
        below.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        below.setSpacing(GAP_S)
        below.addWidget(self._about, 1)
        below.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(below)

    def show_message(self, message: Message | None, state: ListeningState | None) -> None:
        """Show a message, with what the state knows of its sender; None shows nothing."""
        self._message, self._state = message, state
        self._copy.setVisible(message is not None)
        if message is None:
            self._text.show_text("")
            self._about.setText("Choose a message to see it whole.")
            self._offer_tree("text")
        else:
            self._offer_tree(payload_kind(message.payload))
            self._text.show_text("")
            self._text.show_text(visible_block(payload_lines(message.payload)))
            self._about.setText(self._about_text(message))
        self._show_what_is_seen()

    def _prefer(self, tree: bool) -> None:
        self._wants_tree = tree

    def _offer_tree(self, kind: PayloadKind) -> None:
        """Have a tree where there is one to show; whoever looked at the last one looks at this one."""
        looks_at_payload = self.tabs.currentWidget() in (self._tree, self._text)
        self.tabs.setTabVisible(self.tabs.indexOf(self._tree), kind == "json")
        if looks_at_payload:
            self.tabs.setCurrentWidget(self._tree if kind == "json" and self._wants_tree else self._text)

    def _show_what_is_seen(self) -> None:
        """Make a tree and compare only when it is looked at."""
        if self.tabs.currentWidget() is self._tree:
            self._tree.show_document(self._message.payload if self._message is not None else "")
        self._show_changes()

    def changeEvent(self, event: QEvent) -> None:
        """Write the changes anew in another theme's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "tabs"):
            self._show_changes()

    def copy(self) -> None:
        """Copy the payload as it came."""
        if self._message is not None:
            QGuiApplication.clipboard().setText(self._message.payload)

    def _about_text(self, message: Message) -> str:
        payload = message.payload
        size = len(payload.encode("utf-8", "surrogateescape"))
        kind = {"json": "JSON", "text": "text"}.get(payload_kind(payload)) or f"not JSON: {json_fault(payload)}"
        sender = self._state.sender_of(message) if self._state is not None else None
        who = f"process {message.pid}" + (f" · {sender}" if sender is not None else "")
        return visible_line(f"{who} · {plural(size, 'byte')} · {kind}")

    def _show_changes(self) -> None:
        """Compare only when it is looked at."""
        if self.tabs.currentWidget() is not self._changes:
            return
        self._changes.clear()
        message = self._message
        before = self._before(message) if message is not None else None
        if message is None or before is None:
            self._changes.setPlainText("" if message is None else "There is no message before it on this channel.")
            return
        lines = difference(before.payload, message.payload)
        if all(sign == " " for sign, _line in lines):
            self._changes.setPlainText("The same as the message before it on this channel.")
            return
        self._write(lines)

    def _before(self, message: Message) -> Message | None:
        if self._state is None or message.number < self._state.log.first:
            return None
        return self._state.log.previous_of_channel(message.number)

    def _write(self, lines: list[DiffLine]) -> None:
        theme = theme_of(self)
        colours = {"+": theme.ok, "-": theme.danger, " ": theme.text}
        cursor = QTextCursor(self._changes.document())
        cursor.beginEditBlock()
        for number, (sign, line) in enumerate(lines):
            form = QTextCharFormat()
            form.setForeground(colours[sign])
            cursor.insertText(("\n" if number else "") + f"{sign} {visible_line(line)}", form)
        cursor.endEditBlock()
        self._changes.moveCursor(QTextCursor.MoveOperation.Start)

    @property
    def changed_lines(self) -> str:
        """What the changes say, for those who read it aloud."""
        changed = [line for line in self._changes.toPlainText().split("\n") if line[:1] in "+-"]
        return f"{format_count(len(changed))} changed lines"
