"""Asks for the values of a statement's parameters in a bar under the editor; nothing waits in it, nothing is modal.

Values go out as they were typed, or as None for NULL: what they mean is the server's to judge.
"""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.parameters import Parameter, ParameterRequest
from pgconsole.core.plain_text import cut_line
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import GAP_M, GAP_S, TAB_HEIGHT, data_font, theme_of

_ROWS_SHOWN = 6
_STATEMENT_CHARS = 120


class ParameterRow:
    """The widgets of one parameter: label, type, value and the switch for NULL."""

    def __init__(self, parameter: Parameter, number: int, parent: QWidget) -> None:
        self.label = _plain_label(parameter.label, parent)
        self.type_label = _plain_label(parameter.type_name, parent, role="faint")
        self.value = QLineEdit(parameter.value or "", parent)
        self.value.setObjectName(f"parameterValue{number}")
        self.value.setAccessibleName(f"Value of {parameter.label}, {parameter.type_name}")
        self.value.setFont(data_font())
        self.label.setBuddy(self.value)
        self.null = QCheckBox("NULL", parent)
        self.null.setObjectName(f"parameterNull{number}")
        self.null.setAccessibleName(f"{parameter.label} is NULL")
        self.null.setChecked(parameter.value is None)
        self.value.setEnabled(not self.null.isChecked())
        self.null.toggled.connect(lambda is_null: self.value.setEnabled(not is_null))

    def answer(self) -> str | None:
        """What was typed; None for NULL."""
        return None if self.null.isChecked() else self.value.text()


class ParameterForm(QFrame):
    """Answers one request with one list of values in its order, or gives it up."""

    answered = Signal(list)
    """The values as list[str | None]."""
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("parameterForm")
        self.setAccessibleName("Parameters")
        self._rows: list[ParameterRow] = []
        self._title = _plain_label("", self)
        self._statement = _plain_label("", self, role="faint")
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._run = QPushButton("Run", self)
        self._run.setObjectName("parameterRun")
        self._run.setProperty("primary", True)
        self._run.setToolTip("Run with these values (Enter)")
        self._run.clicked.connect(self._answer)
        self._give_up = QPushButton("Give up", self)
        self._give_up.setObjectName("parameterGiveUp")
        self._give_up.setToolTip("Don't run the statement (Esc)")
        self._give_up.clicked.connect(self.given_up)
        self._lay_out()

    def ask(self, request: ParameterRequest) -> None:
        """Lay the form out for a statement, filled with the values given last time."""
        fields = QWidget(self._area)
        fields.setObjectName("parameterFields")
        grid = QGridLayout(fields)
        grid.setContentsMargins(0, 0, GAP_M, 0)
        grid.setHorizontalSpacing(GAP_M)
        grid.setVerticalSpacing(GAP_S // 2)
        grid.setColumnStretch(2, 1)
        self._rows = [ParameterRow(each, number, fields) for number, each in enumerate(request.parameters, 1)]
        for index, row in enumerate(self._rows):
            for column, widget in enumerate((row.label, row.type_label, row.value, row.null)):
                grid.addWidget(widget, index, column)
        grid.setRowStretch(len(self._rows), 1)
        self._area.setWidget(fields)
        self._area.setFixedHeight(min(fields.sizeHint().height(), _ROWS_SHOWN * TAB_HEIGHT) + 2)
        self._title.setText("Value of the parameter" if len(self._rows) == 1 else "Values of the parameters")
        self._statement.setText(cut_line(" ".join(request.statement.split()), _STATEMENT_CHARS))
        self._statement.setToolTip(plain_tip(request.statement))
        self._set_tab_order()
        if self._rows:
            self.setFocusProxy(self._rows[0].value if self._rows[0].value.isEnabled() else self._rows[0].null)
            self._rows[0].value.selectAll()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the form itself while the focus is in it."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter runs, Esc gives up."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._answer()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface and a hair line above it."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.header)
        painter.fillRect(0, 0, self.width(), 1, theme.line)
        painter.end()

    def _answer(self) -> None:
        self.answered.emit([row.answer() for row in self._rows])

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP_M)
        head.addWidget(self._title)
        head.addWidget(self._statement, 1)
        head.addWidget(self._give_up)
        head.addWidget(self._run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_M, GAP_S, GAP_M, GAP_S)
        layout.setSpacing(GAP_S)
        layout.addLayout(head)
        layout.addWidget(self._area)

    def _set_tab_order(self) -> None:
        order: list[QWidget] = [widget for row in self._rows for widget in (row.value, row.null)]
        order += [self._run, self._give_up]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)


def _plain_label(text: str, parent: QWidget, role: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
