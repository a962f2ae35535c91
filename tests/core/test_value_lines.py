"""Lines of values as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.value_lines import NULL_TEXT, read_value_lines

Lines = list[tuple[str | None, ...]]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n\n", []),
        ("1", [("1",)]),
        ("1\n2\n", [("1",), ("2",)]),
        ("1\r\n2\r\n", [("1",), ("2",)]),
        ("1\r2", [("1",), ("2",)]),
        ("1,one\n2,two", [("1", "one"), ("2", "two")]),
        ("1\tone, two", [("1", "one, two")]),
        ("1,\\N", [("1", None)]),
        ("1,", [("1", "")]),
        ("\\N", [(None,)]),
        ("a\\N", [("a\\N",)]),
        ('1,"a,b"', [("1", "a,b")]),
        ('1,"a ""b"""', [("1", 'a "b"')]),
        ('1,"two\nlines"\n2,x', [("1", "two\nlines"), ("2", "x")]),
        ("\ufeff1,2", [("1", "2")]),
        ("1, 2", [("1", " 2")]),
        ("\N{GRINNING FACE}\tשלום", [("\N{GRINNING FACE}", "שלום")]),
        ("1,2\n3", [("1", "2"), ("3",)]),
    ],
)
def test_lines_are_read(text: str, lines: Lines) -> None:
    assert read_value_lines(text) == lines


def test_a_value_of_a_megabyte_is_read_whole() -> None:
    value = "x" * 1_000_000
    assert read_value_lines(f"1\t{value}\n2\ty") == [("1", value), ("2", "y")]


CELL = st.none() | st.text(st.characters(exclude_characters='\t\n\r"\0', exclude_categories=["Cs"]), min_size=1).filter(
    lambda cell: cell != NULL_TEXT
)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4).map(tuple), min_size=1, max_size=6))
def test_what_is_joined_by_tabs_comes_apart_again(lines: Lines) -> None:
    text = "\n".join("\t".join(NULL_TEXT if cell is None else cell for cell in line) for line in lines)
    if not text.startswith("\ufeff"):
        assert read_value_lines(text) == lines
