"""What text looks like once nothing in it can hide."""

import pytest

from pgconsole.core.plain_text import cut_line, first_line, visible_block, visible_line


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("a\tb\nc\rd", "a⇥b↵c␍d"),
        ("\x00\x1b\x7f", "␀␛␡"),
        ("\x85", "‹0085›"),
        ("evil\u202etxt.exe", "evil‹202E›txt.exe"),
        ("a\u200bb\ufeff", "a‹200B›b‹FEFF›"),
        ("\u2028", "‹2028›"),
        ("\U000e0041", "‹E0041›"),
        ("\udcff", "‹FF›"),
        ("\ud800", "‹D800›"),
        ("שלום مرحبا 王 😀", "שלום مرحبا 王 😀"),
    ],
)
def test_hidden_characters_are_seen_in_a_line(text: str, seen: str) -> None:
    assert visible_line(text) == seen


def test_a_block_keeps_its_lines_and_tabs() -> None:
    assert visible_block("a\tb\r\nc\rd\x07") == "a\tb␍\nc␍d␇"


def test_text_without_surprises_comes_back_itself() -> None:
    text = "a line of text"
    assert visible_line(text) is text
    assert visible_block(text) is text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one", "one"),
        ("one\n", "one"),
        ("one\n  \n", "one"),
        ("\n\n one\ntwo", "one…"),
        ("1234567", "12345…"),
        ("123456", "123456"),
        ("12345\nx", "12345…"),
        ("", ""),
        ("\n\t ", ""),
    ],
)
def test_a_first_line_says_when_more_follows(text: str, line: str) -> None:
    assert first_line(text, 6 if "1" in text else 20) == line


def test_a_cut_line_is_never_longer_than_asked() -> None:
    assert cut_line("x" * 10, 10) == "x" * 10
    assert cut_line("\x01\u202e" * 10, 10) == "␁‹202E›␁‹…"
