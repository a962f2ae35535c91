"""What is to happen when a message comes that somebody waits for, and how seldom it may.

A rule that has acted rests for a while, and tells with its next act how many matches there were meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Literal

from msgspec import Struct

from pgconsole.core.message_filter import FilterKind, MessageFilter, RegexCompiler, matcher_of
from pgconsole.core.message_log import Gap, Message, MessageLog
from pgconsole.core.rule_query import query_fault

RuleAct = Literal["notify", "sound", "badge", "highlight", "query"]
"""`highlight` makes rows stand out where they are shown; `query` runs one in a tab."""
REST_S: Final = 10.0
_LONGEST_LOOK_S: Final = 0.002


class Rule(Struct, frozen=True, kw_only=True):
    """One wish and what to do once it comes true."""

    act: RuleAct
    wanted: str = ""
    kind: FilterKind = "text"
    channel: str = ""
    query: str = ""
    """What is run, where that is the act: one statement that reads."""

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
    message: Message
    missed: int


class _Watch:
    def __init__(self, rule: Rule, compile_regex: RegexCompiler, gave_up: Callable[[Rule], None]) -> None:
        self.rule = rule
        if rule.act == "query" and (fault := query_fault(rule.query)):
            raise ValueError(fault)
        self._matches = matcher_of(rule.wish, compile_regex, lambda: gave_up(rule))
        self._acted_s: float | None = None
        self._missed = 0

    def look(self, message: Message, now_s: float) -> Match | None:
        if not self._matches(message.channel, message.payload):
            return None
        if self._acted_s is not None and now_s - self._acted_s < REST_S:
            self._missed += 1
            return None
        match = Match(self.rule, message, self._missed)
        self._acted_s, self._missed = now_s, 0
        return match


class RuleBook:
    """The rules of one connection at work, which look at the messages of its log in steps that hold nobody up.

    Raises `ValueError` for a rule that can't be understood; one whose regular expression takes too long is told of by
    `gave_up`, and finds nothing any more.
    """

    def __init__(
        self, rules: Sequence[Rule], log: MessageLog, compile_regex: RegexCompiler, gave_up: Callable[[Rule], None]
    ) -> None:
        """Look at what comes into the log from now on."""
        self.rules = tuple(rules)
        watches = [_Watch(rule, compile_regex, gave_up) for rule in rules]
        self._watches = [watch for watch in watches if watch.rule.act != "highlight"]
        self._log = log
        self._looked = log.end
        self.unseen = 0
        """Messages that went from the log before anybody could look."""

    def drop(self, rule: Rule) -> None:
        """Have a rule no longer; the others go on as they are."""
        self.rules = tuple(each for each in self.rules if each != rule)
        self._watches = [watch for watch in self._watches if watch.rule != rule]

    @property
    def is_behind(self) -> bool:
        """Whether there are messages to look at."""
        return bool(self._watches) and self._looked < self._log.end

    def look(self, now_s: float) -> list[Match]:
        """What is to be done about the next messages, for some 2 ms; `now_s` is of a clock that only goes forward."""
        found: list[Match] = []
        until_s = perf_counter() + _LONGEST_LOOK_S
        start = max(self._looked, self._log.first)
        self.unseen += start - self._looked
        self._looked = start
        for number, entry in self._log.entries(start, self._log.end):
            self._looked = number + 1
            if not isinstance(entry, Gap):
                matches = [watch.look(entry, now_s) for watch in self._watches]
                found += [match for match in matches if match is not None]
            if perf_counter() > until_s:
                break
        return found
