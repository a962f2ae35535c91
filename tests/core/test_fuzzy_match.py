"""Typed letters find names."""

from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.fuzzy_match import fuzzy_score

NAMES = ["Run", "Run all", "Run and fetch all", "Fetch all rows", "Roll back", "Read-only transactions", "Next tab"]


def best(typed: str) -> str:
    scores = {name: score for name in NAMES if (score := fuzzy_score(typed, name)) is not None}
    return max(scores, key=lambda name: scores[name])


def test_beginning_of_a_name_wins() -> None:
    assert best("run") == "Run"
    assert best("fet") == "Fetch all rows"


def test_initials_of_words_find_a_name() -> None:
    assert best("rb") == "Roll back"
    assert best("ra") == "Run all"
    assert best("raf") == "Run and fetch all"
    assert best("rot") == "Read-only transactions"


def test_scattered_letters_are_below_zero_and_a_part_of_a_word_is_not() -> None:
    for typed, name in (("recon", "Read-only transactions"), ("xyz", "Box of yellow jazz")):
        assert (fuzzy_score(typed, name) or 0) < 0, typed
    for typed, name in (("connect", "Disconnect"), ("recon", "Reset connection"), ("rdonly", "Read-only transactions")):
        assert (fuzzy_score(typed, name) or 0) > 0, typed


def test_letters_in_another_order_find_nothing() -> None:
    assert fuzzy_score("nur", "Run") is None
    assert fuzzy_score("runx", "Run") is None


def test_letters_before_the_beginning_of_a_word_are_found_too() -> None:
    assert fuzzy_score("022", "0120:2") is not None


def test_nothing_typed_fits_every_name_alike() -> None:
    assert {fuzzy_score(" ", name) for name in NAMES} == {0}


@given(st.text(max_size=30), st.data())
def test_any_letters_of_a_name_in_order_fit_it(name: str, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    typed = "".join(letter for letter, keep in zip(name, chosen, strict=True) if keep)
    assert fuzzy_score(typed, name) is not None


@given(st.text(max_size=10), st.text(max_size=20))
def test_any_two_texts_can_be_compared(typed: str, name: str) -> None:
    fuzzy_score(typed, name)
