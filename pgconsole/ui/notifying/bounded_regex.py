"""Regular expressions that can't hold the window up: searched for by PCRE2, as Qt has it, with limited backtracking.

At each place in a payload the search may go back so often and no more. Nested repetitions that take Python's engine
years end in 0.05 ms so; the slowest search found in a payload of 7,999 bytes took 15 ms (PySide6 6.11, 2026-11).
Without the machine code that PCRE2 makes the limit holds less well, and a clock stands behind it: a search over it is
the last one.
"""

from collections.abc import Callable
from time import thread_time
from typing import Final

from PySide6.QtCore import QRegularExpression

BACKTRACKS: Final = 10_000
"""More than a payload has characters: whoever repeats a group over the whole of it needs one for each."""
_LONGEST_S: Final = 0.05
_OPTIONS: Final = QRegularExpression.PatternOption.UseUnicodePropertiesOption


def compile_bounded(pattern: str, gave_up: Callable[[], None]) -> Callable[[str], bool]:
    """A search for a pattern; one that takes too long calls `gave_up` once, and finds nothing any more.

    Raises `ValueError` with the reason where it is no regular expression.
    """
    plain = QRegularExpression(pattern, _OPTIONS)
    if not plain.isValid():
        raise ValueError(
            f"No regular expression: {plain.errorString()}, at character {plain.patternErrorOffset() + 1}."
        )
    return _Search(QRegularExpression(f"(*LIMIT_MATCH={BACKTRACKS}){pattern}", _OPTIONS), gave_up)


class _Search:
    def __init__(self, expression: QRegularExpression, gave_up: Callable[[], None]) -> None:
        expression.optimize()
        self._expression = expression
        self._gave_up = gave_up
        self._is_over = False

    def __call__(self, payload: str) -> bool:
        if self._is_over:
            return False
        began_s = thread_time()
        found = self._expression.match(payload)
        if found.isValid() and thread_time() - began_s < _LONGEST_S:
            return found.hasMatch()
        self._is_over = True
        self._gave_up()
        return False
