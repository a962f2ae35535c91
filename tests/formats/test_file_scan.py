"""Previews and scans of files: what is in them, and what is odd, with its line."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.import_plan import Dialect, SourceFile
from pgconsole.core.source_preview import Preview, ScanState
from pgconsole.formats.dialect_detection import Sample, detect
from pgconsole.formats.file_preview import preview_of
from pgconsole.formats.file_scan import scan_file
from pgconsole.formats.loose_reader import LooseReader, lines_of, open_quote


def preview(data: bytes, **fields: object) -> Preview:
    return preview_of(Sample(data, is_whole=True), msgspec.structs.replace(Dialect(), **fields))


def scanned(tmp_path: Path, *parts: bytes, **fields: object) -> ScanState:
    sources = []
    for number, part in enumerate(parts):
        file = tmp_path / f"part{number}.csv"
        file.write_bytes(part)
        sources.append(SourceFile(path=str(file)))
    dialect = msgspec.structs.replace(Dialect(), **fields)
    width = preview_of(Sample(parts[0], is_whole=True), dialect).width
    return list(scan_file(sources, dialect, width))[-1]


def told(state: Preview | ScanState) -> dict[str, int]:
    return {oddity.text: oddity.line for oddity in state.oddities}


ODD = [
    (b"id,a,b\n1,x\n2,x,y,z\n3,x,y\n", {"Records with fewer than 3 fields": 2, "Records with more than 3 fields": 3}),
    (b"id,name\r\n1,a\n2,b\n", {"Line ends are mixed: CR LF and LF": 2}),
    (b"id,name\n1,a\r2,b\n", {"Line ends are mixed: LF and CR": 2}),
    (b"id,name\n1,a\x00b\n", {"A NUL character, which PostgreSQL's text can't hold": 2}),
    (b"id,name\n1,ok\n2,\xff\n", {"Bytes that are no text in this encoding": 3}),
    (b'id,name\n1,ok\n2,"open\n3,x\n4,y\n', {"A quote begins here and never ends": 3}),
    (
        b"id,name\n1,a\n\\.\n2,b\n",
        {
            "A line that holds \\. alone, which ends COPY on older servers": 3,
            "Records with fewer than 2 fields": 3,
        },
    ),
    (b"id,id,\n1,2,3\n", {}),
]


@pytest.mark.parametrize(("data", "oddities"), ODD)
def test_odd_things_are_told_with_their_line(tmp_path: Path, data: bytes, oddities: dict[str, int]) -> None:
    assert oddities.items() <= told(preview(data)).items()
    assert oddities.items() <= told(scanned(tmp_path, data)).items()


def test_names_that_cannot_be_columns_are_told() -> None:
    names = [oddity.text for oddity in preview(b"id,id,\n1,2,3\n").oddities]
    assert names == [
        "The name of column 2 is there twice: it becomes id_2",
        "The name of column 3 is empty: it becomes column_3",
    ]


def test_preview_has_the_lines_on_which_records_begin() -> None:
    found = preview(b'a,b\n1,"two\nlines"\n2,x\n\n3,y\n')
    assert found.header == ("a", "b")
    assert found.records == (("1", "two\nlines"), ("2", "x"), ("3", "y"))
    assert found.lines == (2, 4, 6)


def test_column_that_the_header_lacks_has_room() -> None:
    found = preview(b"a,b\n1,2,3\n4,5,6\n")
    assert (found.header, found.width) == (("a", "b"), 3)
    assert "The name of column 3 is empty: it becomes column_3" in told(found)
    assert not any(text.startswith("Records") for text in told(found))


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (b"a,b,c,\n1,2,3\n4,5,6\n", ("a", "b", "c")),
        (b",a,b,c\n1,2,3\n4,5,6\n", ("a", "b", "c")),
        (b"a,b,c,d\n1,2,3\n4,5,6\n", ("a", "b", "c", "d")),
        (b"a,,c,d\n1,2\n4,5\n", ("a", "", "c", "d")),
        (b"a,b,\n", ("a", "b", "")),
    ],
)
def test_empty_name_that_no_record_has_a_field_for_is_left_out(data: bytes, header: tuple[str, ...]) -> None:
    found = preview(data)
    assert (found.header, found.width) == (header, len(header))
    is_left_out = "The header has 1 empty name more than records have fields: left out" in told(found)
    assert is_left_out == (header == ("a", "b", "c"))


def test_delimiter_at_the_end_of_records_begins_no_field(tmp_path: Path) -> None:
    data = b"a,b,\n1,x,\n2,,\n3,z\n4,y,p\n5,\n"
    found = preview(data, ends_with_delimiter=True)
    assert found.header == ("a", "b")
    assert found.records == (("1", "x"), ("2", ""), ("3", "z"), ("4", "y", "p"), ("5",))
    odd = {
        "Records end with a delimiter that begins no field": 2,
        "Records with more than 2 fields": 5,
        "Records with fewer than 2 fields": 6,
    }
    assert told(found) == odd
    assert scanned(tmp_path, data, ends_with_delimiter=True).facts[0].proposed == "integer"


def test_delimiter_may_be_several_characters(tmp_path: Path) -> None:
    data = b'a||b\n1||"x||y"\n2|||\n3||"open\n'
    found = preview(data, delimiter="||")
    assert found.records[:2] == (("1", "x||y"), ("2", "|"))
    assert told(scanned(tmp_path, data, delimiter="||")) == {"A quote begins here and never ends": 4}


def test_quotes_that_were_not_doubled_are_seen_as_they_are_loaded() -> None:
    assert preview(b'a,b\n1,"the "old" one"\n').records == (("1", 'the "old" one'),)


def test_skipped_lines_and_comments_are_no_records() -> None:
    found = preview(b"title\na,b\n# note\n1,2\n", skip_lines=1, comment="#")
    assert (found.header, found.records, found.lines) == (("a", "b"), (("1", "2"),), (4,))


def test_record_that_a_sample_cuts_is_left_out() -> None:
    data = b"a\n" + b"1\n" * 100 + b"12"
    found = preview_of(Sample(data, is_whole=False), Dialect())
    assert len(found.records) == 100
    assert not found.is_whole


def test_every_file_is_scanned_each_with_its_own_header(tmp_path: Path) -> None:
    state = scanned(tmp_path, b"n\n1\n2\n", b"n\n3\nx\n")
    assert state.records == 4
    assert state.facts[0].breaks["bigint"].value == "x"
    assert state.is_done
    assert state.share == 1.0


def test_scan_names_the_line_far_down(tmp_path: Path) -> None:
    state = scanned(tmp_path, b"v\n" + b"1\n" * 50_000 + b"x\n")
    assert state.facts[0].proposed == "text"
    assert state.facts[0].breaks["integer"].line == 50_002


def test_trimmed_values_are_judged_as_they_are_loaded(tmp_path: Path) -> None:
    data = b"u\n b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 x\n"
    assert scanned(tmp_path, data).facts[0].proposed == "text"
    assert preview(b"a\n  x  \n", trim=True).records == (("x",),)


@pytest.mark.parametrize(
    ("record", "offset"),
    [('1,"a"', -1), ('1,"a', 2), ('1,"a""', 2), ('1,5" x', -1), ('"a""b",c', -1), ('x,"a",\n"b', 7)],
)
def test_quote_that_never_ends_is_found_where_it_begins(record: str, offset: int) -> None:
    assert open_quote(record, Dialect()) == offset


def test_lines_end_in_nothing_but_line_ends() -> None:
    assert list(lines_of("a\x0bb\u2028c\nd\re\r\nf")) == ["a\x0bb\u2028c\n", "d\r", "e\r\n", "f"]
    assert [line for line, _ in LooseReader(lines_of("a\u2028b\nc\n"), Dialect())] == [1, 2]


def test_large_file_is_read_without_being_held(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("w") as out:
        out.write("a,b\n")
        out.writelines(f"{number},{'x' * 50}\n" for number in range(50_000))
    found, sample = detect(file)
    assert not sample.is_whole
    assert len(sample.data) == 256 * 1024
    assert preview_of(sample, found.dialect).width == 2


def test_null_is_told_from_the_empty_text() -> None:
    assert preview(b'a,b\n,""\n"",\n').nulls == {(0, 0), (1, 1)}
    assert preview(b'a,b\n\\N,"\\N"\n', null_text="\\N").nulls == {(0, 0)}
    assert preview(b'a;b\n ; ""\n', delimiter=";", trim=True).nulls == {(0, 0)}
    assert preview(b'a,b\nx,"y\n"\n').nulls == frozenset()


@given(
    st.lists(st.text(st.sampled_from('ab1,"\\ #'), max_size=8), max_size=30),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([Dialect(), Dialect(escape="\\"), Dialect(quote=""), Dialect(comment="#"), Dialect(skip_lines=2)]),
)
def test_records_are_the_same_one_by_one_and_in_slices(lines: list[str], end: str, dialect: Dialect) -> None:
    text = end.join(lines)
    one_by_one = LooseReader(lines_of(text), dialect)
    expected = list(one_by_one)
    in_slices = LooseReader(lines_of(text), dialect)
    found = [pair for records, numbers in in_slices.slices(3) for pair in zip(numbers, records, strict=True)]
    assert found == expected
    assert (in_slices.oddities(), in_slices.open_quote_line) == (one_by_one.oddities(), one_by_one.open_quote_line)
