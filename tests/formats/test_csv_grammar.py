import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pgconsole.core.import_plan import Dialect
from pgconsole.formats.csv_grammar import CsvGrammar, line_count


def _raws(grammar: CsvGrammar, text: str) -> list[str]:
    raws, position = [], 0
    while position < len(text):
        found = grammar.match(text, position)
        assume(found.unclosed_at is None)
        raws.append(text[position : found.body_end])
        position = found.end
    return raws


@given(st.text(alphabet='a,"\n\r ', max_size=16))
def test_records_and_fields_are_those_of_the_csv_module(text: str) -> None:
    grammar = CsvGrammar(Dialect())
    raws = _raws(grammar, text)
    expected = [row or [""] for row in csv.reader(io.StringIO(text, newline=""))]
    found = [[cell for cell, _quoted in grammar.parts(raw)] for raw in raws]
    assert list(map(len, found)) == list(map(len, expected))
    if not any(map(grammar.has_bare_quote, raws)):
        assert found == expected
    assert grammar.rows(raws) == [grammar.fields(raw) for raw in raws]


@pytest.mark.parametrize(
    ("dialect", "raw", "cells"),
    [
        (Dialect(), 'a,,"",NULL', ["a", None, "", "NULL"]),
        (Dialect(null_text="NULL"), 'NULL,"NULL",,""', [None, "NULL", "", ""]),
        (Dialect(escape="\\"), r'"a\"b","c\\d","e\f"', ['a"b', "c\\d", "e\\f"]),
        (Dialect(trim=True), ' a ,\t"b "\t, ', ["a", "b ", None]),
        (Dialect(delimiter="\t", trim=True), "a \t b", ["a", "b"]),
        (Dialect(quote=""), '"a,b"', ['"a', 'b"']),
        (Dialect(delimiter="§"), "a§b", ["a", "b"]),
        (Dialect(delimiter="|", quote="'", escape="'"), "'it''s'|b", ["it's", "b"]),
        (Dialect(), '"a"b,c"d"', ["ab", 'c"d"']),
        (Dialect(), '"a "big" one",b', ['a "big" one', "b"]),
        (Dialect(), '7,"5" disk","so ""they"" say"', ["7", '5" disk', 'so "they" say']),
        (Dialect(quote="'", escape="'"), "'Ann's','it's'", ["Ann's", "it's"]),
        (Dialect(trim=True), ' "a "b" c" , d', ['a "b" c', "d"]),
        (Dialect(), '"a "b,c" d"', ["a b", 'c" d"']),
        (Dialect(), '"a "b" c', ['a b" c']),
        (Dialect(escape="\\"), r'"a "b" c","d\" e"', ['a "b" c', 'd" e']),
        (Dialect(), "", [None]),
        (Dialect(ends_with_delimiter=True), "a,b,", ["a", "b"]),
        (Dialect(delimiter="||"), 'a|b||"c||d"||||"e ""f"""', ["a|b", "c||d", None, 'e "f"']),
        (Dialect(delimiter=", "), 'a, b,c, "d, e"', ["a", "b,c", "d, e"]),
        (Dialect(delimiter="::", quote="", ends_with_delimiter=True), "a::b:::c::", ["a", "b", ":c"]),
        (Dialect(ends_with_delimiter=True), 'a,"",', ["a", ""]),
        (Dialect(ends_with_delimiter=True), "a,,,", ["a", None, None]),
        (Dialect(ends_with_delimiter=True), 'a,"b,"', ["a", "b,"]),
        (Dialect(ends_with_delimiter=True, trim=True), "a, b, ", ["a", "b"]),
    ],
)
def test_fields_are_read_by_the_dialect(dialect: Dialect, raw: str, cells: list[str | None]) -> None:
    grammar = CsvGrammar(dialect)
    assert grammar.fields(raw) == cells
    assert grammar.rows([raw]) == [cells]


@pytest.mark.parametrize(
    ("text", "unclosed_at"),
    [
        ('a,"b\nc" ,d\n', None),
        ('a,"b\nc"\t\n', None),
        ('a,"b\nc"x,d\n', 2),
        ('"b\nc"x,"d" ,e\n', 0),
        ('a,"b"x,c\n', None),
        ('a,"b\n', 2),
    ],
)
def test_quote_that_a_later_line_closes_amid_a_field_is_suspect(text: str, unclosed_at: int | None) -> None:
    assert CsvGrammar(Dialect()).match(text, 0).unclosed_at == unclosed_at


def test_field_of_any_length_is_read() -> None:
    text = "x" * 300_000
    assert CsvGrammar(Dialect()).rows([f'1,"{text}"']) == [["1", text]]


def test_line_ends_of_every_kind_are_counted_once() -> None:
    assert line_count("a\nb\r\nc\rd") == 3
