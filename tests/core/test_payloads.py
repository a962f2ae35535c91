"""Payloads: JSON or not, what changed, what the server would refuse."""

import pytest

from pgconsole.core.payloads import (
    MAX_PAYLOAD_BYTES,
    difference,
    json_fault,
    payload_kind,
    payload_lines,
    sending_fault,
)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ("", "text"),
        ("12", "text"),
        ("hello {", "text"),
        ('{"a": 1}', "json"),
        ("  [1, 2]", "json"),
        ('{"a": 1', "malformed"),
        ("{a: 1}", "malformed"),
        ("[1,]", "malformed"),
        ("[" * 3999 + "]" * 3999, "json"),
    ],
)
def test_kind(payload: str, kind: str) -> None:
    assert payload_kind(payload) == kind


def test_digits_stay_as_they_came() -> None:
    assert payload_lines('{"n":1.50000000000000000000000000001,"e":1E400}').split("\n")[1:3] == [
        '  "n": 1.50000000000000000000000000001,',
        '  "e": 1E400',
    ]
    assert payload_lines("plain {text") == "plain {text"


def test_fault_says_where() -> None:
    assert "byte 5" in json_fault('{"a" 1}')
    assert json_fault('{"n": 1E400}') == ""
    assert json_fault("[]") == ""


def test_difference_is_by_lines() -> None:
    before, after = '{"id": 1, "state": "new", "x": [1, 2]}', '{"id": 1, "state": "paid", "x": [1, 2]}'
    changed = [(sign, line.strip()) for sign, line in difference(before, after) if sign != " "]
    assert changed == [("-", '"state": "new",'), ("+", '"state": "paid",')]


def test_difference_of_equal_payloads_is_none() -> None:
    assert {sign for sign, _line in difference('{"a": [1, 2]}', '{"a":[1,2]}')} == {" "}


def test_difference_gives_both_texts_back() -> None:
    before, after = "[" + ",".join("1" * 9 for _ in range(300)) + "]", "[" + ",".join("2" for _ in range(2000)) + "]"
    lines = difference(before, after)
    assert "\n".join(line for sign, line in lines if sign != "+") == payload_lines(before)
    assert "\n".join(line for sign, line in lines if sign != "-") == payload_lines(after)


@pytest.mark.parametrize(
    ("payload", "fits"),
    [
        ("", True),
        ("x" * MAX_PAYLOAD_BYTES, True),
        ("x" * 8000, False),
        ("ä" * 3999, True),
        ("ä" * 4000, False),
        ("a\0b", False),
    ],
)
def test_length_counts_in_bytes(payload: str, fits: bool) -> None:
    assert (sending_fault(payload) == "") is fits
