"""One column of the table, to be changed: name, type, where it is filled from, what is NULL in it."""

import re
from typing import Any, Final

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from pgconsole.core.column_types import TYPES_OFFERED, break_of
from pgconsole.core.import_draft import ColumnRow, ImportDraft, SourceKind, source_kind
from pgconsole.core.import_plan import ColumnSource, Constant, Expression, FileColumn, ServerDefault
from pgconsole.core.plain_text import visible_line
from pgconsole.core.type_scan import ColumnFacts
from pgconsole.core.wording import format_count
from pgconsole.ui.choice_box import ChoiceBox
from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.theme import GAP_M, GAP_S

_KINDS: Final[tuple[tuple[SourceKind, str], ...]] = (
    ("file", "A column of the file"),
    ("constant", "The same value for all"),
    ("expression", "An SQL expression"),
    ("default", "Its default"),
)
_PARAMETER = re.compile(r"\$(\d+)")


class ImportRowForm(QWidget):
    """Shows one row and tells of the whole row after a change."""

    row_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: ColumnRow | None = None
        self._draft: ImportDraft | None = None
        self._name = self._line("importColumnName", "Column")
        self._name_field = FormField(self._name, self)
        self._type = QComboBox(self)
        self._type.setObjectName("importColumnType")
        self._type.setAccessibleName("Type")
        self._type.setEditable(True)
        self._type.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._type.setMinimumContentsLength(12)
        self._kind = ChoiceBox[SourceKind]("importColumnKind", "Filled from", _KINDS, self)
        self._file = ChoiceBox[int]("importColumnSource", "Column of the file", (), self)
        self._text = self._line("importColumnText", "Value")
        self._is_null = QCheckBox("NULL", self)
        self._is_null.setObjectName("importColumnIsNull")
        self._null = self._line("importColumnNull", "Text for NULL in this column")
        self._null.setPlaceholderText("as in the whole file")
        self._not_null = QCheckBox("Not null", self)
        self._not_null.setObjectName("importColumnNotNull")
        self._key = QCheckBox("Primary key", self)
        self._key.setObjectName("importColumnKey")
        self._hint = plain_label("", "second", self)
        self._hint.setWordWrap(True)
        self._lay_out()
        self._connect()

    def _line(self, name: str, label: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setAccessibleName(label)
        return line

    def _lay_out(self) -> None:
        form = self._form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(GAP_M)
        form.setVerticalSpacing(GAP_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            ("Column", self._name_field),
            ("Type", self._type),
            ("Filled from", self._kind),
            ("", self._file),
            ("", self._text),
            ("", self._is_null),
            ("NULL is", self._null),
            ("", self._not_null),
            ("", self._key),
        ):
            label = plain_label(words, "second", self)
            label.setBuddy(field)
            label.setMinimumHeight(field.sizeHint().height())
            form.addRow(label, field)
        form.addRow(self._hint)

    def _connect(self) -> None:
        self._name.editingFinished.connect(self._rename)
        self._type.activated.connect(lambda index: self._change_type(str(self._type.itemData(index))))
        edit = self._type.lineEdit()
        assert edit is not None
        edit.editingFinished.connect(lambda: self._change_type(self._type.currentText()))
        self._kind.chosen.connect(self._change_kind)
        self._file.chosen.connect(lambda index: self._change(source=FileColumn(index), is_used=True))
        self._text.editingFinished.connect(self._change_text)
        self._is_null.clicked.connect(lambda on: self._change(source=Constant(None if on else self._text.text())))
        self._null.editingFinished.connect(lambda: self._change(null_text=self._null.text() or None))
        self._not_null.clicked.connect(lambda on: self._change(not_null=on))
        self._key.clicked.connect(lambda on: self._change(is_key=on))

    def _change(self, **fields: Any) -> None:
        if self._row is not None:
            changed = msgspec.structs.replace(self._row, **fields)
            if changed != self._row:
                self.row_changed.emit(changed)

    def _rename(self) -> None:
        if self._name.isEnabled():
            self._change(column=self._name.text())

    def _change_type(self, text: str) -> None:
        chosen = text.partition("  ")[0].strip()
        if self._row is not None and self._type.isEnabled() and chosen != self._row.type:
            self._change(type=chosen, is_own_type=True)

    def _change_kind(self, kind: SourceKind) -> None:
        index = self._row.file_index if self._row is not None else None
        index = index if index is not None else max(self._file.currentIndex(), 0)
        sources: dict[SourceKind, ColumnSource] = {
            "file": FileColumn(index),
            "constant": Constant(""),
            "expression": Expression("$1", (index,)),
            "default": ServerDefault(),
        }
        self._change(source=sources[kind], is_used=True)

    def _change_text(self) -> None:
        source = self._row.source if self._row is not None else None
        if isinstance(source, Constant) and source.text is not None:
            self._change(source=Constant(self._text.text()))
        elif isinstance(source, Expression):
            self._change(source=Expression(self._text.text(), self._indexes(self._text.text(), source)))

    def _indexes(self, sql: str, before: Expression) -> tuple[int, ...]:
        """$1 stays the column that the row had; the file's other columns follow it by their numbers."""
        highest = max((int(digits[:4]) for digits in _PARAMETER.findall(sql)), default=1)
        count = len(self._draft.source_columns) if self._draft is not None else 0
        first = before.indexes[:1] or (0,)
        others = [index for index in range(count) if index != first[0]]
        return (*first, *others[: max(0, highest - 1)])

    def show_row(self, row: ColumnRow | None, draft: ImportDraft | None, facts: tuple[ColumnFacts, ...]) -> None:
        """Show a row of a draft; None empties the form."""
        self.setEnabled(row is not None)
        if row is None or draft is None or (row == self._row and draft == self._draft and not facts):
            self._row = row
            return
        is_other = self._row is None or self._row.column != row.column
        self._row, self._draft = row, draft
        is_new = draft.is_new
        self._set(self._name, row.column, force=is_other)
        self._name.setEnabled(is_new)
        self._type.setEnabled(is_new)
        self._show_types(row, draft, facts)
        kind = source_kind(row.source)
        self._kind.show_value(kind)
        self._file.show_choices(enumerate(draft.source_columns))
        if row.file_index is not None:
            self._file.show_value(row.file_index)
        self._show_source(row, kind, is_other)
        self._set(self._null, row.null_text or "", force=is_other)
        for box, on in ((self._not_null, row.not_null), (self._key, row.is_key)):
            box.setChecked(on)
            box.setEnabled(is_new)
        self._form.setRowVisible(self._key, is_new)
        self._hint.setText(_hint(row, draft))

    def _show_source(self, row: ColumnRow, kind: SourceKind, is_other: bool) -> None:
        self._form.setRowVisible(self._file, kind == "file")
        self._form.setRowVisible(self._text, kind in ("constant", "expression"))
        self._form.setRowVisible(self._is_null, kind == "constant")
        self._form.setRowVisible(self._null, kind in ("file", "expression"))
        match row.source:
            case Constant(text):
                self._is_null.setChecked(text is None)
                self._text.setEnabled(text is not None)
                self._set(self._text, text or "", force=is_other)
            case Expression(sql, _indexes):
                self._text.setEnabled(True)
                self._set(self._text, sql, force=is_other)

    def _show_types(self, row: ColumnRow, draft: ImportDraft, facts: tuple[ColumnFacts, ...]) -> None:
        edit = self._type.lineEdit()
        if edit is not None and edit.hasFocus() and edit.isModified():
            return
        blocker = QSignalBlocker(self._type)
        index = row.file_index
        self._type.clear()
        for name in dict.fromkeys([row.type, *TYPES_OFFERED]):
            known = facts[index] if index is not None and index < len(facts) else None
            broken = break_of(known, name, draft.dialect) if known is not None else None
            note = f"  not on line {format_count(broken.line)}: {broken.value}" if broken is not None else ""
            self._type.addItem(visible_line(f"{name}{note}"), name)
        self._type.setCurrentIndex(0)
        self._type.setEditText(row.type)
        view = self._type.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 24)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        blocker.unblock()

    def _set(self, line: QLineEdit, text: str, *, force: bool) -> None:
        if line.text() != text and (force or not (line.hasFocus() and line.isModified())):
            line.setText(text)


def _hint(row: ColumnRow, draft: ImportDraft) -> str:
    if isinstance(row.source, Expression):
        names = [draft.source_columns[index] for index in row.source.indexes if index < len(draft.source_columns)]
        return "; ".join(f"${number} is the text of {name}" for number, name in enumerate(names[:4], 1))
    if draft.existing is None:
        return ""
    column = next((each for each in draft.existing.columns if each.name == row.column), None)
    if column is None:
        return ""
    return column.own_value
