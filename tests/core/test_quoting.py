import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.quoting import (
    is_cut_by_server,
    quote_identifier,
    quote_identifier_if_needed,
    quote_literal,
    quote_qualified,
)

_TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


def _unquoted_literal(sql: str) -> str:
    """Read a constant by the manual's rules, with both meanings of a backslash outside E''."""
    escapes = sql.startswith("E")
    body = sql.removeprefix("E")
    assert body[0] == body[-1] == "'"
    inner = body[1:-1]
    assert "'" not in inner.replace("''", "")
    text = inner.replace("''", "'")
    if not escapes:
        assert "\\" not in text
        return text
    assert "\\" not in text.replace("\\\\", "")
    return text.replace("\\\\", "\\")


@given(_TEXTS)
def test_a_literal_reads_back_as_it_was(text: str) -> None:
    assert _unquoted_literal(quote_literal(text)) == text


@given(_TEXTS.filter(bool))
def test_an_identifier_reads_back_as_it_was(name: str) -> None:
    quoted = quote_identifier(name)

    assert quoted[0] == quoted[-1] == '"'
    assert '"' not in quoted[1:-1].replace('""', "")
    assert quoted[1:-1].replace('""', '"') == name


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("orders", "orders"),
        ("_a$1", "_a$1"),
        ("Orders", '"Orders"'),
        ("two words", '"two words"'),
        ("1st", '"1st"'),
        ("größe", '"größe"'),
        ("select", '"select"'),
        ("a\n", '"a\n"'),
        ('a"; drop table t; --', '"a""; drop table t; --"'),
    ],
)
def test_names_get_quotes_where_they_need_them(name: str, written: str) -> None:
    assert quote_identifier_if_needed(name, frozenset({"select"})) == written


def test_qualified_names_are_quoted_one_by_one() -> None:
    assert quote_qualified("a.b", 'c"') == '"a.b"."c"""'


def test_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        quote_literal("a\x00b")
    with pytest.raises(ValueError, match="NUL"):
        quote_identifier("a\x00b")


def test_an_empty_identifier_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        quote_identifier("")


def test_names_are_measured_in_bytes() -> None:
    assert not is_cut_by_server("x" * 63)
    assert is_cut_by_server("ü" * 32)
