"""Chips: what they say, and what their menu wants."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pgconsole.core.channels import Channel, Traffic
from pgconsole.core.listening_state import new_state
from pgconsole.ui.notifying.channel_chips import ChannelChip, ChannelChips, rate_words


@pytest.fixture
def chips(qtbot: QtBot) -> ChannelChips:
    chips = ChannelChips()
    qtbot.addWidget(chips)
    chips.resize(600, 40)
    chips.show()
    return chips


def show(chips: ChannelChips, *channels: Channel, picked: str = "", count: int = 0) -> list[ChannelChip]:
    state = new_state(1000, 1 << 20)
    for channel in channels:
        state.channels[channel.name] = channel
        state.traffic[channel.name] = Traffic(count)
    chips.show_state(state, picked)
    found = {chip.channel.name: chip for chip in chips.findChildren(ChannelChip) if chip.isVisible()}
    return [found[channel.name] for channel in channels]


def entry(chip: ChannelChip, words: str) -> QAction:
    chip.menu().aboutToShow.emit()
    return next(action for action in chip.menu().actions() if action.text() == words)


def test_chip_says_name_and_count(chips: ChannelChips) -> None:
    (chip,) = show(chips, Channel(name="a & b\u202e"), count=12_000)
    assert chip.text() == "a && b‹202E›  12,000"
    assert chip.accessibleName() == "Channel a & b\u202e, 12,000"
    (chip,) = show(chips, Channel(name="a & b\u202e", muted=True))
    assert chip.text().endswith("muted")


def test_chips_come_and_go_in_their_order(chips: ChannelChips) -> None:
    show(chips, Channel(name="a"), Channel(name="b"))
    assert chips.names() == ("a", "b")
    show(chips, Channel(name="b"), Channel(name="c"))
    assert chips.names() == ("b", "c")
    chips.show_state(None, "")
    assert chips.names() == ()


def test_menu_wants_what_is_chosen(chips: ChannelChips) -> None:
    wanted: list[object] = []
    for signal in (chips.changed, chips.left, chips.picked):
        signal.connect(wanted.append)
    (chip,) = show(chips, Channel(name="a"))
    entry(chip, "Mute").trigger()
    entry(chip, "Show only this channel").trigger()
    entry(chip, "Colour").menu().actions()[3].trigger()  # type: ignore[attr-defined]
    entry(chip, "Unsubscribe").trigger()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert wanted == [Channel(name="a", muted=True), "a", Channel(name="a", colour=3), "a", "a"]
    (chip,) = show(chips, Channel(name="a"), picked="a")
    entry(chip, "Show only this channel").trigger()
    assert wanted[-1] == ""


@pytest.mark.parametrize(
    ("rate", "words"), [(0.0, ""), (0.2, "0.2/s"), (9.96, "10.0/s"), (87.4, "87/s"), (52_341.0, "52,000/s")]
)
def test_rate_in_few_characters(rate: float, words: str) -> None:
    assert rate_words(rate) == words
