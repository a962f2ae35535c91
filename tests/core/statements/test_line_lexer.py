"""The tokens of lines, and what one line leaves open for the next."""

import pytest

from pgconsole.core.statements import LineLexer, LineState, TokenKind, lex_line
from pgconsole.core.statements.keywords import HIGHLIGHTED, RESERVED


def pieces(line: str) -> list[tuple[str, str]]:
    """Text and kind of each token of a line of its own."""
    return [(line[token.start : token.end], token.kind.value) for token in lex_line(line)[0]]


def test_kinds_of_tokens() -> None:
    assert pieces("Select f (a.\"B\", 'c''d', E'\\'', 1.5e-3) <= $1::int -- é") == [
        ("Select", "keyword"),
        ("f", "function"),
        ("(", "punctuation"),
        ("a", "identifier"),
        (".", "punctuation"),
        ('"B"', "quoted identifier"),
        (",", "punctuation"),
        ("'c''d'", "string"),
        (",", "punctuation"),
        ("E'\\''", "string"),
        (",", "punctuation"),
        ("1.5e-3", "number"),
        (")", "punctuation"),
        ("<=", "operator"),
        ("$1", "parameter"),
        ("::", "operator"),
        ("int", "keyword"),
        ("-- é", "comment"),
    ]


def test_psql_tokens() -> None:
    assert pieces("\\set :x :'y' \\;") == [
        ("\\set", "meta command"),
        (":x", "variable"),
        (":'y'", "variable"),
        ("\\;", "punctuation"),
    ]


def test_comment_ends_an_operator() -> None:
    assert pieces("+/* a */-") == [("+", "operator"), ("/* a */", "comment"), ("-", "operator")]


@pytest.mark.parametrize(
    ("lines", "opened"),
    [
        (["'a"], "'"),
        (["e'a\\'"], "e'"),
        (['"a'], '"'),
        (["$x$ $$"], "$x$"),
        (["/* a /* b"], "/*"),
        (["/* a /* b", "*/"], "/*"),
        (["/* a /* b", "*/ */ select"], ""),
        (["$x$ ", " $y$ ", "$x$"], ""),
        (["'a", "", "b' || \"c"], '"'),
    ],
)
def test_state_goes_on_over_lines(lines: list[str], opened: str) -> None:
    state = LineState()
    for line in lines:
        _, state = lex_line(line, state)
    assert state.opened == opened


def test_line_inside_a_string_is_one_token() -> None:
    _, state = lex_line("select '")
    tokens, state = lex_line("select 1 -- a", state)
    assert [(token.start, token.end, token.kind) for token in tokens] == [(0, 13, TokenKind.STRING)]


def test_states_have_lasting_numbers() -> None:
    lexer = LineLexer()
    numbers = [lexer.lex(line, 0)[1] for line in ("select 1", "$a$", "$b$", "/*", "$a$")]
    assert numbers == [0, 1, 2, 3, 1]
    assert lexer.lex("x $a$ y", numbers[1])[1] == 0


def test_unknown_number_is_a_plain_line() -> None:
    assert LineLexer().lex("select", -1)[1] == 0


def test_names_in_common_use_are_not_coloured() -> None:
    assert RESERVED <= HIGHLIGHTED
    assert not {"name", "value", "data", "type", "key"} & HIGHLIGHTED
