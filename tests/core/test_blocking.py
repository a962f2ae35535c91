"""Trees of blocking: their roots, their order, queues, circles."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.blocking import (
    DEEPEST,
    BlockNode,
    LockWait,
    blocked_by,
    blocking_text,
    blocking_trees,
    lock_wait_of,
)
from tests.fixtures.activity import NOW, waits_for

Shape = Mapping[int, "Shape"]


def shapes(*waits: LockWait) -> Shape:
    """The trees as nested dictionaries."""

    def shape(node: BlockNode) -> Shape:
        return {waiter.pid: shape(waiter) for waiter in node.waiters}

    return {tree.pid: shape(tree) for tree in blocking_trees(waits)}


def test_row_is_read_and_names_of_parallel_workers_are_drawn_together() -> None:
    wait = lock_wait_of(("5", "1,1,2", "relation", "AccessShareLock", "public.t", None, "10.5", "3.25"))
    assert wait == LockWait(5, (1, 2), "relation", "AccessShareLock", "public.t", "", 10.5, 3.25)
    assert lock_wait_of(("5", "", "tuple", "ShareLock", None, None, None, None)).blockers == ()


def test_of_many_blockers_the_first_and_the_last_are_kept() -> None:
    wait = lock_wait_of(("500", ",".join(map(str, range(1, 500))), "tuple", "", None, None, None, None))
    assert wait.blockers == (*range(1, 11), *range(490, 500))
    assert wait.further_blockers == 479


def test_root_blocks_and_waits_for_nobody() -> None:
    assert shapes(waits_for(2, 1), waits_for(3, 1), waits_for(4, 2)) == {1: {2: {4: {}}, 3: {}}}
    (tree,) = blocking_trees([waits_for(2, 1), waits_for(3, 1)])
    assert (tree.pid, tree.wait, tree.blocks) == (1, None, 2)


def test_queue_is_a_chain_though_each_waits_for_all_before_it() -> None:
    assert shapes(waits_for(2, 1), waits_for(3, 1, 2), waits_for(4, 1, 2, 3)) == {1: {2: {3: {4: {}}}}}


def test_order_of_the_rows_makes_no_difference_to_a_queue() -> None:
    assert shapes(waits_for(4, 1, 2, 3), waits_for(3, 1, 2), waits_for(2, 1)) == {1: {2: {3: {4: {}}}}}


def test_root_that_most_wait_for_comes_first() -> None:
    assert list(shapes(waits_for(2, 1), waits_for(4, 3), waits_for(5, 3))) == [3, 1]


def test_each_of_two_that_hold_a_lock_together_is_a_root_and_blocks_all_who_want_it() -> None:
    first, second = blocking_trees([waits_for(3, 1, 2), waits_for(4, 3)])
    assert {first.pid, second.pid} == {1, 2}
    assert (first.blocks, second.blocks) == (2, 2)
    assert sorted(len(list(tree)) for tree in (first, second)) == [1, 3]


def test_circle_has_its_first_for_root_and_each_once() -> None:
    trees = blocking_trees([waits_for(1, 2), waits_for(2, 1), waits_for(3, 2)])
    assert [sorted(node.pid for node in tree) for tree in trees] == [[1, 2, 3]]
    assert trees[0].wait is not None


def test_who_waits_for_nobody_any_more_is_in_no_tree() -> None:
    assert blocking_trees([waits_for(2)]) == ()


def test_long_queue_goes_on_at_the_greatest_depth_and_loses_nobody() -> None:
    (tree,) = blocking_trees([waits_for(pid, *range(1, pid)) for pid in range(2, 501)])
    assert [node.pid for node in tree] == list(range(1, 501))
    assert _depth(tree) == DEEPEST


def _depth(node: BlockNode) -> int:
    return max((1 + _depth(waiter) for waiter in node.waiters), default=0)


_PIDS = st.integers(0, 12)


@given(st.dictionaries(_PIDS, st.sets(_PIDS, min_size=1, max_size=4), max_size=12))
def test_everybody_who_waits_or_blocks_stands_exactly_once(blockers: dict[int, set[int]]) -> None:
    waits = [waits_for(pid, *sorted(others - {pid})) for pid, others in blockers.items()]
    met = [node.pid for tree in blocking_trees(waits) for node in tree]
    wanted = {pid for wait in waits if wait.blockers for pid in (wait.pid, *wait.blockers)}
    assert sorted(met) == sorted(wanted)


def test_only_those_at_the_root_who_are_ours_and_only_long_waits_count() -> None:
    waits = [waits_for(2, 1), waits_for(3, 2), waits_for(5, 4), waits_for(6, 1, waited_s=0.5)]
    assert blocked_by(waits, {1, 2}, at_least_s=2.0) == {1: 2}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"lock_type": "transactionid"}, "the end of transaction 784"),
        ({"lock_type": "relation", "relation": "public.t", "mode": "RowShareLock"}, "RowShareLock on public.t"),
        ({"lock_type": "tuple", "relation": "public.t"}, "a row of public.t"),
        ({"lock_type": "advisory", "mode": "ExclusiveLock"}, "ExclusiveLock (advisory)"),
        ({"lock_type": "extend", "relation": "public.t"}, "ShareLock (extend) of public.t"),
    ],
)
def test_what_is_waited_for_is_said_in_words(kind: dict[str, str], words: str) -> None:
    assert waits_for(2, 1, **kind).wanted == words


def test_tab_is_told_in_the_number_of_those_who_wait() -> None:
    assert blocking_text("Query 1", 1) == "Query 1 blocks 1 session, which waits for its transaction to end."
    assert blocking_text("Query 1", 3) == "Query 1 blocks 3 sessions, which wait for its transaction to end."


def test_time_of_waiting_is_the_servers() -> None:
    assert waits_for(2, 1).since == NOW - 10
