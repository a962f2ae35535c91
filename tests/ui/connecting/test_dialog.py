from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from pgconsole.connections import EditedConnection, PasswordStorageReport
from pgconsole.core.connection_state import Finding, Offer
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import ConnectionKind, PoolOptions, Profile, SessionOptions
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.ui.connecting.dialog import ConnectionDialog

_FULL = Profile(
    id="p",
    name="Shop, live",
    group="Berlin",
    colour="#8B5CF6",
    kind=ConnectionKind.PRODUCTION,
    server={"host": "db", "port": 5433, "dbname": "shop", "user": "anna", "sslmode": "prefer", "connect_timeout": "5"},
    password_storage="keyring",
    password_command=("vault", "read", "-field=it's"),
    tunnel=TunnelOptions(hops="ann@gate, inner:2222", key_file="~/.ssh/shop", uses_agent=False, keep_alive_s=30.0),
    pgbouncer=True,
    pool=PoolOptions(min_size=1, max_size=4, idle_life_s=60.0),
    session=SessionOptions(
        time_zone="Europe/Berlin",
        search_path="shop, public",
        role="reader",
        read_only=True,
        statement_timeout_s=30.0,
        lock_timeout_s=2.0,
        idle_in_transaction_timeout_s=90.0,
        initial_sql="set work_mem = '64MB';\nselect 1",
    ),
)


@pytest.fixture
def dialog(qtbot: QtBot) -> ConnectionDialog:
    dialog = ConnectionDialog(parse_keywords)
    qtbot.addWidget(dialog)
    dialog.show_profile(Profile(id="new"))
    dialog.show()
    return dialog


def _line(dialog: ConnectionDialog, name: str) -> QLineEdit:
    widget = dialog.form.fields[name].widget
    assert isinstance(widget, QLineEdit)
    return widget


def _button(dialog: ConnectionDialog, name: str) -> QPushButton:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    return button


def _paste(dialog: ConnectionDialog, text: str) -> None:
    QApplication.clipboard().setText(text)
    dialog.uri.selectAll()
    dialog.uri.paste()


def _texts(dialog: ConnectionDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("profile", [Profile(id="new"), _FULL])
def test_profile_that_nobody_changed_comes_out_as_it_went_in(dialog: ConnectionDialog, profile: Profile) -> None:
    dialog.show_profile(profile)
    assert dialog.form.profile() == profile


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://anna@db:5433/shop?sslmode=verify-full",
        "host=db port=5433 dbname=shop user=anna sslmode=verify-full",
    ],
)
def test_pasted_string_fills_the_form(dialog: ConnectionDialog, text: str) -> None:
    _paste(dialog, text)
    assert dialog.form.profile().server == {
        "host": "db",
        "port": 5433,
        "dbname": "shop",
        "user": "anna",
        "sslmode": "verify-full",
    }


def test_form_fills_the_connection_string(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_line(dialog, "host"), "db")
    QTest.keyClicks(_line(dialog, "dbname"), "a b")
    assert dialog.uri.text() == "postgresql://db/a%20b"


