"""The channels of one connection as chips in a row: dot, name, count, rate; each opens what can be done with it."""

import time
from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QToolButton, QWidget

from pgconsole.core.channels import COLOURS, Channel, Traffic
from pgconsole.core.listening_state import ListeningState
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wording import format_about, format_count
from pgconsole.ui.notifying.channel_colours import dot_icon
from pgconsole.ui.plain_tip import plain_tip, plain_title
from pgconsole.ui.theme import GAP_XS, TOOLBAR_HEIGHT, figures_font, theme_of

_NAME_CHARS = 40
_COLOUR_WORDS = ("Blue", "Green", "Violet", "Amber", "Red", "Grey")


def rate_words(rate: float) -> str:
    """Messages a second in few characters; empty where nothing comes."""
    if rate <= 0:
        return ""
    return f"{rate:.1f}/s" if rate < 10 else f"{format_about(round(rate))}/s"


class ChannelChip(QToolButton):
    """One channel."""

    changed = Signal(object)
    """The `Channel` as the user wants it."""
    left = Signal(str)
    """The name of a channel that is no longer wanted."""
    picked = Signal(str)
    """The name of a channel of which alone messages are to be shown; empty for all."""

    def __init__(self, channel: Channel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channel = channel
        self.is_picked = False
        self.setObjectName(f"channelChip:{channel.name}")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(figures_font(self.font()))
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.show_channel(channel)

    def show_channel(self, channel: Channel) -> None:
        """Show how the channel is wanted."""
        self.channel = channel
        self.setIcon(dot_icon(theme_of(self.window()), channel.colour, is_hollow=channel.muted))

    def show_traffic(self, traffic: Traffic, now_s: float) -> None:
        """Show how much came."""
        name = self.channel.name
        rate = "muted" if self.channel.muted else rate_words(traffic.rate(now_s))
        figures = "  ".join(part for part in (format_count(traffic.count), rate) if part)
        words = f"{plain_title(cut_line(name, _NAME_CHARS))}  {figures}"
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(f"Channel {name}, {figures}")
            state = "Its messages are counted and not kept." if self.channel.muted else "Its messages are kept."
            self.setToolTip(plain_tip(f"{name}\n{format_count(traffic.count)} messages. {state}"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.setIcon(dot_icon(theme_of(self.window()), self.channel.colour, is_hollow=self.channel.muted))

    def _fill_menu(self) -> None:
        menu, channel = self._menu, self.channel
        menu.clear()
        only = menu.addAction("Show only this channel")
        only.setCheckable(True)
        only.setChecked(self.is_picked)
        only.triggered.connect(lambda: self.picked.emit("" if self.is_picked else channel.name))
        mute = menu.addAction("Mute")
        mute.setCheckable(True)
        mute.setChecked(channel.muted)
        mute.triggered.connect(lambda on: self.changed.emit(msgspec.structs.replace(channel, muted=on)))
        colours = menu.addMenu("Colour")
        group = QActionGroup(colours)
        for number in range(COLOURS):
            choice = colours.addAction(dot_icon(theme_of(self.window()), number), _COLOUR_WORDS[number])
            choice.setCheckable(True)
            choice.setChecked(number == channel.colour)
            group.addAction(choice)
            choice.triggered.connect(partial(self._recolour, number))
        menu.addSeparator()
        menu.addAction("Unsubscribe").triggered.connect(lambda: self.left.emit(channel.name))

    def _recolour(self, number: int, _checked: bool = False) -> None:
        self.changed.emit(msgspec.structs.replace(self.channel, colour=number))

    def keyPressEvent(self, event: object) -> None:
        """Delete unsubscribes; Enter opens the menu, as Space does."""
        key = event.key()  # type: ignore[attr-defined]
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.left.emit(self.channel.name)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showMenu()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]


class ChannelChips(QScrollArea):
    """All chips, in the order in which they were subscribed; scrolls sideways where they are many."""

    changed = Signal(object)
    left = Signal(str)
    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("channelChips")
        self.setAccessibleName("Channels")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(TOOLBAR_HEIGHT - GAP_XS)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QWidget()
        row.setObjectName("channelRow")
        self._row = QHBoxLayout(row)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP_XS)
        self._row.addStretch(1)
        self.setWidget(row)
        self._chips: dict[str, ChannelChip] = {}

    def show_state(self, state: ListeningState | None, picked: str) -> None:
        """Show these channels, and how much came on each."""
        channels = state.channels if state is not None else {}
        for name in [name for name in self._chips if name not in channels]:
            chip = self._chips.pop(name)
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        now_s = time.monotonic()
        for name, channel in channels.items():
            chip = self._chips.get(name) or self._add(channel)
            if chip.channel != channel:
                chip.show_channel(channel)
            chip.is_picked = name == picked
            chip.setProperty("unusual", chip.is_picked)
            if state is not None:
                chip.show_traffic(state.traffic[name], now_s)

    def names(self) -> Sequence[str]:
        """The channels that have a chip."""
        return tuple(self._chips)

    def _add(self, channel: Channel) -> ChannelChip:
        chip = self._chips[channel.name] = ChannelChip(channel, self.widget())
        chip.changed.connect(self.changed)
        chip.left.connect(self.left)
        chip.picked.connect(self.picked)
        self._row.insertWidget(self._row.count() - 1, chip)
        chip.show()
        return chip
