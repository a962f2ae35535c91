"""Finds a text or a regular expression in a document's text; positions are Qt's UTF-16 units.

Qt's own engine is used because it gives up on a pattern that would take for ever (a match limit of PCRE2), where
Python's would freeze the window.
"""

from dataclasses import dataclass

from PySide6.QtCore import QRegularExpression

from pgconsole.ui.editor_marks import Span

HITS_AT_MOST = 10_000


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
    expression = search.expression()
    if not search.wanted or not expression.isValid():
        return []
    hits: list[Span] = []
    matches = expression.globalMatch(text)
    while matches.hasNext() and len(hits) < HITS_AT_MOST:
        found = matches.next()
        if found.capturedLength():
            hits.append((found.capturedStart(), found.capturedEnd()))
    return hits


def replacement(matched: str, search: Search, template: str) -> str:
    """What stands in the place of a hit: the template, for a regular expression with `\\0` ... `\\9` filled in."""
    if not search.is_regex:
        return template
    found = search.expression().match(matched)
    filled, position = [], 0
    reference = QRegularExpression(r"\\([0-9\\nt])").globalMatch(template)
    while reference.hasNext():
        each = reference.next()
        filled.append(template[position : each.capturedStart()])
        name = each.captured(1)
        filled.append({"\\": "\\", "n": "\n", "t": "\t"}.get(name) or found.captured(int(name)))
        position = each.capturedEnd()
    return "".join([*filled, template[position:]])
