"""Counts, durations and sizes in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.wording import format_about, format_count, format_duration_ms, format_size, plural, rows_phrase


def test_counts_are_grouped_by_the_separator_handed_in() -> None:
    assert format_count(12_000) == "12,000"
    assert format_count(1_204_000, "\u202f") == "1\u202f204\u202f000"
    assert format_count(999) == "999"


@pytest.mark.parametrize(
    ("duration_ms", "words"),
    [
        (0.0, "0.0 ms"),
        (0.42, "0.4 ms"),
        (0.95, "1 ms"),
        (14.2, "14 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (1_234, "1.2 s"),
        (59_940, "59.9 s"),
        (59_960, "1 min 0 s"),
        (125_000, "2 min 5 s"),
        (12_000_000, "3 h 20 min"),
    ],
)
def test_durations_are_as_short_as_useful(duration_ms: float, words: str) -> None:
    assert format_duration_ms(duration_ms) == words


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (64 << 20, "64 MiB"),
        ((1 << 20) - 1, "1 MiB"),
        (300 << 30, "300 GiB"),
        (1 << 62, "4096 PiB"),
    ],
)
def test_sizes_are_in_binary_units(size_bytes: int, words: str) -> None:
    assert format_size(size_bytes) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(87, "87"), (1234, "1,200"), (340_123, "340,000"), (1_204_000, "1.2 M"), (250 * 10**9, "250 G")],
)
def test_estimates_are_rounded(count: int, words: str) -> None:
    assert format_about(count) == words


def test_row_counts_say_what_is_known() -> None:
    assert rows_phrase(3, is_final=True) == "3 rows"
    assert rows_phrase(1, is_final=True, estimated_rows=500) == "1 row"
    assert rows_phrase(12_000, is_final=False) == "12,000 rows so far"
    assert rows_phrase(12_000, is_final=False, estimated_rows=1_204_000) == "12,000 rows so far, about 1.2 M"
    assert rows_phrase(12_000, is_final=False, estimated_rows=200) == "12,000 rows so far"
    assert rows_phrase(12_000, is_final=False, counted_rows=1_204_000) == "12,000 of 1,204,000 rows"
    assert rows_phrase(12_000, is_final=False, stopped=True) == "at least 12,000 rows"


def test_one_is_singular_and_none_is_plural() -> None:
    assert [plural(count, "result") for count in (0, 1, 2)] == ["0 results", "1 result", "2 results"]


@given(st.integers(0, 10**18))
def test_any_count_size_and_duration_has_words(number: int) -> None:
    assert format_about(number)
    assert format_size(number)
    assert format_duration_ms(float(number))
