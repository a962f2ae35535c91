"""The connection dialog where there is little room: nothing is cut, what does not fit is scrolled to."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.core.connection_state import Finding
from pgconsole.core.profile import Profile
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.ui.connecting.dialog import ConnectionDialog
from pgconsole.ui.connecting.form_help import FIELD_HELP
from pgconsole.ui.scrolled import Scrolled

LONG_ACCOUNT = tuple(Finding("ok", f"Line {n}: {'word ' * 30}", f"Step {n}") for n in range(30))


@pytest.fixture
def dialog(qtbot: QtBot) -> ConnectionDialog:
    dialog = ConnectionDialog(parse_keywords)
    qtbot.addWidget(dialog)
    dialog.show_profile(Profile(id="new"))
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def area_of(widget: QWidget) -> Scrolled:
    above = widget.parentWidget()
    while not isinstance(above, Scrolled):
        assert above is not None
        above = above.parentWidget()
    return above


def cut_fields(dialog: ConnectionDialog) -> list[str]:
    """The fields of the page that is shown which are lower than they want to be."""
    shown = {name: field.widget for name, field in dialog.form.fields.items() if field.isVisible()}
    wanted = {name: min(each.minimumSizeHint().height(), each.maximumHeight()) for name, each in shown.items()}
    return [name for name, widget in shown.items() if widget.height() < wanted[name]]


@pytest.mark.parametrize("page", range(5))
@pytest.mark.parametrize("frame_px", [40, 400])
def test_long_account_leaves_every_field_whole_and_the_dialog_on_the_screen(
    dialog: ConnectionDialog, monkeypatch: pytest.MonkeyPatch, page: int, frame_px: int
) -> None:
    monkeypatch.setattr("pgconsole.ui.connecting.dialog._FRAME", frame_px)
    dialog.form.setCurrentIndex(page)
    dialog.show_test(False, LONG_ACCOUNT)
    room = dialog.screen().availableGeometry().height() - frame_px
    assert dialog.height() <= max(room, dialog.minimumSizeHint().height())
    assert cut_fields(dialog) == []
    bar = area_of(dialog.account).verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    last = next(each for each in dialog.account.findChildren(QLabel) if each.text().startswith("Line 29"))
    assert not last.visibleRegion().isEmpty()


def test_short_account_is_seen_whole(dialog: ConnectionDialog) -> None:
    dialog.show_test(False, LONG_ACCOUNT[:3])
    assert area_of(dialog.account).verticalScrollBar().maximum() == 0
    assert area_of(dialog.form.fields["group"]).verticalScrollBar().maximum() == 0


def test_field_below_comes_into_view_by_the_tab_key(dialog: ConnectionDialog) -> None:
    dialog.resize(dialog.width(), dialog.minimumSizeHint().height())
    group = dialog.form.fields["group"].widget
    assert isinstance(group, QLineEdit)
    assert group.visibleRegion().isEmpty()
    dialog.uri.setFocus()
    for _ in range(20):
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
        if group.hasFocus():
            break
    assert group.hasFocus()
    assert not group.visibleRegion().isEmpty()


def test_every_field_says_what_it_is_for(dialog: ConnectionDialog) -> None:
    assert FIELD_HELP.keys() == dialog.form.fields.keys()
    for name, field in dialog.form.fields.items():
        assert FIELD_HELP[name] in (field.widget.accessibleDescription(), field.widget.toolTip()), name
    host = dialog.form.fields["host"]
    host.show_problem("It is wrong.")
    assert host.widget.accessibleDescription() == "It is wrong."
    host.show_problem("")
    assert host.widget.accessibleDescription() == FIELD_HELP["host"]
