from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pgconsole.core.settings import Settings, setting_infos
from pgconsole.ui.window.settings_dialog import SettingsDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    return dialog


def _field(dialog: SettingsDialog, name: str) -> Any:
    found = dialog.findChild(QWidget, f"setting.{name}")
    assert found is not None
    return found


def _value(field: QWidget) -> object:
    match field:
        case QCheckBox():
            return field.isChecked()
        case QComboBox():
            return field.currentData()
        case QSpinBox() | QDoubleSpinBox():
            return field.value()
        case QLineEdit():
            return field.text()
    raise AssertionError(field)


def test_every_setting_has_a_field_that_shows_its_value_and_says_what_it_is(dialog: SettingsDialog) -> None:
    dialog.show_settings(Settings(theme="dark", read_ahead_rows=5000, manual_commit=True, result_disk_gib=2.5))
    for info in setting_infos():
        field = _field(dialog, info.name)
        assert field.accessibleName() == info.title
        assert field.accessibleDescription() == info.description
    assert _value(_field(dialog, "theme")) == "dark"
    assert _value(_field(dialog, "read_ahead_rows")) == 5000
    assert _value(_field(dialog, "manual_commit")) is True
    assert _value(_field(dialog, "result_disk_gib")) == 2.5


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_default_can_be_shown(dialog: SettingsDialog, name: str) -> None:
    assert _value(_field(dialog, name)) == getattr(Settings(), name)


def test_showing_settings_tells_of_no_change(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.settings_changed):
        dialog.show_settings(Settings(theme="dark", editor_font_pt=14, always_cursor=True))


def test_change_tells_the_whole_settings(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show_settings(Settings(theme="dark"))
    with qtbot.waitSignal(dialog.settings_changed) as told:
        _field(dialog, "portal_limit_min").setValue(20)
    assert told.args == [Settings(theme="dark", portal_limit_min=20)]
    with qtbot.waitSignal(dialog.settings_changed) as told:
        _field(dialog, "on_script_error").setCurrentIndex(1)
    assert told.args == [Settings(theme="dark", portal_limit_min=20, on_script_error="continue")]


def test_field_can_not_leave_the_setting_s_limits(dialog: SettingsDialog) -> None:
    _field(dialog, "editor_font_pt").setValue(500)
    assert _value(_field(dialog, "editor_font_pt")) == 36


def test_defaults_come_back_at_a_click(dialog: SettingsDialog, qtbot: QtBot) -> None:
    restore = dialog.findChild(QPushButton, "settingsRestore")
    assert restore is not None
    assert not restore.isEnabled()
    changed = msgspec.structs.replace(Settings(), theme="light", statement_timeout_s=9)
    dialog.show_settings(changed)
    with qtbot.waitSignal(dialog.settings_changed) as told:
        restore.click()
    assert told.args == [Settings()]
    assert _value(_field(dialog, "statement_timeout_s")) == 0


def test_changed_setting_names_its_default(dialog: SettingsDialog) -> None:
    dialog.show_settings(Settings(read_ahead_rows=100))
    told = [label.text() for label in dialog.findChildren(QLabel) if label.text().startswith("Changed")]
    assert told == ["Changed; the default is 200,000 rows."]


def test_search_leaves_what_has_the_words(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show()
    search = dialog.findChild(QLineEdit, "settingsSearch")
    assert search is not None
    search.setText("snapshot LOCKS")
    shown = [info.name for info in setting_infos() if _field(dialog, info.name).isVisible()]
    assert shown == ["portal_limit_min"]
    search.setText("no such words")
    assert not any(_field(dialog, info.name).isVisible() for info in setting_infos())
    search.clear()
    assert all(_field(dialog, info.name).isVisibleTo(dialog) for info in setting_infos())


def test_wheel_over_a_field_without_focus_changes_nothing(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show()
    field = _field(dialog, "editor_font_pt")
    where = QPointF(5, 5)
    wheel = QWheelEvent(
        where,
        field.mapToGlobal(where),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, wheel)
    assert _value(field) == 10.0
