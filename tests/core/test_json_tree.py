"""A tree of a JSON text loses nothing of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.json_tree import MAX_DEPTH, JsonNode, json_tree, unquoted

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def tree(document: str) -> JsonNode:
    found = json_tree(document)
    assert found is not None
    return found


def read_back(node: JsonNode, document: str) -> Any:
    if node.kind == "object":
        return {child.key: read_back(child, document) for child in node.children}
    if node.kind == "array":
        assert [child.key for child in node.children] == [str(n) for n in range(len(node.children))]
        return [read_back(child, document) for child in node.children]
    return json.loads(document[node.start : node.end])


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_tree_says_what_the_text_says(value: object, indent: int | None, plain: bool) -> None:
    document = json.dumps(value, indent=indent, ensure_ascii=plain)
    assert read_back(tree(document), document) == value


def test_every_digit_and_escape_stays() -> None:
    document = '{"a": 1.50e+02, "n": 12345678901234567890.0, "t": "\\u00e9\\n", "a": []}'
    node = tree(document)
    assert [document[child.start : child.end] for child in node.children] == [
        "1.50e+02",
        "12345678901234567890.0",
        '"\\u00e9\\n"',
        "[]",
    ]
    assert [child.key for child in node.children] == ["a", "n", "t", "a"]
    assert [child.kind for child in node.children] == ["number", "number", "text", "array"]
    assert (node.start, node.end) == (0, len(document))


def test_what_is_too_deep_stays_in_one_piece() -> None:
    document = "[" * 3999 + "]" * 3999
    node, depth = tree(document), 0
    while node.children:
        node, depth = node.children[0], depth + 1
    assert (depth, node.kind) == (MAX_DEPTH, "deep")
    assert document[node.start : node.end] == document[MAX_DEPTH:-MAX_DEPTH]


@given(st.text(alphabet='{}[],:"\\ 1a', max_size=30))
def test_what_is_no_json_makes_some_tree_or_none(document: str) -> None:
    json_tree(document)


@pytest.mark.parametrize(("word", "said"), [('"a\\u00e9"', "aé"), ('"a', '"a'), ("1", "1")])
def test_unquoted(word: str, said: str) -> None:
    assert unquoted(word) == said
