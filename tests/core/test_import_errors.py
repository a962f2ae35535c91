import pytest

from pgconsole.core.errors import ConnectionLost, PgconsoleError, QueryCancelled, ServerError
from pgconsole.core.import_errors import (
    is_about_a_record,
    refused_column,
    refused_key,
    refused_line,
    skipped_row,
)
from pgconsole.core.server_report import ServerReport


@pytest.mark.parametrize(
    ("context", "line"),
    [
        ('COPY items, line 3, column qty: "abc"', 3),
        ("COPY items, line 12", 12),
        ("COPY items, Zeile 3, Spalte qty: „abc“", 3),
        ("COPY items、行 7", 7),
        ('JSON data, line 1: {x...\nCOPY items, line 5, column doc: "{x"', 5),
        ('PL/pgSQL function f() line 9 at RAISE\nCOPY items, line 2: "1,2"', 2),
        ("JSON data, line 1: {x", None),
        ('COPY items2, line 3: "x"', None),
        ("", None),
    ],
)
def test_line_is_that_of_the_copy(context: str, line: int | None) -> None:
    assert refused_line(ServerReport(message="m", context=context), "items") == line


def test_table_may_be_called_anything() -> None:
    report = ServerReport(message="m", context='COPY odd, line 7 (x), line 3: "y"')
    assert refused_line(report, "odd, line 7 (x)") == 3


def test_line_of_what_is_written_many_rows_at_once_is_not_that_of_the_row() -> None:
    """Tried with PostgreSQL 18: a thousand rows wait for "row is too big", whose line is that of the newest."""
    context = "COPY items, line 1000"
    assert refused_line(ServerReport(context=context, source_routine="RelationGetBufferForTuple"), "items") is None


def test_what_a_trigger_raises_is_about_a_record_whatever_its_code() -> None:
    report = ServerReport(message="m", sqlstate="40001", source_routine="exec_stmt_raise")
    assert is_about_a_record(ServerError("m", report=report), None)
    report = ServerReport(message="m", sqlstate="42501", source_routine="ExecWithCheckOptions")
    assert is_about_a_record(ServerError("m", report=report), None)


@pytest.mark.parametrize(
    ("report", "column"),
    [
        (ServerReport(column_name="price", sqlstate="23502"), "price"),
        (ServerReport(context='COPY t, line 3, column unit price: "x, column qty: y"'), "unit price"),
        (ServerReport(context="COPY t, Zeile 3, Spalte qty: „x“"), "qty"),
        (ServerReport(context="COPY t, line 3, column qty: null input"), "qty"),
        (
            ServerReport(message='missing data for column "price"', sqlstate="22P04", context='COPY t, line 1: "x"'),
            "price",
        ),
        (ServerReport(detail='Key (qty)=(9) is not present in table "u".', sqlstate="23503"), "qty"),
        (ServerReport(context='COPY t, line 3: "qty"'), ""),
        (ServerReport(message="check", sqlstate="23514"), ""),
    ],
)
def test_column_is_found_in_what_the_server_says(report: ServerReport, column: str) -> None:
    assert refused_column(report, ("qty", "price", "unit price")) == column


def test_key_is_read_from_the_detail() -> None:
    told = ServerReport(detail='Key (kind)=(a (b)) is not present in table "kinds".', sqlstate="23503")
    assert refused_key(told) == ("kind", "a (b)")
    assert refused_key(ServerReport(detail="Key (kind)=(9) is gone.", sqlstate="P0001")) is None


def test_notice_of_a_row_that_copy_left_out_is_read() -> None:
    row = skipped_row('skipping row due to data type incompatibility at line 4 for column "a "b"": "x"')
    assert row is not None
    assert (row.line, row.column) == (4, 'a "b"')
    told = 'skipping row due to data type incompatibility at line 4 for column "a": "{"b": "c"}"'
    row = skipped_row(told)
    assert row is not None
    assert row.column == "a"
    assert skipped_row("3 rows were skipped due to data type incompatibility") is None


@pytest.mark.parametrize(
    ("sqlstate", "line", "is_about"),
    [
        ("22P02", 3, True),
        ("23503", None, True),
        ("P0001", None, True),
        ("21000", None, True),
        ("42501", 3, True),
        ("42501", None, False),
        ("53100", 3, False),
        ("57014", 3, False),
        ("40P01", None, False),
        ("25006", None, False),
    ],
)
def test_what_no_record_is_to_blame_for_is_known(sqlstate: str, line: int | None, is_about: bool) -> None:
    assert is_about_a_record(ServerError("m", report=ServerReport(sqlstate=sqlstate)), line) is is_about


@pytest.mark.parametrize("error", [ConnectionLost("gone"), PgconsoleError("other"), QueryCancelled("stopped")])
def test_what_the_server_did_not_say_is_about_no_record(error: PgconsoleError) -> None:
    assert not is_about_a_record(error, 3)
