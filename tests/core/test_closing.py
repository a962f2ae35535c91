"""What is asked before tabs are closed."""

import pytest

from pgconsole.core.closing import ClosingTab, closing_question
from pgconsole.core.run_state import Phase, TabState, TransactionState

NOW = 1000.0
OPEN = TabState(transaction=TransactionState.OPEN)


@pytest.mark.parametrize(
    "state",
    [
        TabState(),
        TabState(Phase.RUNNING, run_started=NOW - 1),
        TabState(Phase.RUNNING, run_started=NOW - 60, waits_for="values"),
        TabState(portal_since=NOW - 60),
    ],
)
def test_what_loses_nothing_is_not_asked_about(state: TabState) -> None:
    assert closing_question([ClosingTab("Query 1", state)], "Close the tab", NOW) is None


@pytest.mark.parametrize(
    ("state", "named"),
    [
        (TabState(Phase.STREAMING, run_started=NOW - 90), "a statement that has run for 1 min 30 s."),
        (TabState(Phase.RUNNING, run_started=NOW - 1, may_have_written=True), "has run for 1.0 s and writes."),
        (TabState(pin_reasons=("SET work_mem", "temporary table t")), "SET work_mem of its session; temporary table t"),
        (OPEN, "an open transaction, whose changes are undone unless"),
        (TabState(transaction=TransactionState.FAILED), "a failed transaction"),
    ],
)
def test_what_is_lost_is_named(state: TabState, named: str) -> None:
    asked = closing_question([ClosingTab("Query 1", state)], "Close the tab", NOW)
    assert asked is not None
    assert asked.detail.startswith("Query 1: ")
    assert named in asked.detail


def test_one_question_names_what_every_tab_loses() -> None:
    tabs = [
        ClosingTab("Query 1", OPEN),
        ClosingTab("Query 2", TabState()),
        ClosingTab("Query 3", TabState(pin_reasons=("LISTEN c",)), differs_from_file=True),
    ]
    asked = closing_question(tabs, "Close the window", NOW)
    assert asked is not None
    assert asked.question == "Close the window and roll back?"
    assert [line.partition(":")[0] for line in asked.detail.splitlines()] == ["Query 1", "Query 3"]
    assert asked.detail.endswith("LISTEN c of its session; changes that are not in its file.")
    assert asked.commits


@pytest.mark.parametrize(
    ("state", "commits"),
    [
        (OPEN, True),
        (TabState(transaction=TransactionState.FAILED), False),
        (TabState(Phase.RUNNING, transaction=TransactionState.OPEN), False),
    ],
)
def test_commit_is_offered_where_it_can_be_done(state: TabState, commits: bool) -> None:
    asked = closing_question([ClosingTab("Query 1", state)], "Close the tab", NOW)
    assert asked is not None
    assert asked.commits is commits
