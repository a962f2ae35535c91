"""Rules at work beside everything else: they look at what was heard, until they are told to stop."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.listening_state import new_state
from pgconsole.core.notification_rules import Match, Rule
from pgconsole.ui.notifying.bounded_regex import compile_bounded
from pgconsole.workers.rule_watch import RuleWatch
from pgconsole.workers.task_scope import TaskScope
from tests.fixtures.waiting import until

STATE_BYTES = 1 << 20


class Watched:
    """A log with rules on it, and what they found."""

    def __init__(self) -> None:
        self.errors: list[PgconsoleError] = []
        self.scope = TaskScope("rules", self.errors.append)
        self.state = new_state(1000, STATE_BYTES)
        self.found: list[Match] = []
        self.rules = RuleWatch(self.state, self.scope, compile_bounded, self.found.append, lambda _rule: None)

    def hear(self, payload: str) -> None:
        self.state.log.append([(1, "jobs", payload)], 0.0)
        self.rules.heard()


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    watched = Watched()
    yield watched
    await watched.scope.aclose()
    assert watched.errors == []


def is_looking() -> bool:
    return any("look for what" in task.get_name() for task in asyncio.all_tasks())


async def test_what_is_heard_is_looked_at(watched: Watched) -> None:
    watched.rules.use([Rule(act="badge", wanted="failed")])
    watched.hear("done")
    watched.hear("failed")
    await until(lambda: bool(watched.found), "the match")
    assert [match.message.payload for match in watched.found] == ["failed"]


async def test_nothing_is_looked_at_once_they_are_stopped(watched: Watched) -> None:
    watched.rules.use([Rule(act="badge")])
    watched.hear("before")
    watched.rules.stop()
    await until(lambda: not is_looking(), "it has stopped")
    watched.hear("after")
    assert not is_looking()
    assert watched.rules.rules == (Rule(act="badge"),)
