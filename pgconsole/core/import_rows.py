"""Makes the cells that COPY gets of the fields of a record, by the plan; a field's value is the server's to judge.

Only what the dialect alone can know is decided here: how many fields a record has, what is NULL, and how numbers are
written.
"""

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter

from pgconsole.core.import_plan import Constant, Dialect, FileColumn, ImportPlan
from pgconsole.core.import_sql import copy_columns, expression_indexes

BAD_FORMAT = "22P04"
BAD_TEXT = "22P02"


class RowProblem(Exception):
    """A record that can be nothing to the table, whatever the server thinks of its fields."""

    def __init__(self, message: str, sqlstate: str, column: str = "", value: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.sqlstate = sqlstate
        self.column = column
        self.value = value


class RowShaper:
    """Shapes records of one plan.

    `numeric` names the table's columns of a numeric type, `never_empty` those of a type that no empty text is of: there
    quotes round what stands for NULL mean nothing.
    """

    def __init__(
        self, plan: ImportPlan, numeric: frozenset[str] = frozenset(), never_empty: frozenset[str] = frozenset()
    ) -> None:
        self._dialect = plan.dialect
        self.width = len(plan.source_columns)
        """How many fields a record should have."""
        self._source_columns = plan.source_columns
        mappings = copy_columns(plan)
        self.columns: tuple[str, ...] = tuple(mapping.column for mapping in mappings)
        """The table's columns that lines begin with; the texts of expressions follow."""
        self._index_of = {m.column: m.source.index for m in mappings if isinstance(m.source, FileColumn)}
        constants = [m.source.text for m in mappings if isinstance(m.source, Constant)]
        self._picked = [*self._index_of.values(), *expression_indexes(plan)]
        self._constants: list[str | None] = list(constants)
        self._nulls = {n: m.null_text for n, m in enumerate(mappings) if m.null_text is not None}
        self._never_empty = [n for n, name in enumerate(self.columns[: len(self._index_of)]) if name in never_empty]
        rewrites = plan.dialect.decimal != "." or bool(plan.dialect.thousands)
        self._numbers = [n for n, name in enumerate(self.columns) if rewrites and name in numeric]
        self._number = _number_pattern(plan.dialect)
        self._takes_all = self._picked == list(range(self.width))
        # COPY knows one text for NULL: what is empty beside another would be refused.
        has_two_nulls = bool(self._never_empty and plan.dialect.null_text)
        changes = bool(self._nulls or self._numbers or has_two_nulls)
        self.is_direct = self._takes_all and not (self._constants or changes)
        """Whether the file's own bytes can be sent."""
        self.picks_only = bool(self._picked) and not changes
        """Whether fields go as they stand, but for some left out or turned round, with constants behind them."""

    def pick(self, rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
        """Of each record the fields that are wanted, in their order; all are of the right width."""
        if len(self._picked) > 1:
            return map(itemgetter(*self._picked), rows)
        return ([row[index] for index in self._picked] for row in rows)

    @property
    def constants(self) -> Sequence[str | None]:
        """What stands behind the fields of each line."""
        return self._constants

    def index_of(self, column: str) -> int | None:
        """The file's column that fills one of the table's."""
        return self._index_of.get(column)

    def shape(self, cells: Sequence[str | None]) -> Sequence[str | None]:
        """The cells for COPY; raises `RowProblem`."""
        if len(cells) != self.width:
            raise self.wrong_width(len(cells))
        if self.is_direct:
            return self._without_empty(cells)
        shaped: list[str | None] = [cells[index] for index in self._picked]
        for place, null in self._nulls.items():
            cell = self._dialect.null_text if shaped[place] is None else shaped[place]
            shaped[place] = None if cell == null else cell
        shaped = list(self._without_empty(shaped))
        for place in self._numbers:
            shaped[place] = self._as_number(place, shaped[place])
        if not self._constants:
            return shaped
        width = len(self._index_of)
        return [*shaped[:width], *self._constants, *shaped[width:]]

    def _without_empty(self, cells: Sequence[str | None]) -> Sequence[str | None]:
        null = self._dialect.null_text
        if not self._never_empty or ("" not in cells and null not in cells):
            return cells
        shaped = list(cells)
        for place in self._never_empty:
            shaped[place] = None if shaped[place] in ("", null) else shaped[place]
        return shaped

    def _as_number(self, place: int, cell: str | None) -> str | None:
        if cell is None:
            return None
        text = cell.strip()
        if self._number.fullmatch(text):
            text = text.replace(self._dialect.thousands, "") if self._dialect.thousands else text
            return text.replace(self._dialect.decimal, ".")
        if any(char.isdigit() for char in text):
            message = f'"{cell}" is no number with "{self._dialect.decimal}" as its decimal mark'
            raise RowProblem(message, BAD_TEXT, self.columns[place], cell)
        return cell

    def wrong_width(self, width: int) -> RowProblem:
        """What is wrong with a record of so many fields, in the server's own words."""
        if width > self.width:
            return RowProblem("extra data after last expected column", BAD_FORMAT)
        missing = next((name for name, index in self._index_of.items() if index >= width), self._source_columns[width])
        return RowProblem(f'missing data for column "{missing}"', BAD_FORMAT, missing)


def _number_pattern(dialect: Dialect) -> re.Pattern[str]:
    decimal, thousands = re.escape(dialect.decimal), re.escape(dialect.thousands)
    grouped = rf"|\d{{1,3}}(?:{thousands}\d{{3}})+" if dialect.thousands else ""
    return re.compile(rf"[+-]?(?:\d+{grouped})?(?:{decimal}\d*)?(?:[eE][+-]?\d+)?")
