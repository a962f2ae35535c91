"""Offsets in code points and in UTF-16 units."""

from hypothesis import given
from hypothesis import strategies as st

from pgconsole.ui.editor.text_offsets import to_points, to_units


def test_each_character_beyond_the_basic_plane_takes_two_units() -> None:
    assert to_units("a😀b", 2) == 3
    assert to_points("a😀b", 3) == 2


def test_offset_inside_a_pair_is_behind_it() -> None:
    assert to_points("a😀b", 2) == 2


def test_offset_beyond_the_end_is_the_end() -> None:
    assert to_units("é", 9) == to_points("é", 9) == to_units("e", 9) == to_points("e", 9) == 1


@given(st.text(st.characters(codec="utf-8")), st.integers(0, 50))
def test_there_and_back_is_the_same_offset(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    assert to_points(text, to_units(text, offset)) == offset
