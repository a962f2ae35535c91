"""Rules: they act on a match, rest for a while, and say what came meanwhile."""

import pytest

from pgconsole.core.message_log import Gap, Message, MessageLog, RawMessage
from pgconsole.core.notification_rules import REST_S, Match, Rule, RuleBook
from pgconsole.ui.notifying.bounded_regex import compile_bounded

FAILED: RawMessage = (1, "jobs", '{"state": "failed"}')
DONE: RawMessage = (1, "jobs", '{"state": "done"}')
STOCK: RawMessage = (1, "stock", "")
RULE = Rule(act="notify", wanted="$.state = failed", kind="path", channel="jobs")


class Desk:
    """A log and the rules that look at it."""

    def __init__(self, *rules: Rule, row_budget: int = 100_000) -> None:
        self.log = MessageLog(row_budget, 64 << 20)
        self.given_up: list[Rule] = []
        self.book = RuleBook(rules, self.log, compile_bounded, self.given_up.append)

    def hear(self, now_s: float, *messages: RawMessage) -> list[Match]:
        self.log.append(messages, 0.0)
        return self.catch_up(now_s)

    def catch_up(self, now_s: float) -> list[Match]:
        found: list[Match] = []
        while self.book.is_behind:
            found += self.book.look(now_s)
        return found


def test_match_is_told_once_and_then_rests() -> None:
    desk = Desk(RULE)
    assert desk.hear(0.0, DONE) == []
    (match,) = desk.hear(1.0, FAILED, DONE, FAILED)
    assert (match.rule, match.message.payload, match.missed) == (RULE, FAILED[2], 0)
    assert desk.hear(2.0, *[FAILED] * 40) == []
    (match,) = desk.hear(1.0 + REST_S, FAILED)
    assert match.missed == 41


def test_rules_rest_each_for_itself() -> None:
    other = Rule(act="badge", channel="stock")
    desk = Desk(RULE, other)
    assert [match.rule for match in desk.hear(0.0, FAILED)] == [RULE]
    assert [match.rule for match in desk.hear(1.0, FAILED, STOCK)] == [other]


def test_what_came_before_a_rule_is_none_of_its_business() -> None:
    desk = Desk()
    desk.hear(0.0, FAILED)
    book = RuleBook([RULE], desk.log, compile_bounded, desk.given_up.append)
    assert not book.is_behind


def test_gaps_and_highlights_are_not_looked_at() -> None:
    desk = Desk(Rule(act="highlight"), Rule(act="badge"))
    desk.log.append_gap(Gap(0.0, 1.0))
    assert desk.catch_up(0.0) == []
    assert [match.rule.act for match in desk.hear(0.0, DONE)] == ["badge"]
    assert not Desk(Rule(act="highlight")).book.is_behind


def test_messages_that_went_before_they_were_looked_at_are_counted() -> None:
    desk = Desk(Rule(act="badge"), row_budget=1024)
    found = desk.hear(0.0, *[DONE] * 4096)
    assert len(found) == 1
    assert desk.book.unseen == desk.log.dropped > 0


def test_look_is_short_whatever_came() -> None:
    desk = Desk(*(Rule(act="badge", wanted=f"$.a{n}", kind="path") for n in range(50)))
    desk.log.append([DONE] * 20_000, 0.0)
    desk.book.look(0.0)
    assert desk.book.is_behind


def test_rule_that_takes_too_long_is_told_and_can_be_dropped() -> None:
    costly, other = Rule(act="badge", wanted="(a+)+$", kind="regex"), Rule(act="badge")
    desk = Desk(costly, other)
    assert [match.rule for match in desk.hear(0.0, (1, "jobs", "a" * 7990 + "!"))] == [other]
    assert desk.given_up == [costly]
    desk.book.drop(costly)
    assert desk.book.rules == (other,)
    assert desk.hear(1.0, DONE) == []


@pytest.mark.parametrize(
    "rule",
    [
        Rule(act="sound", wanted="state", kind="path"),
        Rule(act="sound", wanted="(", kind="regex"),
        Rule(act="query"),
        Rule(act="query", query="delete from orders"),
        Rule(act="highlight", wanted="(", kind="regex"),
    ],
)
def test_rule_that_is_not_understood_is_refused(rule: Rule) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Desk(rule)


def test_words_say_where_and_what() -> None:
    assert str(RULE) == "on jobs: $.state = failed"
    assert str(Rule(act="sound")) == "on any channel"


def test_match_has_the_message_whole() -> None:
    (match,) = Desk(Rule(act="badge")).hear(0.0, FAILED)
    assert match.message == Message(0, 0.0, "jobs", 1, FAILED[2])
