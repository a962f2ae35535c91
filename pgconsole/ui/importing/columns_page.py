"""Second page of the import: into which table, and each of its columns."""

from typing import Any

import msgspec
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTableView, QVBoxLayout, QWidget

from pgconsole.core.import_draft import ColumnRow
from pgconsole.core.import_plan import TableKind
from pgconsole.core.table_description import TableName
from pgconsole.core.wizard_state import WizardState
from pgconsole.ui.choice_box import ChoiceBox
from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.importing.row_form import ImportRowForm
from pgconsole.ui.importing.rows_model import ImportRowsModel
from pgconsole.ui.importing.table_box import TableBox
from pgconsole.ui.importing.table_look import dress
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S

_FORM_WIDTH = 280
_WIDTHS_PX = (160, 130, 130, 130)
_NEW = TableName("", "")
_TABLE_KINDS: tuple[tuple[TableKind, str], ...] = (
    ("permanent", "Permanent"),
    ("unlogged", "Unlogged"),
    ("temporary", "Temporary"),
)


class ImportColumnsPage(QWidget):
    """Shows the rows of a draft; a row is changed in the form beside them."""

    table_chosen = Signal(object)
    """The `TableName` of a table that is there."""
    new_table_chosen = Signal(str, str)
    """Schema and name of a table to be made."""
    changed = Signal(object)
    """Fields of the draft."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WizardState()
        self._target = TableBox("importTarget", "Table to load", self)
        self._schema = ChoiceBox[str]("importSchema", "Schema", (), self)
        self._table = QLineEdit(self)
        self._table.setObjectName("importTable")
        self._table.setAccessibleName("Name of the new table")
        self._table_field = FormField(self._table, self)
        self._kind = ChoiceBox[TableKind]("importTableKind", "Kind of table", _TABLE_KINDS, self)
        self._comment = QLineEdit(self)
        self._comment.setObjectName("importTableComment")
        self._comment.setAccessibleName("Comment on the table")
        self._comment.setPlaceholderText("Comment on the table")
        self._rows = QTableView(self)
        self._model = ImportRowsModel(self._rows)
        self._form = ImportRowForm(self)
        self._form.setFixedWidth(_FORM_WIDTH)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP_S)
        label = plain_label("Load into", "second", self)
        label.setBuddy(self._target)
        label.setMinimumHeight(self._table.sizeHint().height())
        self._target.setMinimumContentsLength(22)
        top.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        for widget, stretch in ((self._target, 2), (self._schema, 1), (self._table_field, 2), (self._kind, 1)):
            top.addWidget(widget, stretch, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._comment, 2, Qt.AlignmentFlag.AlignTop)
        self._set_up_rows()
        middle = QHBoxLayout()
        middle.setSpacing(GAP_L)
        middle.addWidget(self._rows, 1)
        middle.addWidget(self._form, 0, Qt.AlignmentFlag.AlignTop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP_M)
        rows.addLayout(top)
        rows.addLayout(middle, 1)

    def _set_up_rows(self) -> None:
        rows = self._rows
        rows.setObjectName("importColumns")
        rows.setAccessibleName("Columns of the table")
        rows.setModel(self._model)
        rows.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        dress(rows, _WIDTHS_PX)

    def _connect(self) -> None:
        self._target.chosen.connect(self._choose_target)
        self._schema.chosen.connect(lambda schema: self.new_table_chosen.emit(schema, self._table.text()))
        self._table.textEdited.connect(lambda name: self.new_table_chosen.emit(self._schema.value() or "", name))
        self._kind.chosen.connect(self._choose_kind)
        self._comment.editingFinished.connect(lambda: self._tell(comment=self._comment.text()))
        self._model.use_changed.connect(self._use)
        self._form.row_changed.connect(self._change_row)
        self._rows.selectionModel().currentRowChanged.connect(lambda *_args: self._show_current())

    def _choose_target(self, name: TableName) -> None:
        if name == _NEW:
            self.new_table_chosen.emit(self._schema.value() or "", self._table.text() or "imported")
        else:
            self.table_chosen.emit(name)

    def _choose_kind(self, kind: TableKind) -> None:
        if self._state.draft is not None:
            # A temporary table has a schema of its own.
            schema = "" if kind == "temporary" else self._state.draft.schema or self._schema.value() or ""
            self._tell(kind=kind, schema=schema)

    def _tell(self, **fields: Any) -> None:
        draft = self._state.draft
        if draft is not None and any(getattr(draft, name) != value for name, value in fields.items()):
            self.changed.emit(fields)

    def _use(self, index: int, is_used: bool) -> None:
        self._replace(index, msgspec.structs.replace(self._all_rows()[index], is_used=is_used))

    def _change_row(self, row: ColumnRow) -> None:
        index = self._rows.currentIndex().row()
        if 0 <= index < len(self._all_rows()):
            self._replace(index, row)

    def _replace(self, index: int, row: ColumnRow) -> None:
        rows = list(self._all_rows())
        rows[index] = row
        self.changed.emit({"rows": tuple(rows)})

    def _all_rows(self) -> tuple[ColumnRow, ...]:
        return self._state.draft.rows if self._state.draft is not None else ()

    def show_state(self, before: WizardState, state: WizardState) -> None:
        """Show what has changed of the table and its columns."""
        self._state = state
        draft = state.draft
        if draft is None:
            return
        if state.tables is not before.tables or not self._target.count():
            self._target.show_choices([(_NEW, "A new table"), *((each, _table_words(each)) for each in state.tables)])
            self._schema.show_choices((schema, schema) for schema in state.schemas)
        existing = draft.existing
        self._target.show_value(existing.name if existing is not None else _NEW)
        for widget in (self._schema, self._table_field, self._kind, self._comment):
            widget.setVisible(draft.is_new)
        self._schema.setEnabled(draft.kind != "temporary")
        if draft.is_new:
            if draft.schema:
                self._schema.show_value(draft.schema)
            if self._table.text() != draft.table:
                self._table.setText(draft.table)
            self._kind.show_value(draft.kind)
            if not self._comment.hasFocus():
                self._comment.setText(draft.comment)
        problem = next((each.text for each in state.problems if each.field in ("target.table", "target.schema")), "")
        self._table_field.show_problem(problem if draft.is_new else "")
        self._model.show_state(state)
        if not self._rows.currentIndex().isValid() and draft.rows:
            self._rows.setCurrentIndex(self._model.index(0, 0))
        self._show_current()

    def _show_current(self) -> None:
        index: QModelIndex = self._rows.currentIndex()
        rows = self._all_rows()
        row = rows[index.row()] if index.isValid() and index.row() < len(rows) else None
        self._form.show_row(row, self._state.draft, self._state.scan.facts)


def _table_words(name: TableName) -> str:
    return name.table if name.is_found else f"{name.schema}.{name.table}"
