"""Regular expressions find what others do, and give up where they would take for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.ui.notifying.bounded_regex import compile_bounded

LONGEST = 7999


@pytest.mark.parametrize(
    ("pattern", "payload", "is_found"),
    [
        ("paid", '{"state": "paid"}', True),
        ("(?i)PAID", '{"state": "paid"}', True),
        (r'"id": \d{2}\b', '{"id": 17}', True),
        (r"^\w+$", "größe", True),
        ("^paid", '{"state": "paid"}', False),
        ("a.b", "a\nb", False),
        ("", "", True),
        (r'^(?:[^"]|"")*$', "a" * LONGEST, True),
        (r'^"(?:[^"\\]|\\.)*"$', '"' + "a" * (LONGEST - 2) + '"', True),
        ("a.*b.*c", "a" + "x" * (LONGEST - 2) + "b", False),
    ],
)
def test_what_is_found(pattern: str, payload: str, is_found: bool) -> None:
    gave_up: list[bool] = []
    assert compile_bounded(pattern, lambda: gave_up.append(True))(payload) is is_found
    assert gave_up == []


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+$", r"^(\w+\s?)*$", "(?:a?){40}a{40}$", "[a-z]+[a-z]+[0-9xyz]$", "(?R)*a|(b)(?1)+$"],
)
@pytest.mark.parametrize("prefix", ["", "(*LIMIT_MATCH=999999999)"])
def test_what_takes_for_ever_is_given_up_once(pattern: str, prefix: str) -> None:
    gave_up: list[bool] = []
    search = compile_bounded(prefix + pattern, lambda: gave_up.append(True))
    for _ in range(3):
        assert search("a" * (LONGEST - 1) + "!") is False
    assert gave_up == [True]
    assert search("aaaa") is False


@pytest.mark.parametrize("pattern", ["(", "[a", "(?<n", "*", "a\\"])
def test_what_is_no_expression_is_said(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"^No regular expression: .+ at character \d+\.$"):
        compile_bounded(pattern, lambda: None)


@given(st.text(max_size=20), st.text(max_size=200))
def test_no_pattern_and_no_payload_raise_anything_else(pattern: str, payload: str) -> None:
    try:
        search = compile_bounded(pattern, lambda: None)
    except ValueError:
        return
    assert search(payload) in (True, False)
