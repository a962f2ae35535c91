"""Which messages are wanted: by channel, and by a text, a regular expression or a JSON path in the payload.

Regular expressions are searched for by whoever is given: Python's own engine holds everything up while it searches,
and `(a+)+$` takes it for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from pgconsole.core.json_path import parse_json_path

FilterKind = Literal["text", "regex", "path"]
FILTER_KINDS: Final[tuple[FilterKind, ...]] = get_args(FilterKind)

Matcher = Callable[[str, str], bool]
"""Whether a message is wanted, by its channel and its payload."""

RegexCompiler = Callable[[str, Callable[[], None]], Callable[[str], bool]]
"""Makes a search of a regular expression; raises `ValueError` with the reason where it is none.

What takes too long is given up: the search finds nothing from then on, and the callable that is given is called once.
"""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """A wish as it was typed; an empty one wants everything."""

    wanted: str = ""
    kind: FilterKind = "text"
    """`text` is found in any case."""
    channel: str = ""
    """Empty for every channel."""

    @property
    def is_empty(self) -> bool:
        """Whether it wants everything."""
        return not self.wanted and not self.channel


def matcher_of(wish: MessageFilter, compile_regex: RegexCompiler, gave_up: Callable[[], None]) -> Matcher:
    """What decides for each message; raises `ValueError` with the reason where the wish can't be understood."""
    in_payload = _payload_test(wish, compile_regex, gave_up)
    channel = wish.channel
    if not channel:
        return lambda _channel, payload: in_payload(payload)
    return lambda came_on, payload: came_on == channel and in_payload(payload)


def _payload_test(
    wish: MessageFilter, compile_regex: RegexCompiler, gave_up: Callable[[], None]
) -> Callable[[str], bool]:
    if not wish.wanted:
        return lambda _payload: True
    if wish.kind == "path":
        return parse_json_path(wish.wanted).holds
    if wish.kind == "regex":
        return compile_regex(wish.wanted, gave_up)
    folded = wish.wanted.casefold()
    return lambda payload: folded in payload.casefold()
