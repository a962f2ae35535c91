import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.copy_text import decode_line, encode_line
from pgconsole.core.import_plan import ColumnMapping, Constant, Dialect, FileColumn
from pgconsole.core.import_rows import RowProblem, RowShaper
from tests.fixtures.import_plans import plan_of


@given(st.lists(st.none() | st.text(), min_size=1))
def test_line_of_copy_text_is_read_as_it_was_written(cells: list[str | None]) -> None:
    line = encode_line(cells)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert decode_line(line[:-1]) == tuple(cells)


def test_own_bytes_can_be_sent_where_nothing_is_to_be_changed() -> None:
    assert RowShaper(plan_of("a", "b")).is_direct
    assert RowShaper(plan_of("a", "b", dialect=Dialect(decimal=","))).is_direct
    assert not RowShaper(plan_of("a", dialect=Dialect(decimal=",")), frozenset({"a"})).is_direct
    swapped = (ColumnMapping(column="x", source=FileColumn(1)), ColumnMapping(column="y", source=FileColumn(0)))
    assert RowShaper(plan_of("a", "b", columns=swapped)).is_direct
    assert not RowShaper(plan_of("a", "b", columns=swapped[:1])).is_direct


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("1.234,5", "1234.5"),
        ("-1.234.567", "-1234567"),
        ("1234,5", "1234.5"),
        (",5", ".5"),
        ("1,5e-3", "1.5e-3"),
        ("", ""),
        ("many", "many"),
        (None, None),
    ],
)
def test_numbers_are_written_as_the_server_reads_them(given: str | None, sent: str | None) -> None:
    shaper = RowShaper(plan_of("a", dialect=Dialect(decimal=",", thousands=".")), frozenset({"a"}))
    assert shaper.shape([given]) == [sent]


@pytest.mark.parametrize("given", ["1.5", "12.34", "1,234.5", "1.23,4"])
def test_number_of_another_way_of_writing_is_no_number(given: str) -> None:
    shaper = RowShaper(plan_of("a", dialect=Dialect(decimal=",", thousands=".")), frozenset({"a"}))
    with pytest.raises(RowProblem, match="is no number"):
        shaper.shape([given])


def test_null_text_of_a_column_takes_the_place_of_the_dialects() -> None:
    columns = (
        ColumnMapping(column="a", source=FileColumn(0), null_text="-"),
        ColumnMapping(column="b", source=FileColumn(1)),
        ColumnMapping(column="c", source=Constant("k")),
    )
    shaper = RowShaper(plan_of("a", "b", columns=columns))
    assert shaper.shape(["-", None]) == [None, None, "k"]
    assert shaper.shape([None, "-"]) == ["", "-", "k"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["1"], 'missing data for column "b"'),
        (["1", "2", "3"], "extra data after last expected column"),
        ([], 'missing data for column "a"'),
    ],
)
def test_record_of_another_width_is_a_problem(cells: list[str | None], message: str) -> None:
    with pytest.raises(RowProblem) as raised:
        RowShaper(plan_of("a", "b")).shape(cells)
    assert (raised.value.message, raised.value.sqlstate) == (message, "22P04")


def test_nothing_is_null_in_a_column_that_takes_no_empty_text() -> None:
    shaper = RowShaper(plan_of("a", "b", dialect=Dialect(null_text="-")), never_empty=frozenset({"b"}))
    assert shaper.shape(["-", "-"]) == ["-", None]
    assert shaper.shape(["", ""]) == ["", None]
    assert shaper.shape(["x", "1"]) == ["x", "1"]
    assert not shaper.is_direct
    assert RowShaper(plan_of("a", "b"), never_empty=frozenset({"b"})).is_direct
