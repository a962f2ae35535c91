"""Channels as people name them, and what comes on each: how many messages, and how many a second of late.

A name is taken as it is typed, case kept, for that is how pg_notify and drivers name channels; in double quotes it is
read as SQL reads it. Source: PostgreSQL manual, "NOTIFY" and "Identifiers and Key Words".
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from pgconsole.core.quoting import MAX_IDENTIFIER_BYTES, is_cut_by_server

COLOURS: Final = 6
"""How many colours tell channels apart."""
HISTORY_S: Final = 60
_RATE_S: Final = 5


class Channel(Struct, frozen=True, kw_only=True):
    """A channel that the user subscribed to, as it is remembered."""

    name: str
    muted: bool = False
    """Counted, and not kept."""
    colour: int = 0
    """Which of the colours it has, from 0."""


def parse_channel(text: str) -> str:
    """The name that was typed; raises `ValueError` with a sentence where no channel can have it."""
    name = text.strip()
    if len(name) > 1 and name.startswith('"') and name.endswith('"') and '"' not in name[1:-1].replace('""', ""):
        name = name[1:-1].replace('""', '"')
    if not name:
        raise ValueError("A channel has a name of one byte or more.")
    if "\x00" in name or any("\ud800" <= character <= "\udfff" for character in name):
        raise ValueError("A channel's name can't hold this character.")
    if is_cut_by_server(name):
        size = len(name.encode())
        raise ValueError(f"A channel's name has at most {MAX_IDENTIFIER_BYTES} bytes; this one has {size}.")
    return name


def folding_note(name: str) -> str:
    """What to know of a name that SQL without quotes does not mean; empty for most."""
    if name.lower() == name:
        return ""
    return f"Without quotes, SQL reads {name} as {name.lower()}: NOTIFY and LISTEN need it in double quotes."


def next_colour(channels: Mapping[str, Channel]) -> int:
    """The colour that the fewest channels have."""
    used = [channel.colour for channel in channels.values()]
    return min(range(COLOURS), key=lambda colour: (used.count(colour), colour))


@dataclass(slots=True)
class Traffic:
    """What came on one channel: in all, and in each of the last 60 seconds."""

    count: int = 0
    _seconds: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=HISTORY_S))

    def add(self, count: int, now_s: float) -> None:
        """Count messages that came now, on a clock that only goes forward."""
        self.count += count
        second = int(now_s)
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1] = (second, self._seconds[-1][1] + count)
        else:
            self._seconds.append((second, count))

    def rate(self, now_s: float) -> float:
        """Messages a second over the last whole seconds."""
        second = int(now_s)
        return sum(count for then, count in self._seconds if second - _RATE_S <= then < second) / _RATE_S

    def history(self, now_s: float) -> list[int]:
        """Messages of each of the last 60 whole seconds, the oldest first."""
        second = int(now_s)
        by_second = dict(self._seconds)
        return [by_second.get(then, 0) for then in range(second - HISTORY_S, second)]
