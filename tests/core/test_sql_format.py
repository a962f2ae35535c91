"""A new layout never changes what SQL says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.sql_format import FORMATTED_AT_MOST, format_sql
from pgconsole.core.statements.words import lexemes


def test_clauses_get_a_line_each_and_outer_space_stays() -> None:
    assert format_sql("\n SELECT a, b FROM t WHERE x=1;\n") == "\n select a,\n       b\nfrom t\nwhere x=1;\n"


@pytest.mark.parametrize(
    "text",
    [
        "select 'FROM  x' as \"Select\", $$ SELECT   1 $$",
        "select E'a\\'b', u&'x' from \"T\" -- c\n where a=1",
        "select a::int8, x->>'k', '{}'::jsonb @> '[]' from t /* c */ join u using (id)",
        "create function f() returns int as $f$ begin  return 1; end $f$ language plpgsql",
    ],
)
def test_tokens_and_comments_stay(text: str) -> None:
    laid_out = format_sql(text)
    assert laid_out is not None
    assert [each.text for each in lexemes(laid_out)] == [each.text for each in lexemes(text)]


def test_nothing_and_too_much_are_left_alone() -> None:
    assert format_sql("  \n") is None
    assert format_sql("select " + "1," * FORMATTED_AT_MOST) is None


@given(st.text(alphabet="selct from'\"$ab1();-*/\n,E\\:", max_size=60))
def test_any_text_keeps_its_tokens(text: str) -> None:
    laid_out = format_sql(text)
    if laid_out is not None:
        assert [each.text for each in lexemes(laid_out)] == [each.text for each in lexemes(text)]