def test_pasted_password_goes_to_its_own_field_and_leaves_the_string(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    _paste(dialog, "postgresql://anna:s3cret@localhost/shop")
    assert dialog.uri.text() == "postgresql://anna@localhost/shop"
    assert dialog.form.password.text() == "s3cret"
    assert dialog.form.password.echoMode() is QLineEdit.EchoMode.Password
    assert not dialog.uri.isUndoAvailable()
    with qtbot.waitSignal(dialog.save_requested) as told:
        _button(dialog, "connectionSaveOnly").click()
    edited = told.args[0] if told.args else None
    assert isinstance(edited, EditedConnection)
    assert edited.password == "s3cret"
    assert "s3cret" not in repr(edited)


def test_typed_password_leaves_the_string_once_it_is_finished(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    dialog.uri.clear()
    QTest.keyClicks(dialog.uri, "postgresql://anna:s3@127.0.0.1")
    assert dialog.uri.text() == "postgresql://anna:s3@127.0.0.1"
    QTest.keyClick(dialog.uri, Qt.Key.Key_Tab)
    assert dialog.uri.text() == "postgresql://anna@127.0.0.1"
    assert dialog.form.password.text() == "s3"


def test_further_parameters_of_a_string_are_kept_whole(dialog: ConnectionDialog) -> None:
    _paste(dialog, "host=localhost application_name='it''s me' connect_timeout=5".replace("''", "\\'"))
    assert dialog.form.profile().server == {"host": "localhost", "application_name": "it's me", "connect_timeout": "5"}


def test_string_that_can_not_be_read_is_told_at_its_field_and_changes_nothing(dialog: ConnectionDialog) -> None:
    dialog.show_profile(_FULL)
    _paste(dialog, "hostt=db")
    assert any("no connection parameter 'hostt'" in text for text in _texts(dialog))
    assert dialog.form.profile() == _FULL
    assert dialog.check() is False


def test_half_typed_string_is_no_error_yet(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    dialog.uri.clear()
    QTest.keyClicks(dialog.uri, "host")
    assert not any("missing" in text for text in _texts(dialog))
    QTest.keyClick(dialog.uri, Qt.Key.Key_Tab)
    assert any("missing" in text for text in _texts(dialog))


def test_wrong_field_is_marked_and_nothing_is_emitted(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_line(dialog, "port"), "70000")
    with qtbot.assertNotEmitted(dialog.save_requested), qtbot.assertNotEmitted(dialog.test_requested):
        _button(dialog, "connectionSave").click()
        _button(dialog, "connectionTest").click()
    assert dialog.form.fields["port"].problem == "A number from 1 to 65535."
    assert _line(dialog, "port").property("invalid") is True
    _line(dialog, "port").clear()
    assert dialog.check()
    assert _line(dialog, "port").property("invalid") is False


def test_page_with_the_wrong_field_comes_to_the_front(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_line(dialog, "more"), "colour=red")
    dialog.form.setCurrentIndex(0)
    assert dialog.check() is False
    assert dialog.form.currentIndex() == 1
    assert "colour" in dialog.form.fields["more"].problem


def test_secret_among_the_further_parameters_is_not_saved(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_line(dialog, "more"), "password=s3cret connect_timeout=5")
    assert dialog.form.profile().server == {"connect_timeout": "5"}


def test_test_shows_that_it_runs_and_then_what_it_found(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.test_requested):
        _button(dialog, "connectionTest").click()
    dialog.show_test(True, ())
    assert _button(dialog, "connectionTest").text() == "Testing…"
    dialog.show_test(False, (Finding("failed", "<b>No</b>\u202e"), Finding("hint", "Because.")))
    assert _button(dialog, "connectionTest").text() == "Test"
    assert "<b>No</b>‹202E›" in _texts(dialog)
    dialog.show_test(False, (Finding("ok", "Fine."),))
    assert "Because." not in _texts(dialog)


def test_return_saves_and_connects(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.save_requested) as told:
        QTest.keyClick(_line(dialog, "host"), Qt.Key.Key_Return)
    assert told.args is not None
    assert told.args[1] is True


def test_without_a_keyring_it_says_that_the_password_serves_this_run(dialog: ConnectionDialog) -> None:
    dialog.show_password_storage(PasswordStorageReport("", "No keyring is running."))
    assert dialog.form.password_note.text() == "Kept for this run only. No keyring is running."
    assert not dialog.form.keeps_password.isEnabled()
    dialog.show_password_storage(PasswordStorageReport("GNOME Keyring", "", has_password=True))
    assert "GNOME Keyring" in dialog.form.password_note.text()
    assert dialog.form.password.placeholderText() == "Unchanged"


def test_failed_save_is_told_in_the_dialog(dialog: ConnectionDialog) -> None:
    dialog.show_save_failed(PgconsoleError("It can't be written.", "Disk full.", "Free space."))
    assert {"It can't be written.", "Disk full. Free space."} <= set(_texts(dialog))


def test_another_profile_forgets_the_typed_password(dialog: ConnectionDialog) -> None:
    dialog.form.password.setText("s3cret")
    dialog.show_profile(_FULL)
    assert dialog.form.password.text() == ""


def test_every_field_has_a_name_for_scripts_and_screen_readers(dialog: ConnectionDialog) -> None:
    for field in dialog.form.fields.values():
        assert field.widget.objectName().startswith("connection")
        assert field.widget.accessibleName()


def test_fields_stand_in_the_order_of_the_tab_key(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    dialog.uri.setFocus()
    visited: list[Any] = []
    for _ in range(8):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        visited.append(dialog.focusWidget().objectName())
    assert [name for name in visited if name.startswith("connection")][:4] == [
        "connectionName",
        "connectionKind",
        "connectionHost",
        "connectionPort",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://anna@db/shop",
        "host=localhost,db dbname=shop",
        "hostaddr=10.0.0.1 dbname=shop",
    ],
)
def test_new_connection_to_another_host_begins_with_the_server_verified(dialog: ConnectionDialog, text: str) -> None:
    _paste(dialog, text)
    server = dialog.form.profile().server
    assert (server["sslmode"], server["sslrootcert"]) == ("verify-full", "system")
    assert "sslmode=verify-full" in dialog.uri.text()


@pytest.mark.parametrize(
    "text",
    ["host=localhost", "host=/run/postgresql", "postgresql://127.0.0.1:5433/shop", "service=shop", "dbname=shop"],
)
def test_own_machine_and_services_are_left_as_usual(dialog: ConnectionDialog, text: str) -> None:
    _paste(dialog, text)
    assert "sslmode" not in dialog.form.profile().server


@pytest.mark.parametrize("mode", ["disable", "require", "verify-ca"])
def test_mode_that_the_string_names_is_left_alone(dialog: ConnectionDialog, mode: str) -> None:
    _paste(dialog, f"postgresql://db/shop?sslmode={mode}")
    assert dialog.form.profile().server["sslmode"] == mode


def test_typed_host_is_verified_once_its_field_is_left(dialog: ConnectionDialog) -> None:
    host = _line(dialog, "host")
    host.setFocus()
    QTest.keyClicks(host, "db.example.com")
    assert "sslmode" not in dialog.form.profile().server
    QTest.keyClick(host, Qt.Key.Key_Tab)
    assert dialog.form.profile().server["sslmode"] == "verify-full"


def test_root_certificates_of_the_user_go_before_the_system_s(qtbot: QtBot) -> None:
    dialog = ConnectionDialog(parse_keywords, has_root_file=lambda: True)
    qtbot.addWidget(dialog)
    dialog.show_profile(Profile(id="new"))
    _paste(dialog, "host=db")
    assert dialog.form.profile().server == {"host": "db", "sslmode": "verify-full"}


def test_saved_connection_is_never_made_stricter_unasked(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    dialog.show_profile(Profile(id="p", server={"host": "db"}))
    _line(dialog, "host").editingFinished.emit()
    with qtbot.waitSignal(dialog.save_requested) as told:
        _button(dialog, "connectionSaveOnly").click()
    assert told.args is not None
    assert told.args[0].profile.server == {"host": "db"}


def test_offer_changes_the_form_and_tests_again(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    _paste(dialog, "host=db")
    offer = Offer("Encrypt <b>only</b>", "It costs.", (("sslmode", "require"), ("sslrootcert", "")))
    dialog.show_test(False, (Finding("failed", "No.", "TLS", (offer,)),))
    assert {"TLS failed", "It costs."} <= set(_texts(dialog))
    with qtbot.waitSignal(dialog.test_requested) as told:
        _button(dialog, "connectionOffer1").click()
    assert told.args is not None
    assert told.args[0].profile.server == {"host": "db", "sslmode": "require"}


def test_offer_of_pgbouncer_switches_it_on(dialog: ConnectionDialog, qtbot: QtBot) -> None:
    dialog.show_test(False, (Finding("failed", "No.", "Login", (Offer("Switch", "It costs.", pgbouncer=True),)),))
    with qtbot.waitSignal(dialog.test_requested) as told:
        _button(dialog, "connectionOffer1").click()
    assert told.args is not None
    assert told.args[0].profile.pgbouncer is True


def test_password_command_without_its_last_quote_is_told(dialog: ConnectionDialog) -> None:
    QTest.keyClicks(_line(dialog, "password_command"), "vault 'read")
    assert dialog.check() is False
    assert dialog.form.fields["password_command"].problem == "A quotation does not end."


def test_steps_appear_as_they_come(dialog: ConnectionDialog) -> None:
    name = Finding("ok", "db is 10.0.0.1.", "Name")
    dialog.show_test(True, (name,))
    first = [label for label in dialog.account.findChildren(QLabel) if label.text() == "db is 10.0.0.1."]
    dialog.show_test(True, (name, Finding("failed", "Nothing listens.", "Network")))
    assert first == [label for label in dialog.account.findChildren(QLabel) if label.text() == "db is 10.0.0.1."]
    assert {"Name", "Network failed"} <= set(_texts(dialog))
