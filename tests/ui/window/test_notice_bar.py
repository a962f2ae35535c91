"""The window's one line for errors and notices."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.ui.window.notice_bar import NoticeBar


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 60)
    return page


@pytest.fixture
def bar(page: QWidget, qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar(page)
    bar.resize(400, 30)
    with qtbot.waitExposed(page):
        page.show()
    return bar


def words(bar: NoticeBar) -> list[str]:
    return [label.text() for label in bar.findChildren(QLabel)]


def test_nothing_is_shown_at_first(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    assert bar.property("text") == ""


def test_property_text_is_the_whole_notice_while_the_line_is_cut(bar: NoticeBar) -> None:
    text = "The connection was lost. " * 20
    bar.show_notice(text, "error")
    assert bar.isVisible()
    assert bar.property("text") == text
    assert any(shown.endswith("…") for shown in words(bar))


def test_lines_and_markup_are_shown_as_plain_text_of_one_line(bar: NoticeBar) -> None:
    bar.show_notice("<b>a</b>\nb\u202e", "warning")
    assert "<b>a</b> b‹202E›" in words(bar)
    assert "&lt;b&gt;" in " ".join(label.toolTip() for label in bar.findChildren(QLabel))


def test_button_tells_which_action_was_chosen(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("Lost.", "error", ("reconnect", "Reconnect"))
    button = bar.findChild(QPushButton, "noticeAction")
    assert button is not None
    assert button.isVisible()
    with qtbot.waitSignal(bar.action_chosen) as told:
        button.click()
    assert told.args == ["reconnect"]
    bar.show_notice("Again.")
    assert not button.isVisible()


def test_dismiss_hides_and_forgets(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("Lost.")
    button = bar.findChild(QToolButton, "noticeDismiss")
    assert button is not None
    with qtbot.waitSignal(bar.dismissed):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert bar.property("text") == ""
