"""Characters that hide in SQL are found and named."""

import pytest

from pgconsole.core.hidden_characters import HIDDEN, hidden_in, hidden_name


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select 1;\r\nselect 2;\r", ""),
        ("a\nb \u202e c", "A hidden character: U+202E right-to-left override in line 2"),
        (
            "\u00a0\u00a0\n\u200b",
            "3 hidden characters: U+00A0 no-break space in line 1, U+200B zero width space in line 2",
        ),
        (
            "\u200b\u200c\u200d\u200e",
            "4 hidden characters: U+200B zero width space in line 1, U+200C zero width non-joiner in line 1,"
            " U+200D zero width joiner in line 1, one more kind",
        ),
    ],
)
def test_what_hides_is_told_with_its_lines(text: str, told: str) -> None:
    assert hidden_in(text) == told
