"""What holds for any script: splitting never raises, loses nothing, and takes time in proportion to the length."""

import time
from itertools import product
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.statements import (
    LineLexer,
    Statement,
    lexer,
    number_named_parameters,
    split,
    splitter,
    statement_at,
    traits,
)

PIECES = st.sampled_from(
    [
        "select ", "1", ";", "'", "\"", "$$", "$a$", "$1", "(", ")", "--", "/*", "*/", "\n", "\r\n", "\r", "\\",
        "\\;", "\\:", ":x", ":'x'", ":\"x\"", ":{?x}", "::", ":=", "e'", "E'\''", "U&'", "b'", "\0", "\ufeff", "é",
        " ", "\t", "create function f() begin atomic ", "case ", "end ", "begin ", "copy t from stdin", "\n\\.\n",
        "\\if true\n", "\\if 0\n", "\\elif 1\n", "\\else\n", "\\endif\n", "\\set x '1;", "\\set x 2\n", "\\g\n",
        "\\gx", "\\gset ", "\\bind 1 2 ", "\\echo `x` :x\n", "\\q\n", "\\r ", "\\\\", "\\! rm\n", "[", "]",
        "with a as (", "insert into t ", "explain ", "set local ",
    ]
)  # fmt: skip
SCRIPTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)
VARIABLES = st.dictionaries(st.sampled_from(["x", "y"]), st.lists(PIECES, max_size=4).map("".join), max_size=2)


@given(SCRIPTS, st.booleans(), VARIABLES)
def test_any_script_splits(script: str, conforming: bool, variables: dict[str, str]) -> None:
    statements = split(script, standard_conforming_strings=conforming, variables=variables)
    for statement in statements:
        assert 0 <= statement.start <= statement.end <= len(script)
        assert ";".join(statement.parts) == statement.text
        for position in range(len(statement.text) + 1):
            assert 0 <= statement.script_offset(position) <= len(script)
    for caret in range(len(script) + 1):
        statement_at(statements, caret)


with mock.patch.object(lexer, "AT_A_TIME", "{0,2}+"):
    IN_SMALL_BITES = {key: lexer.scanner.__wrapped__(*key) for key in product([True, False], repeat=2)}


@given(SCRIPTS, st.booleans(), VARIABLES)
def test_how_much_a_match_swallows_makes_no_difference(
    script: str, conforming: bool, variables: dict[str, str]
) -> None:
    def found() -> list[Statement]:
        statements = split(script, standard_conforming_strings=conforming, variables=variables)
        # A variable's value may be one segment or several.
        return [statement._replace(segments=()) for statement in statements]

    usual = found()
    with mock.patch.object(splitter, "scanner", lambda *key: IN_SMALL_BITES[key]):
        assert found() == usual


@given(SCRIPTS)
def test_text_without_variables_is_found_in_the_script(script: str) -> None:
    for statement in split(script):
        if statement.command is None:
            for position, character in enumerate(statement.text):
                place = statement.script_offset(position)
                assert script[place] == character or script[place] == ":"


@given(SCRIPTS)
def test_any_text_is_judged_and_numbered(text: str) -> None:
    judged = traits(text)
    assert not judged.copy_wrappable or judged.lazily_paged
    numbered = number_named_parameters(text)
    assert numbered.source_offset(len(numbered.text)) == len(text)
    offsets = [numbered.source_offset(position) for position in range(len(numbered.text) + 1)]
    assert offsets == sorted(offsets)


@given(SCRIPTS)
def test_any_lines_are_lexed_in_order(script: str) -> None:
    line_lexer, number = LineLexer(), -1
    for line in script.split("\n"):
        tokens, number = line_lexer.lex(line, number)
        edges = [edge for token in tokens for edge in (token.start, token.end)]
        assert edges == sorted(edges)
        assert all(0 <= token.start < token.end <= len(line) for token in tokens)
        covered = "".join(line[token.start : token.end] for token in tokens)
        assert "".join(covered.split()) == "".join(line.split())


@pytest.mark.parametrize(
    "unit",
    [
        "(", "( ", ")", "(a", "'", "\"", "$", "$a$", "$a$ $b$ ", "/*", "/* x */ ", "-- x\n", "e'", "a\n\n", ":a ",
        ";", "\\;", "\\", "begin ", "\\if 1\n", "\\g\n", "copy t from stdin;", "select 'x' ", "[:a",
    ],
)  # fmt: skip
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        split(text)
        number_named_parameters(text)
        traits(text)
        return time.process_time() - start

    small = max(seconds(8_000), 0.002)
    assert seconds(64_000) < 30 * small
