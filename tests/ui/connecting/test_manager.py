"""The list of saved connections, and what a window makes of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.profile import ConnectionKind, Profile, RecentConnection
from pgconsole.ui.connecting.manager import ConnectionManager
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.waiting import until
from tests.fixtures.window import Windows

_SHOP = Profile(id="shop", name="Shop <b>&</b>", server={"host": "h1", "dbname": "shop"})
_LIVE = Profile(id="live", name="Live", group="Berlin", kind=ConnectionKind.PRODUCTION, server={"host": "h2"})
_TILL = Profile(id="till", name="Till", group="Berlin", kind=ConnectionKind.TEST)


@pytest.fixture
def manager(qtbot: QtBot) -> ConnectionManager:
    manager = ConnectionManager()
    qtbot.addWidget(manager)
    manager.show_connections((_SHOP, _LIVE, _TILL), (RecentConnection(title="", used_at=1e9, profile_id="live"),))
    manager.show()
    return manager


def _rows(tree: QTreeWidget) -> list[str]:
    found: list[str] = []
    index = tree.indexAt(tree.viewport().rect().topLeft())
    while index.isValid():
        cells = [str(index.siblingAtColumn(column).data() or "") for column in range(3)]
        found.append("|".join(cells).rstrip("|"))
        index = tree.indexBelow(index)
    return found


def _current(manager: ConnectionManager) -> Profile | None:
    return manager.current


def _button(manager: QWidget, name: str) -> QPushButton:
    button = manager.findChild(QPushButton, name)
    assert button is not None
    return button


def test_connections_stand_below_their_headings_with_place_and_kind(manager: ConnectionManager) -> None:
    assert _rows(manager.list) == [
        "Shop <b>&</b>|shop @ h1|Development",
        "Berlin",
        "Live|h2|Production",
        "Till|local socket|Test",
    ]
    assert manager.current == _SHOP


def test_search_leaves_what_has_all_words(manager: ConnectionManager) -> None:
    QTest.keyClicks(manager.search, "berlin prod")
    assert _rows(manager.list) == ["Berlin", "Live|h2|Production"]
    assert _current(manager) == _LIVE
    QTest.keyClicks(manager.search, " nothing")
    assert _rows(manager.list) == []
    assert _current(manager) is None
    assert not _button(manager, "connectionEdit").isEnabled()


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("connectionEdit", "edit_requested"),
        ("connectionDuplicate", "duplicate_requested"),
        ("connectionRemove", "remove_requested"),
        ("connectionConnect", "open_requested"),
    ],
)
def test_buttons_act_on_the_current_one(manager: ConnectionManager, qtbot: QtBot, name: str, signal: str) -> None:
    manager.select("live")
    with qtbot.waitSignal(getattr(manager, signal)) as told:
        _button(manager, name).click()
    assert told.args == [_LIVE]


def test_keys_of_the_list(manager: ConnectionManager, qtbot: QtBot) -> None:
    manager.search.setFocus()
    QTest.keyClick(manager.search, Qt.Key.Key_Down)
    manager.select("till")
    with qtbot.waitSignal(manager.move_requested) as moved:
        QTest.keyClick(manager.list, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert moved.args == [_TILL, -1]
    with qtbot.waitSignal(manager.remove_requested):
        QTest.keyClick(manager.list, Qt.Key.Key_Delete)


def test_services_are_offered_by_name(manager: ConnectionManager, qtbot: QtBot) -> None:
    manager.show_services(["a & b"])
    menu = _button(manager, "connectionImport").menu()
    assert menu is not None
    actions = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text() for action in actions] == ["From a file…", "a && b"]
    with qtbot.waitSignal(manager.service_requested) as told:
        actions[1].trigger()
    assert told.args == ["a & b"]


def test_current_one_stays_when_the_list_comes_anew(manager: ConnectionManager) -> None:
    manager.select("till")
    manager.show_connections((_TILL, _SHOP), ())
    assert manager.current == _TILL


async def test_list_in_the_window_edits_removes_and_copies(windows: Windows) -> None:
    store = SettingsFile()
    await store.put_profile(_SHOP)
    user = await windows.open()
    user.trigger("connection.manage")
    dialog = await user.dialog("connectionManager")
    assert isinstance(dialog, ConnectionManager)
    _button(dialog, "connectionDuplicate").click()
    await until(lambda: len(store.read_profiles().value) == 2, "the copy is saved")
    await until(lambda: dialog.current is not None and dialog.current.id != "shop", "the copy is chosen")
    _button(dialog, "connectionRemove").click()
    await user.answer("removalQuestion", "Remove")
    await until(lambda: store.read_profiles().value == (_SHOP,), "the copy is gone")
    await until(lambda: dialog.current == _SHOP, "the list shows it")
    _button(dialog, "connectionEdit").click()
    form = await user.dialog("connectionDialog")
    name = form.findChild(QLineEdit, "connectionName")
    assert name is not None
    assert name.text() == _SHOP.name
    form.reject()
    dialog.close()
