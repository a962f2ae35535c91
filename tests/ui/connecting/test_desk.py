"""What a window shows of connections: start page, menu, dialog and the question for a password."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QInputDialog, QLabel, QLineEdit, QPushButton

from pgconsole.core.profile import ConnectionKind, Profile
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows, password_of

HOSTILE = "<img src=x> & <b>shop</b>"


def field(dialog: QDialog, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, name)
    assert found is not None
    return found


def press(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words(dialog: QDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def menu(user: User) -> list[str]:
    shown = user.window.connection_button.menu()
    return [action.text() for action in shown.actions() if not action.isSeparator()]


async def dialog_with(user: User, dsn: str) -> QDialog:
    """The dialog of a new connection with a string in it."""
    user.trigger("connection.open")
    dialog = await user.dialog("connectionDialog")
    uri = field(dialog, "connectionUri")
    uri.setFocus()
    QTest.keyClicks(uri, dsn)
    user.press(Qt.Key.Key_Tab)
    return dialog


async def test_a_connection_is_tested_saved_opened_and_edited(windows: Windows, database_dsn: str) -> None:
    user = await windows.open()
    dialog = await dialog_with(user, database_dsn)
    press(dialog, "connectionTest")
    await until(lambda: "18." in words(dialog), "the test has told the version")
    press(dialog, "connectionSave")
    await user.tabs(1)
    assert not user.dialogs()
    await user.run("select 1")
    profiles = SettingsFile().read_profiles().value
    assert len(profiles) == 1
    assert password_of(database_dsn) not in SettingsFile().profiles_path.read_text()
    user.trigger("connection.edit")
    dialog = await user.dialog("connectionDialog")
    assert profiles[0].keyword("dbname") in field(dialog, "connectionUri").text()
    assert password_of(database_dsn) not in field(dialog, "connectionUri").text()
    dialog.reject()


async def test_a_failed_test_says_why_and_leaves_the_dialog(windows: Windows) -> None:
    user = await windows.open()
    dialog = await dialog_with(user, "postgresql://nobody@127.0.0.1:1/none")
    press(dialog, "connectionTest")
    await until(lambda: "127.0.0.1" in words(dialog) and "fail" in words(dialog).lower(), "the failure is told")
    assert dialog.isVisible()
    dialog.reject()


async def test_closing_the_dialog_gives_up_the_test(windows: Windows) -> None:
    user = await windows.open()
    dialog = await dialog_with(user, "postgresql://nobody@192.0.2.1/none?connect_timeout=30")
    press(dialog, "connectionTest")
    dialog.reject()
    await until(lambda: not user.dialogs(), "the dialog is closed")


async def test_a_string_that_makes_no_sense_is_told_below_it(windows: Windows) -> None:
    user = await windows.open()
    page = user.window.start_page
    field_on_page = page.findChild(QLineEdit, "startConnection")
    assert field_on_page is not None
    field_on_page.setText("postgresql://[::1")
    QTest.keyClick(field_on_page, Qt.Key.Key_Return)
    said = "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert "[::1" in said or "bracket" in said.lower() or "IPv6" in said
    assert field_on_page.text() == "postgresql://[::1"


async def test_a_used_connection_is_in_the_menu_and_opens_again(
    windows: Windows, database_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await windows.open(database_dsn)
    titles = menu(user)
    assert titles[1:] == ["Local PostgreSQL", "Connect…", "Connections…", "Edit connection…", "Disconnect"]
    monkeypatch.setenv("PGPASSWORD", password_of(database_dsn))
    user.window.connection_button.menu().actions()[0].trigger()
    await user.tabs(2)
    assert await user.database()


async def test_names_in_the_menu_are_shown_as_they_are(windows: Windows) -> None:
    store = SettingsFile()
    await store.put_profile(Profile(id="x", name=HOSTILE, kind=ConnectionKind.TEST, server={"host": "h"}))
    user = await windows.open()
    assert menu(user)[0] == HOSTILE.replace("&", "&&")


async def test_the_password_is_asked_for_in_plain_words(windows: Windows, database_dsn: str) -> None:
    name = password_of(database_dsn)
    user = await windows.open(database_dsn.replace(name, "wrong"))
    question = await user.dialog("passwordQuestion")
    assert isinstance(question, QInputDialog)
    assert question.textEchoMode() is QLineEdit.EchoMode.Password
    assert {label.textFormat() for label in question.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    question.setTextValue(name)
    question.accept()
    await user.tabs(1)
    await user.run("select 1")
    assert user.cell(0) == "1"
