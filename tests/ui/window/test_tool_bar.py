"""The toolbar in the window: its order, its measures, its keys, and what it does."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QStyleOptionToolButton, QToolButton, QWidget

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.run_state import Phase, TabState
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.theme import GRID, ICON_SIZE, TOOLBAR_HEIGHT, Theme, apply_theme, dark, light
from pgconsole.ui.window.bar_buttons import BUTTON_HEIGHT, BarButton, ChoiceButton
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

_LONG = "orders_production @ db-primary.eu-central-1.example.internal"
_ORDER = [
    "connectionButton",
    "query.run.button",
    "query.cancel.button",
    "query.auto_commit.button",
    "query.commit.button",
    "query.rollback.button",
    "help.palette.button",
]


@pytest.fixture
def usual_theme(qapp: QApplication) -> Iterator[None]:
    """Dresses the application as it was once the test has ended."""
    yield
    apply_theme(qapp, "light")


def buttons(window: MainWindow) -> list[QAbstractButton]:
    """The buttons that are seen, from left to right."""
    found = window.tool_bar.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return sorted((each for each in found if each.isVisible()), key=lambda each: each.x())


async def fitted(user: User, width: int, label: str) -> list[QAbstractButton]:
    """Show a connection in a window of some width, and wait until the toolbar is laid out for it."""
    user.window.show_connection(ConnectionStatus("connected", label, label))
    user.window.resize(width, 800)
    bar = user.window.tool_bar
    await until(lambda: bar.width() == width and buttons(user.window)[-1].geometry().right() < width, "it is laid out")
    return buttons(user.window)


@pytest.mark.parametrize("width", [1024, 1280, 1920])
@pytest.mark.parametrize("label", ["shop @ local", _LONG])
async def test_every_button_is_whole_and_on_the_grid(user: User, width: int, label: str) -> None:
    shown = await fitted(user, width, label)
    assert [button.objectName() for button in shown] == _ORDER
    assert user.window.tool_bar.height() == TOOLBAR_HEIGHT
    for button in shown:
        assert (button.y(), button.height()) == (GRID, BUTTON_HEIGHT), button.objectName()
        assert button.width() >= button.minimumSizeHint().width(), button.objectName()
        if button.objectName() not in ("connectionButton", "help.palette.button"):
            assert button.width() == button.sizeHint().width(), button.objectName()
    assert shown[0].x() == width - 1 - shown[-1].geometry().right() == GRID


async def test_icons_have_their_size_so_that_words_find_theirs_at_any_scale(user: User) -> None:
    for button in user.window.tool_bar.findChildren(BarButton):
        option = QStyleOptionToolButton()
        button.initStyleOption(option)
        assert option.iconSize == QSize(ICON_SIZE, ICON_SIZE), button.objectName()


async def test_what_finds_no_room_goes_behind_an_arrow(user: User) -> None:
    await fitted(user, user.window.minimumSizeHint().width(), _LONG)
    more = user.window.tool_bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert more is not None
    user.window.resize(560, 800)
    await until(more.isVisible, "the arrow is there")


async def test_run_offers_all_that_runs(user: User) -> None:
    await user.run("select 1; select 2")
    menu = user.find(QToolButton, "query.run.button").menu()
    offered = {item.objectName(): item for item in menu.actions()}
    user.write("select 'a'; select 'b'")
    offered["query.run_all"].trigger()
    await user.property_is("answered", 2)
    await user.idle()
    assert user.results.count() == 3


async def test_the_mode_is_that_of_the_tab_that_is_shown(user: User) -> None:
    button = user.find(ChoiceButton, "query.auto_commit.button")
    assert (button.text(), button.is_unusual, button.isEnabled()) == ("Auto-commit", False, True)
    user.trigger("query.manual_commit")
    assert (button.text(), button.is_unusual) == ("Manual", True)
    user.trigger("tab.new")
    assert (button.text(), button.is_unusual) == ("Auto-commit", False)
    user.trigger("tab.previous")
    assert (button.text(), button.is_unusual) == ("Manual", True)
    await user.disconnect()
    assert not button.isEnabled()


async def test_the_mode_stays_to_be_seen_while_a_statement_runs(user: User) -> None:
    user.trigger("query.manual_commit")
    button = user.find(ChoiceButton, "query.auto_commit.button")
    user.tab.show_state(TabState(phase=Phase.RUNNING, connected=True, auto_commit=False))
    assert (button.text(), button.is_unusual, button.isEnabled()) == ("Manual", True, True)
    assert not user.window.actions_by_id["query.auto_commit"].isEnabled()


async def test_without_a_tab_nothing_is_chosen_that_is_not_usual(user: User) -> None:
    user.trigger("query.manual_commit")
    user.trigger("tab.close")
    await user.tabs(0)
    button = user.find(ChoiceButton, "query.auto_commit.button")
    assert (button.text(), button.is_unusual, button.isEnabled()) == ("Auto-commit", False, False)


async def test_tab_goes_through_the_buttons_and_shows_where_it_is(windows: Windows) -> None:
    user = await windows.open()
    seen = set[str]()
    for _ in range(30):
        user.press(Qt.Key.Key_Tab)
        seen.add(user.focus.objectName())
    assert {"connectionButton", "help.palette.button"} <= seen


@pytest.mark.parametrize("theme", [light(), dark()], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", _ORDER)
async def test_the_focus_ring_is_two_pixels_of_accent(
    user: User, qapp: QApplication, usual_theme: None, theme: Theme, name: str
) -> None:
    apply_theme(qapp, theme.name)
    user.tab.show_state(TabState(connected=True))
    button = user.find(QAbstractButton, name)
    button.setEnabled(True)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    await until(button.hasFocus, "it has the focus")
    image = picture(user.window.tool_bar, button)
    middle = button.width() // 2
    assert {image.pixelColor(middle, y).name() for y in (0, 1)} == {theme.accent.name()}


async def test_corner_buttons_of_results_do_what_they_say(user: User) -> None:
    await user.run("select g from generate_series(1, 1000000) g")
    fetch_all = user.find(QToolButton, "query.fetch_all.button")
    copy = user.find(QToolButton, "result.copy.button")
    assert fetch_all.isEnabled()
    assert copy.isEnabled()
    user.grid.move_to(2, 0)
    copy.click()
    await until(lambda: QApplication.clipboard().text() == "3", "the cell is copied")
    fetch_all.click()
    await until(lambda: user.grid.property("rowsFinal") is True, "all rows are here")
    await user.idle()
    assert not fetch_all.isEnabled()
    user.results.show_messages()
    assert not copy.isEnabled()


async def test_the_corner_stands_at_the_right_of_the_result_tabs(user: User) -> None:
    copy, results = user.find(QToolButton, "result.copy.button"), user.results
    right = copy.mapTo(results, QPoint(copy.width(), 0)).x()
    assert right == results.width() - GRID
    assert copy.mapTo(results, QPoint(0, copy.height())).y() <= results.tabBar().geometry().bottom() + 1


def picture(parent: QWidget, child: QWidget) -> QImage:
    """What is seen of a widget, with what shines through it."""
    return parent.grab(child.geometry()).toImage()
