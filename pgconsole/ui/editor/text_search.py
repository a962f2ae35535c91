"""Finds a text or a regular expression in a document's text; positions are Qt's UTF-16 units.

Qt's own engine is used because it gives up on a pattern that would take for ever (a match limit of PCRE2), where
Python's would freeze the window.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QRegularExpression, QRegularExpressionMatch

from pgconsole.ui.editor.marks import Span

HITS_AT_MOST = 10_000
_ESCAPES = {"\\": "\\", "n": "\n", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for."""

    wanted: str
    is_regex: bool = False
    match_case: bool = False
    whole_word: bool = False

    def expression(self) -> QRegularExpression:
        """The search as a regular expression; invalid where the user's own is."""
        pattern = self.wanted if self.is_regex else QRegularExpression.escape(self.wanted)
        if self.whole_word:
            pattern = rf"\b(?:{pattern})\b"
        options = QRegularExpression.PatternOption.MultilineOption
        options |= QRegularExpression.PatternOption.UseUnicodePropertiesOption
        if not self.match_case:
            options |= QRegularExpression.PatternOption.CaseInsensitiveOption
        return QRegularExpression(pattern, options)


def find_hits(text: str, search: Search) -> list[Span]:
    """Every hit from the top, ten thousand at most; empty hits are left out. No hit where nothing is wanted."""
    return [_span(found) for found in islice(_matches(text, search), HITS_AT_MOST)]


def replacements(text: str, search: Search, template: str) -> Iterator[tuple[Span, str]]:
    """Every hit from the top, however many, with what takes its place: the template, filled in for an expression.

    Hits are taken where they stand in the whole text, for a pattern may look at what is around them.
    """
    fill = _filling(search, template)
    return ((_span(found), fill(found)) for found in _matches(text, search))


def _matches(text: str, search: Search) -> Iterator[QRegularExpressionMatch]:
    expression = search.expression()
    if not search.wanted or not expression.isValid():
        return
    matches = expression.globalMatch(text)
    while matches.hasNext():
        found = matches.next()
        if found.capturedLength():
            yield found


def _span(found: QRegularExpressionMatch) -> Span:
    return found.capturedStart(), found.capturedEnd()


def _filling(search: Search, template: str) -> Callable[[QRegularExpressionMatch], str]:
    """Fills a template for a match: for a regular expression with `\\0` ... `\\9`, `\\n`, `\\t` and `\\\\`."""
    if not search.is_regex:
        return lambda _found: template
    parts: list[str | int] = []
    position = 0
    for each in re.finditer(r"\\([0-9\\nt])", template):
        parts += [template[position : each.start()], _ESCAPES.get(each[1]) or int(each[1])]
        position = each.end()
    parts.append(template[position:])
    return lambda found: "".join(part if isinstance(part, str) else found.captured(part) for part in parts)
