"""The pane of notifications: channels, messages as they come, one message whole, and a line to send from.

It is told of changes once a burst and shows them once a frame: never a call of Qt's for a message.
"""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMenu, QPushButton, QSplitter, QToolButton, QWidget

from pgconsole.core.channel_search import FoundChannel
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.listening_state import ListeningState
from pgconsole.core.message_filter import Matcher, matcher_of
from pgconsole.core.notification_rules import Match, Rule
from pgconsole.core.plain_text import cut_line, visible_line
from pgconsole.core.wording import format_count
from pgconsole.formats.message_writer import MessageFormat
from pgconsole.notifications import Notifications
from pgconsole.ui.frame_pace import FramePace, PaintPace
from pgconsole.ui.icons import icon
from pgconsole.ui.notifying.bounded_regex import compile_bounded
from pgconsole.ui.notifying.channel_chips import ChannelChips
from pgconsole.ui.notifying.filter_bar import MessageFilterBar
from pgconsole.ui.notifying.layout import direct_row, lay_out
from pgconsole.ui.notifying.listening_words import count_words, phase_tip, phase_words, queue_words
from pgconsole.ui.notifying.payload_view import PayloadView
from pgconsole.ui.notifying.rule_menu import RuleMenu
from pgconsole.ui.notifying.send_form import SendForm
from pgconsole.ui.notifying.table import MessageTable
from pgconsole.ui.plain_tip import plain_tip, plain_title
from pgconsole.ui.theme import data_font, figures_font

_WORDS_EVERY_MS: Final = 500
_LONGEST_FRAME_MS: Final = 200
_PAINTS_PER_FRAME: Final = 100
"""While messages stream in nobody reads each of them, and what comes during a paint waits for its end: with 30 paints
to a frame one in a hundred came 4 ms later than on a bare connection, with frames of at most 120 ms 2.4 ms later, of
200 ms 1.6 ms, at 10,000 a second (2026-11)."""
_STREAM: Final = 8
"""So many messages since the last frame are a stream; fewer are shown within a frame of 16 ms."""
_TICK_MS: Final = 500
_EXPORTS: Final[tuple[tuple[MessageFormat, str, str], ...]] = (
    ("ndjson", "JSON lines", "ndjson"),
    ("csv", "CSV", "csv"),
    ("spreadsheet", "CSV for a spreadsheet", "csv"),
    ("text", "Text", "txt"),
)


