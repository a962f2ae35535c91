"""Finds values in JSON by a short path, and compares them: `$.order.id`, `$.items[*].sku = "A-1"`, `$.total >= 100`.

A path begins with `$` and goes on by `.name`, `["any name"]`, `[0]`, `[-1]`, `.*` and `[*]`. Alone it holds where
there is such a value; with `=`, `!=`, `<`, `<=`, `>`, `>=` or `~` (holds the text) and a JSON value it holds where one
of the values found does. Numbers are compared exactly, whatever their digits.
"""

import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

_STEP = re.compile(
    r'\.(?P<name>[^\s.\[\]=!<>~"]+)|\[\s*(?:(?P<index>-?\d+)|(?P<each>\*)|(?P<quoted>"(?:[^"\\]|\\.)*"))\s*\]'
)
_COMPARISON = re.compile(r"\s*(?P<sign>==?|!=|<=|>=|<|>|~)\s*(?P<value>.+?)\s*", re.DOTALL)
_EACH: Final = object()
_ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class PathFault(ValueError):
    """A text that is no path; the message says where and why."""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path and, perhaps, what the values at its end are compared with."""

    steps: tuple[object, ...]
    sign: str = ""
    wanted: object = None

    def holds(self, document: str) -> bool:
        """Whether it holds of a JSON text; never of one that is not JSON, or too deep to be read."""
        try:
            value = json.loads(document, parse_float=Decimal, parse_int=Decimal)
        except (ValueError, ArithmeticError, RecursionError):
            return False
        return any(self._compare(found) for found in _walk(value, self.steps))

    def _compare(self, found: object) -> bool:
        wanted = self.wanted
        if not self.sign:
            return True
        if self.sign == "~":
            return str(wanted) in (found if isinstance(found, str) else json.dumps(found, default=str))
        if self.sign in ("=", "=="):
            return _is_equal(found, wanted)
        if self.sign == "!=":
            return not _is_equal(found, wanted)
        return _are_ordered(found, wanted) and _ORDERED[self.sign](found, wanted)


def parse_json_path(text: str) -> JsonPath:
    """Read a path with its comparison; raises `PathFault`."""
    text = text.strip()
    if not text.startswith("$"):
        raise PathFault("A path begins with $, as in $.order.id.")
    steps: list[object] = []
    position = 1
    while position < len(text) and text[position] in ".[":
        step = _STEP.match(text, position)
        if step is None:
            raise PathFault(f"Not understood from character {position + 1}: {text[position : position + 20]}")
        steps.append(_step(step))
        position = step.end()
    rest = text[position:]
    if not rest.strip():
        return JsonPath(tuple(steps))
    comparison = _COMPARISON.fullmatch(rest)
    if comparison is None:
        raise PathFault(f"Not understood from character {position + 1}: {rest.strip()[:20]}")
    return JsonPath(tuple(steps), comparison["sign"], _value(comparison["value"]))


def _step(match: re.Match[str]) -> object:
    if match["name"] is not None:
        return _EACH if match["name"] == "*" else match["name"]
    if match["index"] is not None:
        return int(match["index"])
    return _EACH if match["each"] else json.loads(match["quoted"])


def _value(text: str) -> object:
    """A JSON value; what is none counts as a text without its quotes."""
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return text


def _walk(value: object, steps: tuple[object, ...]) -> Iterator[object]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step is _EACH:
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for member in members:
            yield from _walk(member, rest)
    elif isinstance(step, int):
        if isinstance(value, list) and -len(value) <= step < len(value):
            yield from _walk(value[step], rest)
    elif isinstance(value, dict) and step in value:
        yield from _walk(value[step], rest)


def _is_equal(found: object, wanted: object) -> bool:
    """JSON's equality: true is not 1."""
    return isinstance(found, bool) == isinstance(wanted, bool) and found == wanted


def _are_ordered(found: object, wanted: object) -> bool:
    return any(isinstance(found, kind) and isinstance(wanted, kind) for kind in (Decimal, str))
