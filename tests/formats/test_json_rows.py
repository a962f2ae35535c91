"""JSON as records: arrays, and an object a line."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.formats.json_rows import JsonRows, Shape, shape_of
from pgconsole.formats.rows_source import Row


class InPieces:
    """Bytes that come in pieces of a given size."""

    def __init__(self, data: bytes, piece: int = 1 << 20) -> None:
        self._stream = BytesIO(data)
        self._piece = piece
        self.size_bytes: int | None = len(data)

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._piece))

    def position_bytes(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._stream.close()


def rows(text: str | bytes, shape: Shape = "json", piece: int = 1 << 20) -> list[Row]:
    return list(JsonRows(InPieces(text if isinstance(text, bytes) else text.encode(), piece), shape))


def test_keys_become_columns_in_the_order_in_which_they_come_up() -> None:
    assert rows('[{"b": 1, "a": "x"}, {"a": null, "c": true}]') == [
        ["b", "a", "c"],
        ["1", "x", None],
        [None, None, "true"],
    ]


def test_numbers_and_nested_values_stay_to_the_letter() -> None:
    text = '{"n": 1.10, "big": 123456789012345678901234567890.5, "doc": {"x": [1.0,  null]}, "e": 1E5}'
    assert rows(text, "ndjson")[1] == ["1.10", "123456789012345678901234567890.5", '{"x": [1.0,  null]}', "1E5"]


def test_empty_text_is_not_null() -> None:
    assert rows('[{"a": "", "b": null}]')[1] == ["", None]


def test_key_that_comes_up_later_makes_its_record_longer() -> None:
    many = "\n".join(['{"a": 1}'] * 1000 + ['{"a": 2, "late": "x"}'])
    assert rows(many, "ndjson")[-1] == ["2", "late: x"]


def test_arrays_of_arrays_are_rows_as_they_are() -> None:
    assert rows('[["id", "name"], [1, "x"]]') == [["id", "name"], ["1", "x"]]


@pytest.mark.parametrize(
    "text",
    [
        "[",
        '[{"a": 1}',
        '[{"a": 1}, {"a"',
        '[{"a": 1} {',
        "1",
        "[nonsense]",
        '{"a"',
        '{"a": 1} {"a"',
        '{"a": 1}]',
        '{"a": 1} [',
    ],
)
def test_broken_json_is_an_error_and_no_early_end(text: str) -> None:
    with pytest.raises(ValueError, match="JSON"):
        rows(text)


def test_broken_line_is_a_record_that_no_table_takes() -> None:
    assert rows('{"a": 1, "b": 2}\n{"a": }\r\n{"a": 3}\n', "ndjson") == [
        ["a", "b"],
        ["1", "2"],
        [None, None, 'no JSON: {"a": }'],
        ["3", None],
    ]


def test_lines_of_which_none_is_json_are_an_error() -> None:
    with pytest.raises(ValueError, match="record 1 is no JSON"):
        rows('{"a": }\n{"b": }\n', "ndjson")


def test_empty_array_has_no_rows() -> None:
    assert rows(" [ ] ") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be"])
def test_encodings_of_json_are_told_by_their_bytes(encoding: str) -> None:
    assert rows('[{"a": "ä"}]'.encode(encoding)) == [["a"], ["ä"]]


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(), st.text(max_size=5))), min_size=1
    ),
    st.integers(1, 40),
)
def test_records_are_found_wherever_the_pieces_are_cut(records: list[dict[str, object]], piece: int) -> None:
    names = list(dict.fromkeys(key for record in records for key in record))
    expected = [[None if (value := record.get(name)) is None else str(value) for name in names] for record in records]
    found = rows(json.dumps(records), piece=max(piece, 4))
    assert found == ([names, *expected] if names else expected)
    lines = "".join(json.dumps(record) + "\n" for record in records)
    assert rows(lines, "ndjson", max(piece, 4)) == found
    assert rows("".join(json.dumps(record, indent=1) for record in records), piece=max(piece, 4)) == found


def test_one_long_record_is_read_whole() -> None:
    long = "x" * 2_000_000
    assert rows(json.dumps([{"a": long}, {"a": "end"}]), piece=1 << 16) == [["a"], [long], ["end"]]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ('[{"a": 1}]', "json"),
        (" [ [1] ]", "json"),
        ('{"a": 1}\n{"a": 2}\n', "ndjson"),
        ("a,b\n1,2\n", None),
        ('{\n  "a": 1\n}\n', "json"),
        ("{not json}\n", None),
        ("[a],[b]\n", None),
        ("", None),
    ],
)
def test_shape_is_told_by_the_beginning(text: str, shape: str | None) -> None:
    assert shape_of(text) == shape
