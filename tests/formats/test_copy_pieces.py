"""What is sent of stretches whose columns are picked: the quick way and the thorough one send the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.import_plan import ColumnMapping, Constant, Dialect, FileColumn
from pgconsole.core.import_rows import RowShaper
from pgconsole.formats.copy_pieces import CopyPiece, PieceMaker
from pgconsole.formats.csv_cutter import CsvCutter, Stretch
from tests.fixtures.import_plans import plan_of

_FIRST = (ColumnMapping(column="c", source=FileColumn(2)), ColumnMapping(column="a", source=FileColumn(0)))
_WITH_CONSTANTS = (
    *_FIRST,
    ColumnMapping(column="d", source=Constant("p\tq")),
    ColumnMapping(column="e", source=Constant(None)),
)
_FIELDS = st.sampled_from(
    ["", "x", '""', '"y"', '"a""b"', '"k,l"', "NULL", '"NULL"', "\\N", "t\tu", '"t\tu"', "é", "\\."]
)
_DIALECTS = (Dialect(), Dialect(null_text="NULL"), Dialect(delimiter="\t"), Dialect(null_text="\\N"))


def _maker(dialect: Dialect, columns: tuple[ColumnMapping, ...]) -> PieceMaker:
    return PieceMaker(dialect, RowShaper(plan_of("a", "b", "c", dialect=dialect, columns=columns)))


def _sent(piece: CopyPiece | None) -> bytes:
    return b"".join(piece.chunks()) if piece is not None else b""


@given(
    st.lists(st.lists(_FIELDS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from(_DIALECTS),
    st.sampled_from([_FIRST[:1], _FIRST, _WITH_CONSTANTS, _WITH_CONSTANTS[2:]]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_picked_columns_are_sent_as_by_looking_at_each_field(
    rows: list[list[str]], dialect: Dialect, columns: tuple[ColumnMapping, ...], line_end: str
) -> None:
    data = "".join(dialect.delimiter.join(row) + line_end for row in rows).encode()
    maker = _maker(dialect, columns)
    cutter = CsvCutter(dialect, 3)
    for stretch in (*cutter.feed(b"h\n" + data), *cutter.finish()):
        if stretch.records is not None or stretch.has_line_ends_inside:
            continue
        made = maker.make(stretch)
        piece = CopyPiece("csv", stretch.count, stretch.number, stretch.line, [stretch.data])
        slow = maker.in_text(piece)
        assert _sent(made.piece) == _sent(slow.piece)
        assert [record.number for record, _problem in made.problems] == [r.number for r, _problem in slow.problems]
        if made.piece is not None:
            assert made.piece.count == len(_sent(made.piece).splitlines())


@pytest.mark.parametrize("columns", [_FIRST, _WITH_CONSTANTS])
def test_record_of_a_picked_piece_is_that_of_the_file(columns: tuple[ColumnMapping, ...]) -> None:
    made = _maker(Dialect(), columns).make(Stretch(b'1,x,"p, q"\n2,y,r\n', 2, 7, 8))
    assert made.piece is not None
    assert made.piece.is_even
    assert [made.piece.record(index).raw for index in (0, 1)] == [b'1,x,"p, q"', b"2,y,r"]
    part = made.piece.part(1, 2)
    assert (part.record(0).number, part.record(0).raw) == (8, b"2,y,r")
    assert _sent(part).startswith(b"2\tr")


def test_record_of_another_width_is_told_and_the_others_are_sent() -> None:
    made = _maker(Dialect(), _FIRST).make(Stretch(b"1,x,p\n2,y\n3,z,q\n", 3, 1, 2))
    assert _sent(made.piece) == b"1\tp\n3\tq\n"
    assert [(record.number, record.line) for record, _problem in made.problems] == [(2, 3)]


def test_records_that_follow_on_others_go_by_the_same_copy() -> None:
    piece = CopyPiece("csv", 2, 1, 2, [b"1,a\n2,b\n"])
    assert piece.take(CopyPiece("csv", 1, 3, 4, [b"3,c\n"]))
    assert (piece.count, piece.size_bytes, _sent(piece)) == (3, 12, b"1,a\n2,b\n3,c\n")
    part = piece.part(1, 3)
    assert (part.number, part.line, _sent(part)) == (2, 3, b"2,b\n3,c\n")
    assert (piece.record(2).number, piece.record(2).line, piece.record(2).raw) == (3, 4, b"3,c")


def test_picked_records_are_joined_with_those_of_the_file() -> None:
    maker = _maker(Dialect(), _FIRST)
    piece, other = maker.make(Stretch(b"1,x,p\n", 1, 1, 2)).piece, maker.make(Stretch(b"2,y,q\n", 1, 2, 3)).piece
    assert piece is not None
    assert other is not None
    assert piece.take(other)
    assert (_sent(piece), piece.record(1).raw) == (b"1\tp\n2\tq\n", b"2,y,q")


@pytest.mark.parametrize(
    "other",
    [
        CopyPiece("csv", 1, 3, 5, [b"3,c\n"]),
        CopyPiece("csv", 1, 4, 4, [b"3,c\n"]),
        CopyPiece("csv", 1, 3, 4, [b'3,"c\n"\n'], is_exact=False),
        CopyPiece("csv", 1, 3, 4, lines=[b"3,c\n"]),
        CopyPiece("text", 1, 3, 4, [b"3\tc\n"]),
        CopyPiece("csv", 1, 3, 4, [b"3,c\n"], is_even=True),
        CopyPiece("csv", 1, 3, 4, [b"3,c\n"], raws=[b"3,c"]),
    ],
    ids=["behind a comment", "behind a record", "of two lines", "line by line", "text", "even", "with raws"],
)
def test_records_of_another_kind_go_by_a_copy_of_their_own(other: CopyPiece) -> None:
    piece = CopyPiece("csv", 2, 1, 2, [b"1,a\n2,b\n"])
    assert not piece.take(other)
    assert (piece.count, _sent(piece)) == (2, b"1,a\n2,b\n")
