"""The tree of blocking: who stands where, what it says, what stays through refreshes."""

import pytest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from pgconsole.core.blocking import LockWait
from pgconsole.ui.activity.blocking_tree import BlockingTree
from tests.fixtures.activity import NOW, backend, busy, sample, waits_for

BACKENDS = (
    backend(1, state="idle in transaction", transaction_start=NOW - 90, application="billing"),
    busy(2, 12, query="update t\n   set n = 1"),
    busy(3, 11),
)


@pytest.fixture
def tree(qtbot: QtBot) -> BlockingTree:
    tree = BlockingTree()
    qtbot.addWidget(tree)
    tree.resize(900, 260)
    tree.show()
    return tree


def show(tree: BlockingTree, *waits: LockWait) -> None:
    tree.show_sample(sample(BACKENDS, waits), {1: "Query 1"})


def texts(item: QTreeWidgetItem | None) -> list[str]:
    assert item is not None
    return [item.text(column) for column in range(item.columnCount())]


def test_root_stands_first_and_each_says_what_it_waits_for(tree: BlockingTree) -> None:
    show(tree, waits_for(2, 1), waits_for(3, 1, 2))
    root = tree.topLevelItem(0)
    assert root is not None
    query = "select 1"
    who = "billing, ann, shop"
    assert texts(root) == ["1", who, "idle in transaction", "blocks 2 sessions", "1 min 30 s", query]
    second = root.child(0)
    assert second is not None
    assert texts(second)[3:] == ["the end of transaction 784", "10 s", "update t set n = 1"]
    assert texts(second.child(0))[3] == "the end of transaction 784 (behind 1, 2)"
    assert root.isExpanded()
    assert not root.icon(0).isNull()
    assert tree.root_count == 1


def test_blocker_that_is_a_prepared_transaction_or_gone_is_shown(tree: BlockingTree) -> None:
    show(tree, waits_for(2, 0), waits_for(3, 77))
    rows = [texts(tree.topLevelItem(row))[:3] for row in range(2)]
    assert rows == [["prepared transaction", "", ""], ["77", "", "has ended"]]


def test_choice_and_folds_stay_while_others_come_and_go(tree: BlockingTree) -> None:
    show(tree, waits_for(2, 1))
    tree.choose(2)
    show(tree, waits_for(2, 1), waits_for(3, 1))
    assert tree.chosen_pid == 2
    root = tree.topLevelItem(0)
    assert root is not None
    root.setExpanded(False)
    show(tree, waits_for(2, 1))
    root = tree.topLevelItem(0)
    assert root is not None
    assert not root.isExpanded()


def test_session_that_no_longer_waits_is_no_longer_chosen(tree: BlockingTree) -> None:
    show(tree, waits_for(2, 1), waits_for(3, 1))
    tree.choose(2)
    show(tree, waits_for(3, 1))
    assert tree.chosen_pid is None


def test_same_trees_are_not_built_anew(tree: BlockingTree) -> None:
    show(tree, waits_for(2, 1))
    item = tree.topLevelItem(0)
    show(tree, waits_for(2, 1))
    assert tree.topLevelItem(0) is item


def test_nobody_waiting_is_said(tree: BlockingTree) -> None:
    show(tree)
    assert tree._nothing.isVisible()
    show(tree, waits_for(2, 1))
    assert not tree._nothing.isVisible()
    tree.clear_trees()
    assert tree.root_count == 0
    assert not tree._nothing.isVisible()


def test_nothing_ticks_while_hidden_or_held(tree: BlockingTree) -> None:
    assert tree._ticks.isActive()
    tree.hold(True)
    assert not tree._ticks.isActive()
    tree.hold(False)
    assert tree._ticks.isActive()
    tree.hide()
    tree.hold(False)
    assert not tree._ticks.isActive()
