"""Paths into JSON: what they find, how they compare, and what is none."""

import pytest

from pgconsole.core.json_path import PathFault, parse_json_path

DOCUMENT = """{"id": 12345678901234567890.10, "state": "paid", "ok": true, "none": null,
 "items": [{"sku": "A-1", "n": 1}, {"sku": "B 2", "n": 20}], "odd key": {"x": [1, [2]]}}"""


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("$", True),
        ("$.state", True),
        ("$.missing", False),
        ("$.none", True),
        ("$.none = null", True),
        ('$.state = "paid"', True),
        ("$.state = paid", True),
        ("$.state != paid", False),
        ('$.state ~ "ai"', True),
        ("$.ok = true", True),
        ("$.ok = 1", False),
        ("$.id = 12345678901234567890.1", True),
        ("$.id > 12345678901234567890.09", True),
        ("$.id > 12345678901234567890.10", False),
        ("$.state > 5", False),
        ("$.state >= open", True),
        ("$.items[0].sku = A-1", True),
        ("$.items[-1].n >= 20", True),
        ("$.items[7]", False),
        ("$.items[*].n = 20", True),
        ("$.items.*.n < 0", False),
        ('$["odd key"].x[1][0] == 2', True),
        ('$.* = "paid"', True),
        ("$.state.length", False),
        ("$.items ~ sku", True),
    ],
)
def test_path_holds(path: str, holds: bool) -> None:
    assert parse_json_path(path).holds(DOCUMENT) is holds


@pytest.mark.parametrize("text", ["", "state", "$..x", "$.a b", "$[x]", "$.a = ", "$.a[", "$a"])
def test_what_is_no_path_is_said(text: str) -> None:
    with pytest.raises(PathFault):
        parse_json_path(text)


@pytest.mark.parametrize(
    "document", ["", "{", "no", "[" * 7000, "[" * 3000 + "]" * 3000, '{"a": 1e99999999999999999999}', '{"a":']
)
def test_no_path_holds_of_what_is_no_json(document: str) -> None:
    assert not parse_json_path("$.a").holds(document)
