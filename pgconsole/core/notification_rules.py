"""What is to happen when a message comes that somebody waits for, and how seldom it may.

A rule that has acted rests for a while, and tells with its next act how many matches there were meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from msgspec import Struct

from pgconsole.core.message_filter import FilterKind, MessageFilter, matcher_of
from pgconsole.core.message_log import RawMessage

RuleAct = Literal["notify", "sound", "badge"]
REST_S: Final = 10.0


class Rule(Struct, frozen=True, kw_only=True):
    """One wish and what to do once it comes true."""

    act: RuleAct
    wanted: str = ""
    kind: FilterKind = "text"
    channel: str = ""

    @property
    def wish(self) -> MessageFilter:
        """Which messages it waits for."""
        return MessageFilter(self.wanted, self.kind, self.channel)

    def __str__(self) -> str:
        where = f"on {self.channel}" if self.channel else "on any channel"
        return f"{where}: {self.wanted}" if self.wanted else where


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that came true: the message that did it, and how many more did while the rule rested."""

    rule: Rule
    message: RawMessage
    missed: int


class _Watch:
    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._matches = matcher_of(rule.wish)
        self._acted_s: float | None = None
        self._missed = 0

    def look(self, messages: Sequence[RawMessage], now_s: float) -> Match | None:
        found = [message for message in messages if self._matches(message[1], message[2])]
        if not found:
            return None
        if self._acted_s is not None and now_s - self._acted_s < REST_S:
            self._missed += len(found)
            return None
        match = Match(self.rule, found[-1], self._missed + len(found) - 1)
        self._acted_s, self._missed = now_s, 0
        return match


class RuleBook:
    """The rules of one connection at work; raises `ValueError` for one that can't be understood."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._watches = [_Watch(rule) for rule in rules]

    def look(self, messages: Sequence[RawMessage], now_s: float) -> list[Match]:
        """What is to be done about messages that came together, on a clock that only goes forward."""
        return [match for watch in self._watches if (match := watch.look(messages, now_s)) is not None]
