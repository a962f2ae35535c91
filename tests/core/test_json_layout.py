"""JSON laid out: the same tokens, whatever they are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.json_layout import laid_out

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a":1,"b":[]}', '{\n  "a": 1,\n  "b": []\n}'),
        ("[1.000000000000000000000000, 1e400,-0]", "[\n  1.000000000000000000000000,\n  1e400,\n  -0\n]"),
        ('{"a": 1, "a": 2}', '{\n  "a": 1,\n  "a": 2\n}'),
        ('"a {\\"b\\": [1,2]} \\u00e9"', '"a {\\"b\\": [1,2]} \\u00e9"'),
        ("{ }", "{}"),
        ("[[],{}]", "[\n  [],\n  {}\n]"),
        ("", ""),
        ("null", "null"),
    ],
)
def test_layout_keeps_every_digit_and_escape(text: str, lines: str) -> None:
    assert laid_out(text) == lines


@given(_JSON)
def test_layout_means_the_same(value: object) -> None:
    assert json.loads(laid_out(json.dumps(value))) == value
    assert json.loads(laid_out(json.dumps(value, ensure_ascii=False))) == value


@given(st.text(alphabet='{}[],:"\\ a1'))
def test_any_text_is_laid_out_with_nothing_lost(text: str) -> None:
    assert sorted("".join(laid_out(text).split())) == sorted("".join(text.split()))


def test_6000_levels_are_no_recursion() -> None:
    text = "[" * 6000 + "1" + "]" * 6000
    assert "".join(laid_out(text).split()) == text
