"""A JSON text as a tree of its own words: keys, values and their order as they were written, no digit read or lost.

It works on tokens, so that no depth and no number is too much; whoever shows the tree has asked before whether the text
is JSON. What lies deeper than `MAX_DEPTH` stays one value, in one piece.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Final, Literal

MAX_DEPTH: Final = 100
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CLOSERS: Final = ("}", "]")

NodeKind = Literal["object", "array", "text", "number", "word", "deep"]


@dataclass(slots=True, eq=False)
class JsonNode:
    """One value."""

    kind: NodeKind
    key: str
    """The name that it has in its object, or its place in its array; empty for the outermost."""
    start: int
    """Where its text begins in the document."""
    end: int = 0
    parent: "JsonNode | None" = None
    row: int = 0
    """Its place among its parent's children."""
    children: list["JsonNode"] = field(default_factory=list)

    @property
    def is_nest(self) -> bool:
        """Whether it can have children."""
        return self.kind in ("object", "array")


def json_tree(document: str) -> JsonNode | None:
    """The outermost value of a text that is JSON; None for one without any."""
    return _Reader(document).read()


def unquoted(word: str) -> str:
    """What a JSON string says; the word itself where it says nothing that a text can hold."""
    try:
        said = json.loads(word)
    except ValueError:
        return word
    return said if isinstance(said, str) else word


class _Reader:
    def __init__(self, document: str) -> None:
        self._document = document
        self._top: JsonNode | None = None
        self._open: list[JsonNode] = []
        self._key: str | None = None
        self._deeper = 0
        """How many nests are open within one that is too deep."""

    def read(self) -> JsonNode | None:
        for token in _TOKEN.finditer(self._document):
            word = token[0]
            if self._deeper:
                self._pass(word, token.end())
            elif word in _CLOSERS:
                if self._open:
                    self._open.pop().end = token.end()
            elif word not in (",", ":"):
                self._take(word, token.start(), token.end())
        return self._top

    def _take(self, word: str, start: int, end: int) -> None:
        within = self._open[-1] if self._open else None
        if within is not None and within.kind == "object" and self._key is None:
            self._key = unquoted(word)
            return
        node = JsonNode(_kind(word), self._name(within), start, end, within)
        if within is not None:
            node.row = len(within.children)
            within.children.append(node)
        elif self._top is None:
            self._top = node
        if node.is_nest and len(self._open) >= MAX_DEPTH:
            node.kind, self._deeper = "deep", 1
        elif node.is_nest:
            self._open.append(node)

    def _name(self, within: JsonNode | None) -> str:
        key, self._key = self._key, None
        if within is None:
            return ""
        return key or "" if within.kind == "object" else str(len(within.children))

    def _pass(self, word: str, end: int) -> None:
        """Go on to the end of what is too deep."""
        self._deeper += (word in ("{", "[")) - (word in _CLOSERS)
        if not self._deeper:
            self._open[-1].children[-1].end = end


def _kind(word: str) -> NodeKind:
    match word[0]:
        case "{":
            return "object"
        case "[":
            return "array"
        case '"':
            return "text"
    return "number" if word[0] in "-0123456789" else "word"
