"""Any bytes in any pieces: nothing is lost, and where bytes go uncut to COPY, csv agrees on what they are."""

import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pgconsole.core.import_plan import Dialect
from pgconsole.formats.csv_cutter import TOO_LONG, UNCLOSED, CsvCutter, RawRecord, Stretch

_HARD = st.text(alphabet='a,"\n\r \\.é#', max_size=30).map(str.encode)


def _cut(
    data: bytes, step: int = 1000, *, columns: int = 2, stretch_bytes: int = 1 << 18, **dialect: object
) -> tuple[list[Stretch], CsvCutter]:
    cutter = CsvCutter(Dialect(**{"has_header": False, **dialect}), columns, stretch_bytes=stretch_bytes)  # type: ignore[arg-type]
    stretches = [s for start in range(0, len(data), step) for s in cutter.feed(data[start : start + step])]
    return [*stretches, *cutter.finish()], cutter


def _records(stretches: Iterable[Stretch]) -> list[RawRecord]:
    return [record for stretch in stretches for record in stretch.records or ()]


def _bare(data: bytes) -> bytes:
    return data.replace(b"\n", b"").replace(b"\r", b"")


@given(_HARD, st.integers(1, 7), st.integers(1, 12))
@example(b'"', 1, 2)
@example(b'a\r\n"\n', 2, 2)
def test_nothing_is_lost_and_sound_bytes_are_what_csv_takes_them_for(data: bytes, step: int, window: int) -> None:
    stretches, cutter = _cut(data, step, columns=1, stretch_bytes=window)
    joined = b"".join(stretch.data or b"".join(r.raw for r in stretch.records or ()) for stretch in stretches)
    assert _bare(joined) == _bare(data)
    assert sum(stretch.count for stretch in stretches) == cutter.number - 1
    for stretch in stretches:
        if stretch.records is None:
            assert len(list(csv.reader(io.StringIO(stretch.data.decode(), newline="")))) == stretch.count


@given(_HARD, st.integers(1, 7), st.integers(1, 12))
def test_pieces_make_no_difference_to_the_records(data: bytes, step: int, window: int) -> None:
    def records(step: int, window: int) -> list[tuple[int, int, bytes]]:
        cutter = CsvCutter(Dialect(has_header=False), 2, always_parse=True, stretch_bytes=window)
        stretches = [s for start in range(0, len(data), step) for s in cutter.feed(data[start : start + step])]
        return [(r.number, r.line, r.raw) for r in _records([*stretches, *cutter.finish()])]

    assert records(step, window) == records(1 << 20, 1 << 20)


@pytest.mark.parametrize(
    "data",
    [
        b"1,a\n2,b\n",
        b"1,a\r\n2,b\r\n",
        b'1,"a\nb"\n',
        b'1,"say ""a"""\n"",""\n',
        b'1,"a\rb"\n',
        '1,"é,ß"\n'.encode(),
        b'1,a\\b\n2,"\\"\n',
    ],
)
def test_clean_bytes_go_as_they_are(data: bytes) -> None:
    stretches, _cutter = _cut(data)
    assert [stretch.data for stretch in stretches] == [data]


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b'1,5" disk\n2,3" disk\n', [b'1,5" disk', b'2,3" disk']),
        (b"1,a\n\\.\n2,b\n", [b"1,a", b"\\.", b"2,b"]),
        (b"1,a\r\n2,b\n3,c\r\n", [b"1,a", b"2,b", b"3,c"]),
        (b"1,a\r2,b\r", [b"1,a", b"2,b"]),
        (b'1, "a"\n2,"b" \n', [b'1, "a"', b'2,"b" ']),
        (b"1,a\n\n2,b\n\n\n", [b"1,a", b"2,b"]),
        (b'1,a"",b\n', [b'1,a"",b']),
    ],
)
def test_bytes_that_copy_would_take_for_something_else_are_parsed(data: bytes, records: list[bytes]) -> None:
    stretches, _cutter = _cut(data)
    assert [record.raw for record in _records(stretches)] == records


def test_escape_comment_and_quote_of_a_dialect_are_minded() -> None:
    assert len(_records(_cut(b'1,"a\\"b"\n', escape="\\")[0])) == 1
    assert _cut(b'1,"ab"\n', escape="\\")[0][0].records is None
    assert [r.raw for r in _records(_cut(b"#x\n1,a\n#y\n2,b\n", comment="#")[0])] == [b"1,a", b"2,b"]
    assert _cut(b'1,"a\n2,b\n', quote="")[0][0].count == 2
    assert _cut(b"1,\x01a\n", quote="")[0][0].records is not None
    assert len(_records(_cut("1§a\n".encode(), delimiter="§")[0])) == 1


def test_lines_before_the_first_record_are_the_head() -> None:
    stretches, cutter = _cut(b'made today\n"n\n1",b\n1,a\n', 3, has_header=True, skip_lines=1)
    assert cutter.head == b'made today\n"n\n1",b\n'
    assert [(s.data, s.number, s.line) for s in stretches] == [(b"1,a\n", 1, 4)]


def test_each_record_has_its_number_and_its_line() -> None:
    data = b'1,"a\nb"\n\n2,x" \n3,"c\r\nd"\n4,e\n'
    records = _records(_cut(data)[0])
    assert [(record.number, record.line) for record in records] == [(1, 1), (2, 4), (3, 5), (4, 7)]


def test_unclosed_quote_is_told_where_it_begins_and_costs_that_line_alone() -> None:
    data = b'1,a\n2,"b\nc","never closed\n3,d\n4,e\n'
    (clean, *rest), _cutter = _cut(data)
    records = _records(rest)
    assert (clean.data, clean.number) == (b"1,a\n", 1)
    assert [(r.number, r.line, r.problem) for r in records] == [(2, 3, UNCLOSED), (3, 4, ""), (4, 5, "")]
    assert records[0].raw == b'2,"b\nc","never closed'


def test_quote_that_closes_in_the_midst_of_a_later_line_is_taken_for_unclosed() -> None:
    records = _records(_cut(b'1,"never closed\n2,x\n3,"y"\n4,z\n')[0])
    assert [(r.line, r.problem) for r in records] == [(1, UNCLOSED), (2, ""), (3, ""), (4, "")]


def test_unclosed_quote_takes_bounded_memory() -> None:
    cutter = CsvCutter(Dialect(has_header=False), 2, stretch_bytes=64, max_record_bytes=512)
    records: list[RawRecord] = []
    for data in [b'1,"never closed\n', *[b"2,x\n"] * 1000]:
        records += _records(cutter.feed(data))
        assert len(cutter._pending) < 1200
    records += _records(cutter.finish())
    assert [(records[0].line, records[0].problem)] == [(1, UNCLOSED)]
    assert cutter.number - 1 == 1001


def test_record_too_long_is_not_blamed_on_a_quote() -> None:
    cutter = CsvCutter(Dialect(has_header=False), 2, stretch_bytes=64, max_record_bytes=512)
    records = _records(cutter.feed(b"1,a\n2," + b"x" * 1000))
    assert [(record.number, record.problem) for record in records] == [(2, TOO_LONG)]


def test_what_is_left_out_is_told_once_with_its_first_line() -> None:
    _stretches, cutter = _cut(b"1,a\n\n2,b\r3,c\n\n", comment="#")
    assert {(each.kind, each.line, each.count) for each in cutter.oddities.values()} == {
        ("blank", 2, 2),
        ("line end", 3, 1),
    }
