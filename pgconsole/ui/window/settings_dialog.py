"""The dialog of all settings, made from the settings' own descriptions: a new setting needs nothing here.

It emits a whole `Settings` on every change, which takes effect at once; keeping them is the application's.
"""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.settings import SettingInfo, Settings, SettingValue, setting_infos
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S, GAP_XS

_WIDTH, _HEIGHT = 640, 600
_FIELD_WIDTH = 160


class SettingsDialog(QDialog):
    """Opens without blocking; there is no "apply", for every change holds at once and can be taken back."""

    settings_changed = Signal(object)
    """The whole `Settings` after a change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings")
        self._settings = Settings()
        self._rows: list[tuple[_SettingRow, QWidget]] = []
        self._search = QLineEdit(self)
        self._search.setObjectName("settingsSearch")
        self._search.setAccessibleName("Search settings")
        self._search.setPlaceholderText("Search settings")
        self._search.setClearButtonEnabled(True)
        self._nothing = plain_label("No setting has these words.", "second", self)
        self._restore = QPushButton("Restore defaults", self)
        self._restore.setObjectName("settingsRestore")
        self._close = QPushButton("Close", self)
        self._lay_out()
        self._search.textChanged.connect(self._filter)
        self._restore.clicked.connect(lambda: self._change(Settings()))
        self._close.clicked.connect(self.close)
        self.show_settings(Settings())
        self.resize(_WIDTH, _HEIGHT)

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(GAP_L, GAP_S, GAP_L, GAP_L)
        column.setSpacing(GAP_M)
        group = ""
        heading: QWidget = inside
        for info in setting_infos():
            if info.group != group:
                group = info.group
                heading = _heading(group, inside)
                column.addWidget(heading)
            row = _SettingRow(info, inside)
            row.changed.connect(self._row_changed)
            column.addWidget(row)
            self._rows.append((row, heading))
        self._nothing.hide()
        column.addWidget(self._nothing)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(GAP_L, GAP_M, GAP_L, GAP_M)
        buttons.addWidget(self._restore)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        top = QHBoxLayout()
        top.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_XS)
        top.addWidget(self._search)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(top)
        rows.addWidget(area, 1)
        rows.addLayout(buttons)
        for button in (self._restore, self._close):
            button.setAutoDefault(False)

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now; nothing is emitted."""
        self._settings = settings
        for row, _heading_of in self._rows:
            row.show_value(getattr(settings, row.info.name))
        self._restore.setEnabled(settings != Settings())

    def _row_changed(self, name: str, value: object) -> None:
        self._change(msgspec.structs.replace(self._settings, **{name: value}))

    def _change(self, settings: Settings) -> None:
        if settings != self._settings:
            self.show_settings(settings)
            self.settings_changed.emit(settings)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        shown: dict[QWidget, bool] = {}
        for row, heading in self._rows:
            matches = all(word in row.words for word in wanted)
            row.setVisible(matches)
            shown[heading] = shown.get(heading, False) or matches
        for heading, visible in shown.items():
            heading.setVisible(visible)
        self._nothing.setVisible(not any(shown.values()))


class _SettingRow(QWidget):
    """One setting: title and description on the left, its value on the right, a mark where it is not the default."""

    changed = Signal(str, object)

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.info = info
        self.words = " ".join((info.group, info.title, info.description, info.name)).casefold()
        self._field, self._show = self._make_field()
        self._field.setObjectName(f"setting.{info.name}")
        self._field.setAccessibleName(info.title)
        self._field.setAccessibleDescription(info.description)
        self._changed_note = plain_label("", "faint", self)
        texts = QVBoxLayout()
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(2)
        title = plain_label(info.title, "", self)
        title.setBuddy(self._field)
        description = plain_label(info.description, "second", self)
        description.setWordWrap(True)
        for label in (title, description, self._changed_note):
            texts.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_L)
        row.addLayout(texts, 1)
        place = QWidget(self)
        place.setFixedWidth(_FIELD_WIDTH)
        inside = QHBoxLayout(place)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._field, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        self._field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the page, and change a value only where it has the focus."""
        if event.type() is QEvent.Type.Wheel and watched is self._field and not self._field.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def show_value(self, value: SettingValue) -> None:
        """Show a value without telling of a change."""
        blocker = QSignalBlocker(self._field)
        self._show(value)
        blocker.unblock()
        differs = value != self.info.default
        self._changed_note.setText(f"Changed; the default is {_value_words(self.info)}." if differs else "")
        self._changed_note.setVisible(differs)

    def _make_field(self) -> tuple[QWidget, Callable[[SettingValue], None]]:
        match self.info.kind:
            case "bool":
                return self._switch()
            case "choice":
                return self._choice()
            case "int":
                return self._whole_number()
            case "float":
                return self._number()
            case _:
                return self._text()

    def _switch(self) -> tuple[QWidget, Callable[[SettingValue], None]]:
        box = QCheckBox(self)
        box.toggled.connect(self._tell)
        return box, lambda value: box.setChecked(bool(value))

    def _choice(self) -> tuple[QWidget, Callable[[SettingValue], None]]:
        box = QComboBox(self)
        for choice in self.info.choices:
            box.addItem(choice.capitalize(), choice)
        box.setFixedWidth(_FIELD_WIDTH)
        box.currentIndexChanged.connect(lambda index: self._tell(box.itemData(index)))
        return box, lambda value: box.setCurrentIndex(box.findData(value))

    def _whole_number(self) -> tuple[QWidget, Callable[[SettingValue], None]]:
        box = QSpinBox(self)
        box.setRange(round(self.info.minimum or 0), round(self.info.maximum or 2**31 - 1))
        box.setGroupSeparatorShown(True)
        self._dress(box)
        box.valueChanged.connect(self._tell)
        return box, lambda value: box.setValue(int(value))

    def _number(self) -> tuple[QWidget, Callable[[SettingValue], None]]:
        box = QDoubleSpinBox(self)
        box.setRange(self.info.minimum or 0.0, self.info.maximum or 1e9)
        box.setDecimals(1)
        self._dress(box)
        box.valueChanged.connect(self._tell)
        return box, lambda value: box.setValue(float(value))

    def _text(self) -> tuple[QWidget, Callable[[SettingValue], None]]:
        line = QLineEdit(self)
        line.setFixedWidth(_FIELD_WIDTH)
        line.editingFinished.connect(lambda: self._tell(line.text()))
        return line, lambda value: line.setText(str(value))

    def _dress(self, box: QSpinBox | QDoubleSpinBox) -> None:
        box.setKeyboardTracking(False)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setSuffix(f" {self.info.unit}" if self.info.unit else "")
        box.setFixedWidth(_FIELD_WIDTH)

    def _tell(self, value: object) -> None:
        self.changed.emit(self.info.name, value)


def _heading(text: str, parent: QWidget) -> QWidget:
    label = plain_label(text, "", parent)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, GAP_S, 0, 0)
    return label


def _value_words(info: SettingInfo) -> str:
    if isinstance(info.default, bool):
        return "on" if info.default else "off"
    if info.default == "":
        return "none"
    if info.kind == "choice":
        return str(info.default)
    return f"{info.default:,}{' ' + info.unit if info.unit else ''}"
