"""Rules: they act on a match, rest for a while, and say what came meanwhile."""

import pytest

from pgconsole.core.message_log import RawMessage
from pgconsole.core.notification_rules import REST_S, Rule, RuleBook

FAILED: RawMessage = (1, "jobs", '{"state": "failed"}')
DONE: RawMessage = (1, "jobs", '{"state": "done"}')
RULE = Rule(act="notify", wanted="$.state = failed", kind="path", channel="jobs")


def test_match_is_told_once_and_then_rests() -> None:
    book = RuleBook([RULE])
    assert book.look([DONE], 0.0) == []
    (match,) = book.look([FAILED, DONE, FAILED], 1.0)
    assert (match.rule, match.message, match.missed) == (RULE, FAILED, 1)
    assert book.look([FAILED] * 40, 2.0) == []
    (match,) = book.look([FAILED], 1.0 + REST_S)
    assert match.missed == 40


def test_rules_rest_each_for_itself() -> None:
    other = Rule(act="badge", channel="stock")
    book = RuleBook([RULE, other])
    assert [match.rule for match in book.look([FAILED], 0.0)] == [RULE]
    assert [match.rule for match in book.look([FAILED, (1, "stock", "")], 1.0)] == [other]


def test_rule_that_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="path"):
        RuleBook([Rule(act="sound", wanted="state", kind="path")])


def test_words_say_where_and_what() -> None:
    assert str(RULE) == "on jobs: $.state = failed"
    assert str(Rule(act="sound")) == "on any channel"
