"""Searches in a text, and what takes the place of hits."""

import pytest

from pgconsole.ui.editor.text_search import HITS_AT_MOST, Search, find_hits, replacements


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


def replaced(text: str, search: Search, template: str) -> str:
    units = text
    for (start, end), filled in reversed(list(replacements(text, search, template))):
        units = units[:start] + filled + units[end:]
    return units


def test_groups_are_filled_in_for_a_regular_expression_only() -> None:
    regex = Search(r"(\w)(\w)", is_regex=True)
    assert replaced("ab", regex, r"\2\1\n\\\0\t") == "ba\n\\ab\t"
    assert replaced("ab", Search("ab"), r"\1") == r"\1"


def test_empty_group_is_filled_in_as_nothing() -> None:
    assert replaced("a", Search("a(b?)", is_regex=True), r"<\1>") == "<>"


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"(?<=from )(\w+)", "select a from <t>; update u"),
        (r"(\w)(?= from)", "select <a> from t; update u"),
        (r"^(select)", "<select> a from t; update u"),
        (r"from \K(t)", "select a from <t>; update u"),
        (r"\B(pdate)\b", "select a from t; u<pdate> u"),
    ],
)
def test_what_is_around_a_hit_counts(pattern: str, wanted: str) -> None:
    assert replaced("select a from t; update u", Search(pattern, is_regex=True), r"<\1>") == wanted


def test_all_hits_are_replaced_however_many() -> None:
    assert replaced("a" * (HITS_AT_MOST + 5), Search("a"), "b") == "b" * (HITS_AT_MOST + 5)
