"""One message whole."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from pgconsole.core.channels import Channel, Traffic
from pgconsole.core.listening_state import ListeningState, Sender, new_state
from pgconsole.core.message_log import Message
from pgconsole.ui.notifying.json_model import VALUE
from pgconsole.ui.notifying.json_tree_view import JsonTreeView
from pgconsole.ui.notifying.payload_view import PayloadView


@pytest.fixture
def view(qtbot: QtBot) -> PayloadView:
    view = PayloadView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


def state_of(*payloads: str) -> ListeningState:
    state = new_state(1000, 1 << 20)
    state.channels["c"], state.traffic["c"] = Channel(name="c"), Traffic()
    state.log.append([(7, "c", payload) for payload in payloads], 100.0)
    state.senders[7] = Sender("ann", "psql <b>", "10.0.0.1", 50.0)
    return state


def show(view: PayloadView, state: ListeningState, number: int) -> None:
    entry = state.log.entry(number)
    assert isinstance(entry, Message)
    view.show_message(entry, state)


def text_of(view: PayloadView, name: str) -> str:
    found = view.findChild(QPlainTextEdit, name)
    assert found is not None
    return found.toPlainText()


def about(view: PayloadView) -> str:
    label = view.findChild(QLabel, "payloadAbout")
    assert label is not None
    return label.text()


def test_json_is_laid_out_with_its_digits(view: PayloadView) -> None:
    show(view, state_of('{"n":1.500,"big":12345678901234567890123}'), 0)
    assert text_of(view, "payloadText").split("\n") == ["{", '  "n": 1.500,', '  "big": 12345678901234567890123', "}"]
    assert about(view) == "process 7 · ann · psql <b> · 10.0.0.1 · 41 bytes · JSON"


def test_json_is_a_tree_and_other_text_is_none(view: PayloadView) -> None:
    state = state_of('{"n": 1.500}', "plain", '{"n": 2}')
    tree = view.findChild(JsonTreeView, "payloadTree")
    assert tree is not None
    show(view, state, 0)
    assert tree.isVisible()
    assert tree.document.index(0, VALUE).data() == "1.500"
    show(view, state, 1)
    assert not tree.isVisible()
    assert not view.tabs.isTabVisible(0)
    show(view, state, 2)
    assert tree.isVisible()


def test_whoever_prefers_the_text_keeps_it(view: PayloadView) -> None:
    state = state_of('{"n": 1}', '{"n": 2}')
    show(view, state, 0)
    bar = view.tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    show(view, state, 1)
    assert view.tabs.currentIndex() == 1


def test_malformed_json_says_why_and_stays(view: PayloadView) -> None:
    show(view, state_of('{"n" 1}'), 0)
    assert text_of(view, "payloadText") == '{"n" 1}'
    assert "not JSON: JSON is malformed" in about(view)


def test_deep_and_long_payloads_are_shown(view: PayloadView) -> None:
    for payload in ("[" * 3999 + "]" * 3999, "x" * 7999, "[" + "1," * 3900 + "1]"):
        show(view, state_of(payload), 0)
        assert text_of(view, "payloadText")


def test_copy_takes_the_payload_as_it_came(view: PayloadView) -> None:
    show(view, state_of('{"a":1}\u202e'), 0)
    button = view.findChild(QPushButton, "payloadCopy")
    assert button is not None
    button.click()
    assert QGuiApplication.clipboard().text() == '{"a":1}\u202e'


def test_same_payload_twice_is_said(view: PayloadView) -> None:
    view.tabs.setCurrentIndex(2)
    state = state_of('{"a": 1}', '{"a":1}')
    show(view, state, 1)
    assert text_of(view, "payloadChanges").startswith("The same")


def test_message_that_the_log_let_go_has_none_before_it(view: PayloadView) -> None:
    view.tabs.setCurrentIndex(2)
    state = state_of("a", "b")
    entry = state.log.entry(1)
    assert isinstance(entry, Message)
    state.log.clear()
    view.show_message(entry, state)
    assert text_of(view, "payloadText") == "b"
    assert "no message before" in text_of(view, "payloadChanges")


def test_nothing_is_shown_for_no_message(view: PayloadView) -> None:
    show(view, state_of("a"), 0)
    view.show_message(None, None)
    assert text_of(view, "payloadText") == ""
    assert "Choose" in about(view)


def test_rates_are_painted_with_and_without_channels(view: PayloadView) -> None:
    view.tabs.setCurrentIndex(3)
    view.rates.show_state(None)
    empty = view.rates.grab().toImage()
    state = state_of("a")
    state.traffic["c"].add(5, 0.0)
    view.rates.show_state(state)
    assert view.rates.grab().toImage() != empty
