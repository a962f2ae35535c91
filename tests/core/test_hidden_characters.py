"""Characters that hide in SQL are found and named."""

import pytest

from pgconsole.core.hidden_characters import HIDDEN, hidden_name


@pytest.mark.parametrize(
    ("text", "offsets"),
    [
        ("select 1;\n\tfrom t", []),
        ("naïve 日本 😀", []),
        ("a\u00a0b c", [1]),
        ("admin\u202egnp\u2066", [5, 9]),
        ("\ufeffa\u200bb\x00", [0, 2, 4]),
        ("\x1b[31m", [0]),
    ],
)
def test_hidden_characters_are_found_and_others_are_not(text: str, offsets: list[int]) -> None:
    assert [found.start() for found in HIDDEN.finditer(text)] == offsets


def test_hidden_characters_are_named() -> None:
    assert hidden_name("\u00a0") == "U+00A0 no-break space"
    assert hidden_name("\x00") == "U+0000 control character"
