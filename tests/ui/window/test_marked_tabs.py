"""How a tab says which connection it works on, and how that is changed."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.profile import ConnectionKind, Profile
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.ui.theme import light, theme_of
from pgconsole.ui.window.marked_tabs import MarkedTabs
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows, password_of


def _tabs(qtbot: QtBot) -> tuple[MarkedTabs, QWidget]:
    tabs = MarkedTabs()
    qtbot.addWidget(tabs)
    page = QWidget()
    tabs.addTab(page, "Query 1")
    return tabs, page


def test_production_has_an_edge_and_the_word(qtbot: QtBot) -> None:
    tabs, page = _tabs(qtbot)
    tabs.mark(page, ConnectionStatus("connected", "shop", kind=ConnectionKind.PRODUCTION), named=False)
    mark = tabs.mark_of(page)
    assert mark is not None
    assert (mark.text, mark.edge()) == ("Production", theme_of(tabs).danger)
    assert mark.accessibleName() == "Production"
    assert tabs.tabBar().accessibleTabName(0) == "Query 1, Production"
    tabs.setTabText(0, "Query 1 *")
    assert tabs.tabBar().accessibleTabName(0) == "Query 1 *, Production"
    tabs.setTabText(0, "Query 1")
    assert tabs.tabText(0) == "Query 1"


def test_development_bears_its_name_only_where_there_is_another(qtbot: QtBot) -> None:
    tabs, page = _tabs(qtbot)
    status = ConnectionStatus("connected", "shop & <b>co</b>", title="ann on shop")
    tabs.mark(page, status, named=False)
    mark = tabs.mark_of(page)
    assert mark is not None
    assert (mark.text, mark.edge()) == ("", None)
    tabs.mark(page, status, named=True)
    mark = tabs.mark_of(page)
    assert mark is not None
    assert mark.text == "shop & <b>co</b>"
    assert "ann on shop" in tabs.tabToolTip(0)


def test_own_colour_goes_before_the_kind_s_and_the_word_stays(qtbot: QtBot) -> None:
    tabs, page = _tabs(qtbot)
    status = ConnectionStatus("connected", "shop", kind=ConnectionKind.TEST, colour="#8B5CF6")
    tabs.mark(page, status, named=False)
    mark = tabs.mark_of(page)
    assert mark is not None
    assert (mark.text, mark.edge()) == ("Test", QColor("#8B5CF6"))


def test_edge_is_drawn_above_the_tab(qtbot: QtBot) -> None:
    tabs, page = _tabs(qtbot)
    tabs.mark(page, ConnectionStatus("connected", "shop", kind=ConnectionKind.PRODUCTION), named=False)
    tabs.resize(400, 200)
    tabs.show()
    image = tabs.tabBar().grab().toImage()
    rect = tabs.tabBar().tabRect(0)
    assert image.pixelColor(rect.center().x(), rect.top() + 1) == light().danger


def _marks(user: User) -> list[str]:
    marks = [user.window.tabs.mark_of(tab) for tab in user.window.query_tabs()]
    return [mark.text if mark is not None else "?" for mark in marks]


@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_tabs_of_two_connections_are_told_apart_and_change_between_them(
    windows: Windows, database_dsn: str, other_dsn: str
) -> None:
    keywords = parse_keywords(database_dsn)
    server: dict[str, str | int] = {name: text for name, text in keywords.items() if name != "password"}
    await SettingsFile().put_profile(Profile(id="p", name="Live", kind=ConnectionKind.PRODUCTION, server=server))
    user = await windows.open(other_dsn)
    assert _marks(user) == [""]
    user.window.start_page.profile_chosen.emit(SettingsFile().read_profiles().value[0])
    question = await user.dialog("passwordQuestion")
    question.setTextValue(password_of(database_dsn))  # type: ignore[attr-defined]
    question.accept()
    await user.tabs(2)
    assert _marks(user)[1] == "Production Live"
    assert _marks(user)[0]
    assert await user.database() == keywords["dbname"]
    user.window.tabs.setCurrentIndex(0)
    assert await user.database() == "postgres"
    user.trigger("tab.connection")
    menu = user.window.connection_button.menu()
    await until(menu.isVisible, "the menu is open")
    choices = [action for action in menu.actions() if action.text().startswith("Use ")]
    assert [action.isChecked() for action in choices] == [True, False]
    assert choices[1].text() == "Use Live in this tab"
    menu.close()
    choices[1].trigger()
    await until(lambda: _marks(user)[0] == "Production Live", "the tab has changed")
    assert await user.database() == keywords["dbname"]


def _use_the_other(user: User) -> None:
    menu = user.window.connection_button.menu()
    menu.aboutToShow.emit()
    next(each for each in menu.actions() if each.text().startswith("Use ") and not each.isChecked()).trigger()


async def test_change_asks_where_a_transaction_would_be_lost(
    windows: Windows, database_dsn: str, other_dsn: str
) -> None:
    user = await windows.open(other_dsn)
    await user.connect(database_dsn)
    await user.run("begin")
    _use_the_other(user)
    await user.answer("question", "Cancel")
    assert user.tab.state.transaction.value == "open"
    _use_the_other(user)
    await user.answer("question", "Roll back and close")
    await until(lambda: user.status("statusConnection").startswith("postgres@"), "the tab is on the other one")
    assert await user.database() == "postgres"
