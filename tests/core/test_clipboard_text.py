"""Tab-separated text of selections, compared whole."""

from collections.abc import Iterator

import pytest

from pgconsole.core.clipboard_text import selected_lines
from pgconsole.core.row_store import RowStore
from pgconsole.core.selection import Area, Selection


@pytest.fixture
def store() -> Iterator[RowStore]:
    store = RowStore(3)
    store.append_rows([("1", "a", None), ("2", "b\tc", ""), ("3", '"quoted"', "line\nline"), ("4", 'in"side', "z")])
    yield store
    store.close()


def _text(store: RowStore, *areas: Area, names: list[str] | None = None) -> str:
    return "\n".join(selected_lines(store, Selection(areas), names))


def test_rows_are_lines_and_null_is_nothing(store: RowStore) -> None:
    assert _text(store, Area(0, 2, 0, 3)) == '1\ta\t\n2\t"b\tc"\t'


def test_cells_that_would_break_the_table_are_quoted(store: RowStore) -> None:
    assert _text(store, Area(2, 4, 1, 3)) == '"""quoted"""\t"line\nline"\nin"side\tz'


def test_a_single_cell_goes_as_it_is(store: RowStore) -> None:
    assert _text(store, Area(2, 3, 2, 3)) == "line\nline"
    assert _text(store, Area(0, 1, 2, 3)) == ""


def test_names_lead_where_they_are_asked_for(store: RowStore) -> None:
    assert _text(store, Area(0, 1, 0, 2), names=["id", "a\tb", "c"]) == 'id\t"a\tb"\n1\ta'


def test_columns_that_a_row_has_not_selected_stay_empty(store: RowStore) -> None:
    assert _text(store, Area(0, 1, 0, 1), Area(3, 4, 2, 3)) == "1\t\n\tz"


def test_rows_between_areas_are_left_out(store: RowStore) -> None:
    assert _text(store, Area(3, 4, 0, 1), Area(0, 1, 0, 1)) == "1\n4"
