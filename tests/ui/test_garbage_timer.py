"""The collector that works on the window's thread alone."""

import gc
import weakref
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from pgconsole.ui.garbage_timer import GarbageTimer


class Node:
    """Something that can be in a cycle."""

    other: "Node"


def cycle() -> "weakref.ref[Node]":
    first, second = Node(), Node()
    first.other, second.other = second, first
    return weakref.ref(first)


@pytest.fixture
def garbage(qapp: QApplication) -> Iterator[GarbageTimer]:
    """A timer within its `with`, on a collector that found nothing to do yet."""
    with GarbageTimer() as garbage:
        gc.collect()
        yield garbage


def test_the_collector_is_off_within_and_as_it_was_after(qapp: QApplication) -> None:
    for was_on in (True, False):
        gc.enable() if was_on else gc.disable()
        with GarbageTimer() as garbage:
            assert not gc.isenabled()
            garbage.freeze()
        assert gc.isenabled() is was_on
        assert gc.get_freeze_count() == 0
    gc.enable()


def test_nothing_is_collected_below_the_threshold(garbage: GarbageTimer) -> None:
    gone = cycle()
    garbage.collect_due()
    assert gone() is not None


def test_garbage_over_the_threshold_goes(garbage: GarbageTimer) -> None:
    gone = cycle()
    much = [[number] for number in range(gc.get_threshold()[0] + 100)]
    garbage.collect_due()
    assert gone() is None
    assert len(much) > gc.get_threshold()[0]


def test_old_garbage_goes_in_the_end(garbage: GarbageTimer) -> None:
    kept = Node()
    kept.other = kept
    gone = weakref.ref(kept)
    gc.collect()
    del kept
    much: list[list[int]] = []
    for _ in range(500):
        much += [[number] for number in range(gc.get_threshold()[0] + 10)]
        garbage.collect_due()
        if gone() is None:
            break
    assert gone() is None
    assert all(first is not second for first, second in pairwise(much))


def test_what_is_frozen_stays_out_of_collections(garbage: GarbageTimer) -> None:
    kept = cycle()
    garbage.freeze()
    gc.collect()
    assert kept() is not None