class NotificationsPane(QWidget):
    """Emits intents to the feature that it is told to serve, and shows that feature's state."""

    failed = Signal(object)
    """A `PgconsoleError` for the notice bar."""
    told = Signal(str)
    """A sentence for the notice bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notificationsPane")
        self.setAccessibleName("Notifications")
        self._feature: Notifications | None = None
        self._state: ListeningState | None = None
        self.phase = QLabel(self)
        self.again = QPushButton("Try now", self)
        self.input = QLineEdit(self)
        self.chips = ChannelChips(self)
        self.finder = QToolButton(self)
        self.queue = QLabel(self)
        self.direct, self._direct_words, self._direct_address, self._direct_go = direct_row(self)
        self.filter = MessageFilterBar(self)
        self.counts = QLabel(self)
        self.rules = RuleMenu(self)
        self.pause = QToolButton(self)
        self.clear = QToolButton(self)
        self.export = QToolButton(self)
        self.table = MessageTable(self)
        self.payload = PayloadView(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.form = SendForm(self)
        self._name_parts()
        lay_out(self)
        self._frames = PaintPace(self._show_frame, self, _LONGEST_FRAME_MS, _PAINTS_PER_FRAME)
        self.table.paint_pace = self._frames
        self._words = FramePace(self._show_words, self)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._show_words)
        self._connect()
        self.show_state(None)

    def _name_parts(self) -> None:
        for label, name in ((self.phase, "listeningState"), (self.queue, "queueUsage"), (self.counts, "messageCounts")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFont(figures_font(self.font()))
        self.again.setObjectName("listenAgain")
        self.again.hide()
        self.input.setObjectName("channelInput")
        self.input.setAccessibleName("Channel to subscribe to")
        self.input.setPlaceholderText("Subscribe to …")
        self.input.setFont(data_font())
        for button, name, words, tip in (
            (self.finder, "findChannels", "", "Find channels in functions and triggers"),
            (self.pause, "pauseMessages", "Pause", "Show nothing new for now; messages are kept and counted"),
            (self.clear, "clearMessages", "Clear", "Let all messages go"),
            (self.export, "exportMessages", "", "Export the messages that are shown"),
        ):
            button.setObjectName(name)
            button.setText(words)
            button.setToolTip(tip)
            button.setAccessibleName(words or tip)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pause.setCheckable(True)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export)
        for kind, words, ending in _EXPORTS:
            menu.addAction(f"{words}…").triggered.connect(
                lambda _checked=False, kind=kind, ending=ending: self._choose_export(kind, ending)
            )
        self.export.setMenu(menu)
        self.setFocusProxy(self.input)
        self._draw_icons()

    def _draw_icons(self) -> None:
        self.finder.setIcon(icon("search", self))
        self.export.setIcon(icon("export", self))

    def _connect(self) -> None:
        self.input.returnPressed.connect(self._subscribe)
        self.input.textEdited.connect(lambda _text: self._show_input_fault(""))
        self.filter.changed.connect(self._apply_filter)
        self.filter.sought.connect(self._seek)
        self.filter.given_up.connect(self.told)
        self.pause.toggled.connect(self._pause)
        self.clear.clicked.connect(self._clear)
        self.table.current_message.connect(lambda message: self.payload.show_message(message, self._state))
        self.table.search.ended.connect(lambda: self.told.emit("Nothing is found among the messages that are shown."))
        self.table.copied_partly.connect(
            lambda count: self.told.emit(f"The first {format_count(count)} messages are copied; export takes all.")
        )
        self.chips.picked.connect(self._pick_channel)
        self._direct_go.clicked.connect(self._listen_at)
        self._direct_address.returnPressed.connect(self._listen_at)

    def serve(self, feature: Notifications) -> None:
        """Tell this feature from now on what the user wants."""
        self._feature = feature
        self.chips.changed.connect(feature.change)
        self.chips.left.connect(feature.unsubscribe)
        self.finder.clicked.connect(feature.find)
        self.form.wanted.connect(self._send)
        self.form.stopped.connect(feature.stop_sending)
        self.again.clicked.connect(feature.listen_again)
        self.rules.changed.connect(self._set_rules)

    @property
    def state_shown(self) -> ListeningState:
        """What is shown; raises RuntimeError where there is no connection."""
        if self._state is None:
            raise RuntimeError("no connection is shown")
        return self._state

    # What the feature shows

    def show_state(self, state: ListeningState | None) -> None:
        """Show another connection's notifications, or none."""
        self._state = state
        self.filter.pick_channel("")
        self.pause.setChecked(state is not None and state.rows.is_paused)
        self.table.show_state(state)
        self.payload.show_message(None, state)
        self.payload.rates.show_state(state)
        self._show_words()

    def refresh(self) -> None:
        """Something of the state is another now: it is shown within a frame."""
        state = self._state
        if state is not None:
            if state.phase != self.property("state"):
                self._show_words()
            if state.received - int(self.property("received")) >= _STREAM:
                self._frames.rows_came()
        self._frames.repaint()

    def _show_frame(self) -> None:
        state = self._state
        if state is not None:
            self.setProperty("received", state.received)
            self.setProperty("dropped", state.log.dropped)
        if self.table.sync():
            self._frames.ask()
        self._words.ask(_WORDS_EVERY_MS)

    def _show_words(self) -> None:
        state = self._state
        self.setProperty("state", state.phase if state is not None else "off")
        self.setProperty("received", state.received if state is not None else 0)
        self.setProperty("dropped", state.log.dropped if state is not None else 0)
        _say(self.phase, *phase_words(state, time.time()))
        self.again.setVisible(state is not None and state.phase != "listening" and state.problem is not None)
        self.phase.setToolTip(plain_tip(phase_tip(state)))
        _say(self.queue, *queue_words(state))
        _say(self.counts, count_words(state), "second")
        self.chips.show_state(state, self.filter.channel)
        if self.payload.rates.isVisible():
            self.payload.rates.update()

    def ask_direct(self, why: str, address: str) -> None:
        """Ask for the server's own address, for a reason; without one, no longer."""
        self._direct_words.setText(why)
        self._direct_address.setText(address)
        self.direct.setVisible(bool(why))

    def show_found(self, found: Sequence[FoundChannel]) -> None:
        """Offer channels that the database sends on."""
        menu = QMenu(self.finder)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("foundChannels")
        if not found:
            menu.addAction("No function or trigger names a channel").setEnabled(False)
        for each in found:
            words = f"{cut_line(each.name, 60)}\t{cut_line(each.place, 80)}"
            menu.addAction(plain_title_keeping_tab(words)).triggered.connect(
                lambda _checked=False, name=each.name: self._subscribe_to(f'"{name.replace(chr(34), chr(34) * 2)}"')
            )
        menu.popup(self.finder.mapToGlobal(self.finder.rect().bottomLeft()))

    def show_sent(self, words: str, is_repeating: bool) -> None:
        """Say what was sent."""
        self.form.show_sent(words, is_repeating)

    def alarm(self, match: Match) -> None:
        """Do what a rule wants."""
        self.rules.alarm(match)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        """Show which rules there are, and have what they wait for stand out."""
        self.rules.show_rules(rules)
        self._mark_rows()

    def tell(self, text: str) -> None:
        """One sentence that is no failure."""
        self.told.emit(text)

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure."""
        self.failed.emit(error)

    # What the user wants

    def _subscribe(self) -> None:
        if self._subscribe_to(self.input.text()):
            self.input.clear()

    def _subscribe_to(self, typed: str) -> bool:
        fault = self._feature.subscribe(typed) if self._feature is not None else ""
        self._show_input_fault(fault)
        self._show_words()
        return not fault

    def _show_input_fault(self, why: str) -> None:
        if bool(why) != bool(self.input.property("invalid")):
            self.input.setProperty("invalid", bool(why))
            self.input.style().unpolish(self.input)
            self.input.style().polish(self.input)
        self.input.setToolTip(plain_tip(why) if why else "")
        self.input.setAccessibleDescription(visible_line(why))
        if why:
            self.told.emit(why)

    def _listen_at(self) -> None:
        fault = self._feature.listen_at(self._direct_address.text()) if self._feature is not None else ""
        if fault:
            self.told.emit(fault)

    def _send(self, channel: str, payload: str, per_second: float) -> None:
        fault = self._feature.send(channel, payload, per_second) if self._feature is not None else ""
        if fault:
            self.form.show_fault(fault)

    def _set_rules(self, rules: object) -> None:
        if self._feature is not None and isinstance(rules, tuple):
            self._feature.set_rules(rules)

    def _apply_filter(self) -> None:
        if self._state is not None:
            self._state.rows.choose(self.filter.shown_matcher)
        self.rules.show_wish(self.filter.wish)
        self._mark_rows()
        self._show_frame_now()

    def _mark_rows(self) -> None:
        """Have what is looked for stand out, and what rules wait for."""
        rules = self._feature.rules if self._feature is not None else ()
        by_rules = [self._matcher_of(rule) for rule in rules if rule.act == "highlight"]
        self.table.messages.set_marks(self.filter.marked_matcher, by_rules)
        self.table.viewport().update()

    def _matcher_of(self, rule: Rule) -> Matcher:
        # It may be a paint that finds out how long an expression takes.
        return matcher_of(rule.wish, compile_bounded, lambda: QTimer.singleShot(0, self, partial(self._drop, rule)))

    def _drop(self, rule: Rule) -> None:
        if self._feature is not None:
            self._feature.drop_rule(rule)

    def _show_frame_now(self) -> None:
        if self.table.sync():
            self._frames.ask()
        self.table.viewport().update()
        self._words.ask(_WORDS_EVERY_MS)

    def _pick_channel(self, name: str) -> None:
        self.filter.pick_channel(name)
        self._show_words()

    def _seek(self, backward: bool) -> None:
        if self.filter.matcher is not None:
            self.table.seek(self.filter.matcher, backward=backward)

    def _pause(self, paused: bool) -> None:
        if self._state is None:
            return
        if paused:
            self._state.rows.pause()
        else:
            self._state.rows.resume()
        self._show_frame_now()

    def _clear(self) -> None:
        if self._state is not None:
            self._state.log.clear()
            self._state.rows.cleared()
            self.payload.show_message(None, self._state)
            self._show_frame_now()

    def _choose_export(self, kind: MessageFormat, ending: str) -> None:
        dialog = QFileDialog(self, "Export messages", "", f"*.{ending}")
        dialog.setObjectName("fileQuestion")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"messages.{ending}")
        dialog.fileSelected.connect(lambda path: self._export(path, kind))
        dialog.open()

    def _export(self, path: str, kind: MessageFormat) -> None:
        if self._feature is not None:
            self._feature.export(Path(path), kind)

    # Qt's events

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: the badge goes, and rates are told as time goes by."""
        super().showEvent(event)
        self.rules.seen()
        self._show_words()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is to be done by the clock."""
        super().hideEvent(event)
        self._tick.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "form"):
            self._draw_icons()


def plain_title_keeping_tab(words: str) -> str:
    """A menu entry with its second column, which Qt parts by a tab."""
    return "\t".join(plain_title(part) for part in words.split("\t"))


def _say(label: QLabel, words: str, role: str) -> None:
    if words != label.text():
        label.setText(words)
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
