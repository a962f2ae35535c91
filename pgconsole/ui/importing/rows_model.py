"""The columns of the table that is loaded, a row each: what each is filled from, and what speaks against its type."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from pgconsole.core.column_types import break_of, nearest_type, short_type
from pgconsole.core.import_advice import overridden
from pgconsole.core.import_draft import ColumnRow, ImportDraft
from pgconsole.core.import_plan import ColumnSource, Constant, Expression, FileColumn
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wizard_state import WizardState
from pgconsole.core.wording import format_count
from pgconsole.ui.theme import theme_of

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_HEADINGS = ("Column", "Type", "Filled from", "First value", "To know")
_COLUMN, _TYPE, _FROM, _VALUE, _NOTE = range(len(_HEADINGS))
_CHARS = 80


class ImportRowsModel(QAbstractTableModel):
    """Shows rows; the mark of the first column says whether one is used."""

    use_changed = Signal(int, bool)

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._state = WizardState()
        self._problems: dict[str, str] = {}
        self._overridden: frozenset[str] = frozenset()
        self._own_values: dict[str, str] = {}
        """What the server puts into the columns of a table that is there."""

    def show_state(self, state: WizardState) -> None:
        """Show other rows; where there are as many as before, the selection stays."""
        same = len(_rows(state)) == len(_rows(self._state))
        if not same:
            self.beginResetModel()
        self._state = state
        self._problems = {problem.field.rpartition("columns.")[2]: problem.text for problem in state.problems}
        draft = state.draft
        known = draft.existing.columns if draft is not None and draft.existing is not None else ()
        self._own_values = {column.name: column.own_value for column in known}
        self._overridden = frozenset(overridden(draft)) if draft is not None else frozenset()
        if not same:
            self.endResetModel()
        elif _rows(state):
            last = self.index(len(_rows(state)) - 1, len(_HEADINGS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many columns the table has."""
        return 0 if parent.isValid() else len(_rows(self._state))

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """What is told of each."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """The first can be marked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsUserCheckable if index.column() == _COLUMN else usual

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell that a row is to be used, or not."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.use_changed.emit(index.row(), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A word of a row."""
        if not index.isValid():
            return None
        row = _rows(self._state)[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cut_line(self._words(row, index.column()), _CHARS)
            case Qt.ItemDataRole.CheckStateRole if index.column() == _COLUMN:
                return Qt.CheckState.Checked if row.is_used else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(row, index.column())
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in each column."""
        is_shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return _HEADINGS[section] if is_shown else None

    def _words(self, row: ColumnRow, column: int) -> str:
        draft = self._state.draft
        assert draft is not None
        match column:
            case 0:
                return row.column
            case 1:
                return short_type(row.type) + ("  key" if row.is_key else "") + ("  not null" if row.not_null else "")
            case 2:
                return source_words(row.source, draft)
            case 3:
                return self._first_value(row)
            case _:
                return self._problems.get(row.column, "") or self._broken(row, draft) or self._own_value(row)

    def _first_value(self, row: ColumnRow) -> str:
        index = row.file_index
        if index is None:
            return ""
        records = self._state.preview.records
        return next((record[index] for record in records if len(record) > index and record[index]), "")

    def _broken(self, row: ColumnRow, draft: ImportDraft) -> str:
        index, facts = row.file_index, self._state.scan.facts
        if not row.is_used or index is None or index >= len(facts):
            return ""
        broken = break_of(facts[index], row.type, draft.dialect)
        if broken is not None:
            return f"line {format_count(broken.line)}: {broken.value}"
        nearest = nearest_type(facts[index], draft.dialect) if row.type == "text" and draft.is_new else None
        if nearest is not None:
            return f"{nearest[0]} until line {format_count(nearest[1].line)}: {nearest[1].value}"
        doubts = {"date": "day or month first?", "number": "is the comma a decimal mark?", "": ""}
        return doubts[facts[index].doubt] if row.type == "text" else ""

    def _own_value(self, row: ColumnRow) -> str:
        if row.column in self._overridden:
            return "the server's own numbers are overridden"
        return self._own_values.get(row.column, "")

    def _colour(self, row: ColumnRow, column: int) -> Any:
        theme = theme_of(self._view)
        if not row.is_used:
            return theme.danger if column == _NOTE and row.column in self._problems else theme.text_faint
        if column == _NOTE:
            return self._colour_of_note(row)
        return theme.text_second if column == _VALUE else theme.text

    def _colour_of_note(self, row: ColumnRow) -> Any:
        theme, draft = theme_of(self._view), self._state.draft
        assert draft is not None
        if row.column in self._problems:
            return theme.danger
        is_warning = row.column in self._overridden or self._broken(row, draft)
        return theme.warning if is_warning else theme.text_second


def source_words(source: ColumnSource, draft: ImportDraft) -> str:
    """Where a column is filled from, in few words."""
    match source:
        case FileColumn(index):
            return draft.source_columns[index] if index < len(draft.source_columns) else f"column {index + 1}"
        case Constant(text):
            return "NULL" if text is None else f"always {text}"
        case Expression(sql, _indexes):
            return sql
        case _:
            return "its default" if draft.is_new or draft.existing else ""


def _rows(state: WizardState) -> tuple[ColumnRow, ...]:
    return state.draft.rows if state.draft is not None else ()
