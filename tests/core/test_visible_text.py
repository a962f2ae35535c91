"""Characters that hide are found, named and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.visible_text import HIDDEN, hidden_name, make_visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("\x00\x1b[31m\x7f", "␀␛[31m␡"),
        ("admin\u202egnp", "admin‹U+202E›gnp"),
        ("a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"),
        ("a\u00a0b", "a\u00a0b"),
        ("\x85", "‹U+0085›"),
        ("naïve 日本 😀", "naïve 日本 😀"),
    ],
)
def test_hidden_characters_are_shown_and_others_kept(text: str, shown: str) -> None:
    assert make_visible(text) == shown


@given(st.text())
def test_what_was_made_visible_hides_nothing_but_unusual_spaces(text: str) -> None:
    rest = {found[0] for found in HIDDEN.finditer(make_visible(text))}
    assert all(character.isspace() for character in rest)


def test_no_break_space_is_found_and_named() -> None:
    assert [found.start() for found in HIDDEN.finditer("a\u00a0b c")] == [1]
    assert hidden_name("\u00a0") == "U+00A0 no-break space"
    assert hidden_name("\x00") == "U+0000 control character"
