"""Searches in a text, and what takes the place of hits."""

import pytest

from pgconsole.ui.text_search import HITS_AT_MOST, Search, find_hits, replacement


@pytest.mark.parametrize(
    ("search", "hits"),
    [
        (Search("a.c"), [(0, 3), (8, 11)]),
        (Search("a.c", is_regex=True), [(0, 3), (4, 7), (8, 11)]),
        (Search("A.C", match_case=True), [(8, 11)]),
        (Search("^x", is_regex=True), [(12, 13)]),
        (Search("x*", is_regex=True), [(12, 13)]),
        (Search("x", whole_word=True), [(12, 13)]),
        (Search(""), []),
        (Search("(", is_regex=True), []),
    ],
)
def test_hits(search: Search, hits: list[tuple[int, int]]) -> None:
    assert find_hits("a.c abc A.C\nx", search) == hits


def test_hits_are_bounded() -> None:
    assert len(find_hits("a" * (HITS_AT_MOST + 5), Search("a"))) == HITS_AT_MOST


def test_groups_are_filled_in_for_a_regular_expression_only() -> None:
    regex = Search(r"(\w)(\w)", is_regex=True)
    assert replacement("ab", regex, r"\2\1\n\\\0") == "ba\n\\ab"
    assert replacement("ab", Search("ab"), r"\1") == r"\1"


def test_empty_group_is_filled_in_as_nothing() -> None:
    assert replacement("a", Search("a(b?)", is_regex=True), r"<\1>") == "<>"
