"""Types found by looking at every value, and the first line that speaks against each."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.column_types import break_of, fitting_dialect, fitting_type, nearest_type
from pgconsole.core.import_plan import Dialect
from pgconsole.core.type_patterns import TYPE_PATTERNS
from pgconsole.core.type_scan import Break, ColumnFacts, TypeScan, plain_type

BIGINT_MAX = 2**63 - 1


def facts_of(*values: str, nulls: tuple[str, ...] = ("",)) -> ColumnFacts:
    scan = TypeScan(1, nulls)
    scan.add([[value] for value in values], range(2, len(values) + 2))
    return scan.facts()[0]


def type_of(*values: str) -> str:
    facts = facts_of(*values)
    return fitting_type(facts, fitting_dialect(Dialect(), [facts]))


@pytest.mark.parametrize(
    ("values", "type_name"),
    [
        (("1", "2"), "integer"),
        (("-2147483648", "2147483647"), "bigint"),
        (("2147483648",), "bigint"),
        ((str(BIGINT_MAX),), "bigint"),
        ((str(BIGINT_MAX + 1),), "numeric"),
        (("1.50", "2"), "numeric"),
        (("1e5", "2.5"), "double precision"),
        (("NaN", "Infinity"), "double precision"),
        (("00501", "12345"), "text"),
        (("+491234",), "text"),
        (("true", "f"), "boolean"),
        (("t", "f"), "boolean"),
        (("no", ""), "boolean"),
        (("F", "F"), "text"),
        (("t", ""), "text"),
        (("y", "n"), "text"),
        (("0", "1"), "integer"),
        (("2024-02-29",), "date"),
        (("2024-02-30",), "text"),
        (("2024-01-31", "2024-01-31 10:00"), "timestamp"),
        (("2024-01-31T10:00:00.123456",), "timestamp"),
        (("2024-01-31 10:00:00.123456789",), "text"),
        (("2024-01-31 10:00:00.1234560",), "timestamp"),
        (("2024/1/31", "2024/12/1"), "date"),
        (("2024/02/30",), "text"),
        (("2024-1-31",), "date"),
        (("5012-1-2",), "text"),
        (("2024/1/31 9:05", "2024/01/31 21:05:06"), "timestamp"),
        (("12/31/2024 01:19:00 PM", "1/2/2024 9:05"), "timestamp"),
        (("9:05 am", "11:30PM"), "time"),
        (("13:05 PM",), "text"),
        (("31-Dec-2024", "1 January 2023", "05MAR1999"), "date"),
        (("March 28,2024", "May 5, 2024"), "date"),
        (("May 5, 2024 10:00 AM",), "timestamp"),
        (("28-Dec-99",), "date"),
        (("5 Mai 2024",), "text"),
        (("31/12/99", "1/2/03"), "date"),
        (("12/31/99",), "date"),
        (("99/12/31",), "date"),
        (("25/08/01", "26/09/02"), "text"),
        (("31/12/45",), "text"),
        (("12-31-99",), "text"),
        (("02.12.2024 11:18", "03.12.2024 9:18"), "timestamp"),
        (("2024-01-31 10:00+02", "2024-01-31T08:00:00Z"), "timestamptz"),
        (("2024-01-31 10:00+02", "2024-01-31 10:00"), "text"),
        (("23:59", "10:00:00"), "time"),
        (("36:00:00",), "interval"),
        (("3 days", "2 mons 1 day 04:05:06"), "interval"),
        (("PT3H30M",), "interval"),
        (("b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",), "uuid"),
        (("10.0.0.1", "192.168.0.0/16", "::1", "fe80::1/64"), "inet"),
        (("256.0.0.1",), "text"),
        (('{"a": [1, 2]}', "[]", '{"b":\n1}'), "jsonb"),
        (("{not json}",), "text"),
        (("", ""), "text"),
        (("", "7"), "integer"),
        (("1\n2",), "text"),
        (("31.12.2024", "01.02.2024"), "date"),
        (("12/31/2024",), "date"),
        (("03/04/2024",), "text"),
        (("1.234,50", "7"), "numeric"),
        (("1,234.50", "7"), "numeric"),
        (("1,234", "5,678"), "numeric"),
        (("1,234.5", ".5", "NaN"), "numeric"),
        (("1.234,5", ",5", "NaN"), "numeric"),
    ],
)
def test_narrowest_type_that_loses_nothing_is_proposed(values: tuple[str, ...], type_name: str) -> None:
    assert type_of(*values) == type_name


def test_what_can_be_read_in_two_ways_is_told() -> None:
    assert facts_of("03/04/2024").doubt == "date"
    assert facts_of("1,234").doubt == "number"
    assert facts_of("13/04/2024").doubt == ""
    assert fitting_type(facts_of("03/04/2024"), Dialect(date_order="DMY")) == "date"
    assert fitting_type(facts_of("1,234"), Dialect(decimal=",", thousands=".")) == "numeric"
    assert fitting_dialect(Dialect(delimiter=";"), [facts_of("1,234")]) == Dialect(delimiter=";")
    assert fitting_dialect(Dialect(), [facts_of("1,234")]).thousands == ","
    assert facts_of("25/08/01").doubt == "date"
    assert fitting_dialect(Dialect(), [facts_of("99/12/31")]).date_order == "YMD"
    assert fitting_type(facts_of("25/08/01"), Dialect(date_order="YMD")) == "date"


def test_way_of_writing_outlives_a_bad_value() -> None:
    facts = facts_of("12,50", "1.250,00", "cheap", "7,25")
    dialect = fitting_dialect(Dialect(), [facts])
    assert (dialect.decimal, dialect.thousands) == (",", ".")
    assert fitting_type(facts, dialect) == "text"
    assert nearest_type(facts, dialect) == ("numeric", Break(4, "cheap"))
    assert facts_of("Berlin", "12,50").writing == ""
    assert facts_of("31.12.2024", "?").writing == "dmy"


def test_first_value_that_breaks_a_type_is_told_with_its_line() -> None:
    scan = TypeScan(1)
    scan.add([["1"]] * 5000, range(2, 5002))
    scan.add([["1"], ["x"], ["y"]], (5002, 5003, 5004))
    facts = scan.facts()[0]
    assert break_of(facts, "bigint", Dialect()) == Break(5003, "x")
    assert break_of(facts, "int8", Dialect()) == Break(5003, "x")
    assert break_of(facts, "date", Dialect()) == Break(2, "1")
    assert break_of(facts, "text", Dialect()) is None
    assert break_of(facts, "varchar(3)", Dialect()) is None
    assert nearest_type(facts, Dialect()) == ("integer", Break(5003, "x"))
    assert nearest_type(facts_of("x", "y"), Dialect()) is None


def test_wider_type_breaks_later_than_the_narrower() -> None:
    facts = facts_of("1", "40000", "3000000000", str(BIGINT_MAX + 1), "1.5", "x")
    lines = [facts.breaks[name].line for name in ("smallint", "integer", "bigint", "numeric", "double precision")]
    assert lines == [3, 4, 5, 7, 7]


def test_text_for_null_is_of_every_type() -> None:
    assert facts_of("1", r"\N", "", nulls=("", r"\N")).proposed == "integer"
    assert facts_of("1", "n/a").proposed == "text"


def test_records_of_another_width_decide_nothing() -> None:
    scan = TypeScan(2)
    scan.add([["1", "2"], ["x"], ["y", "z", "z"]], (1, 2, 3))
    assert [facts.proposed for facts in scan.facts()] == ["integer", "integer"]
    assert scan.records == 3


def test_types_are_spelled_in_many_ways() -> None:
    assert [plain_type(name) for name in ("INT", "numeric(8, 2)", "timestamp with time zone", "json")] == [
        "integer",
        "numeric",
        "timestamptz",
        "jsonb",
    ]


@given(st.integers(min_value=-(2**70), max_value=2**70))
def test_whole_numbers_are_of_the_type_that_holds_them(number: int) -> None:
    holding = {name: bool(_pattern(name).fullmatch(str(number))) for name in ("smallint", "integer", "bigint")}
    # The lowest number of each type is taken for one of the next.
    assert holding == {
        "smallint": abs(number) < 2**15,
        "integer": abs(number) < 2**31,
        "bigint": abs(number) < 2**63,
    }


@given(st.lists(st.sampled_from(["1", "-7", "x", "", "2.5", "2024-01-01", "a\nb", "9" * 12])), st.integers(1, 5))
def test_batches_of_any_size_give_the_same_facts(values: list[str], size: int) -> None:
    whole, parts = TypeScan(1), TypeScan(1)
    records, lines = [[value] for value in values], list(range(1, len(values) + 1))
    whole.add(records, lines)
    for start in range(0, len(values), size):
        parts.add(records[start : start + size], lines[start : start + size])
    ours, theirs = whole.facts()[0], parts.facts()[0]
    assert (ours.proposed, ours.values) == (theirs.proposed, theirs.values)
    # A type that is taken up later than its narrower one may have missed a line of the batch before.
    assert ours.breaks.keys() == theirs.breaks.keys()


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(next(each.pattern for each in TYPE_PATTERNS if each.name == name))
