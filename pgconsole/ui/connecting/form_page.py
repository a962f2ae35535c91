"""One page of a form: rows of a title and a field, found by name; what the fields mean is the form's."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSpinBox, QWidget

from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.theme import GAP_M, GAP_S

_FIGURE_WIDTH = 120
_MAX_SECONDS = 7 * 24 * 3600


class FormPage(QWidget):
    """Makes its fields, in the order of the Tab key; every change by the user is announced by `edited`."""

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)  # it is scrolled, never squeezed
        self.fields: dict[str, FormField] = {}
        """By the names that `FieldProblem` has."""
        self.order: list[QWidget] = []
        """What can have the focus, from above to below."""
        self._row = QHBoxLayout()
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, GAP_M, 0, GAP_M)
        self._rows.setHorizontalSpacing(GAP_M)
        self._rows.setVerticalSpacing(GAP_S)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)

    def add(self, name: str, title: str, widget: QWidget) -> None:
        """Add a row; scripts find its widget by `connection` and the name in capitals."""
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP_S)
        self._row.addWidget(self._field(name, title, widget), 1)
        self._rows.addRow(plain_label(title, "second", self), self._row)

    def add_beside(self, name: str, title: str, widget: QWidget) -> None:
        """Add a field to the right of the one before."""
        self._row.addWidget(plain_label(title, "second", self))
        self._row.addWidget(self._field(name, title, widget))

    def _field(self, name: str, title: str, widget: QWidget) -> FormField:
        widget.setObjectName("connection" + "".join(part.capitalize() for part in name.replace(".", "_").split("_")))
        widget.setAccessibleName(title)
        self.order.append(widget)
        self.fields[name] = field = FormField(widget, self)
        return field

    def add_line(self, name: str, title: str, hint: str) -> QLineEdit:
        """Add a row for one line of text."""
        line = self.line(hint)
        self.add(name, title, line)
        return line

    def line(self, hint: str) -> QLineEdit:
        """A field for one line of text, for a row that is still to be made."""
        line = QLineEdit(self)
        line.setPlaceholderText(hint)
        line.textEdited.connect(self.edited)
        return line

    def add_number(self, name: str, title: str, least: int, most: int) -> QSpinBox:
        """Add a row for a whole number."""
        box = QSpinBox(self)
        box.setRange(least, most)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setFixedWidth(_FIGURE_WIDTH)
        box.valueChanged.connect(self.edited)
        self.add(name, title, box)
        return box

    def add_seconds(self, name: str, title: str, none: str = "", *, least: int = 0, most: int = _MAX_SECONDS) -> None:
        """Add a row for a time; `none` is what 0 is shown as."""
        box = self.add_number(name, title, least, most)
        box.setSuffix(" s")
        box.setSpecialValueText(none)

    def add_box(self, words: str, name: str) -> QCheckBox:
        """Add a switch."""
        box = QCheckBox(words, self)
        box.setObjectName(name)
        box.toggled.connect(self.edited)
        self.order.append(box)
        self._rows.addRow("", box)
        return box

    def add_note(self, words: QLabel) -> None:
        """Add words below the row before, over two lines at most."""
        words.setWordWrap(True)
        # Tabs ask their pages for no height by width: what wraps later would take the room of the fields.
        words.setMinimumHeight(2 * words.fontMetrics().lineSpacing())
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._rows.addRow("", words)
