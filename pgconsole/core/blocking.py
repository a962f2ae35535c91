"""Who blocks whom, as trees with the root blocker first; built of what pg_locks and pg_blocking_pids tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pgconsole.core.backend import number_of
from pgconsole.core.wording import plural

DEEPEST: Final = 8
"""A longer queue goes on at this depth, in its order, lest it run out of the screen."""
_KEPT_AT_EACH_END: Final = 10
PREPARED_TRANSACTION: Final = 0
"""The process id by which PostgreSQL names a blocker that has no process."""


@dataclass(frozen=True, slots=True)
class LockWait:
    """A lock that a process waits for."""

    pid: int
    blockers: tuple[int, ...]
    """The first and the last ten of a longer list: a queue of 500 would name 125,000."""
    lock_type: str
    mode: str
    relation: str
    """Schema and name, quoted where needed; an oid in another database; empty where the lock is on none."""
    transaction: str
    since: float | None
    """The server's time; None in the moment before it is known."""
    waited_s: float = 0.0
    """How long it had waited when it was looked at."""
    further_blockers: int = 0
    """How many more stand in the way."""

    @property
    def wanted(self) -> str:
        """What is waited for, in words."""
        where = f" of {self.relation}" if self.relation else ""
        match self.lock_type:
            case "transactionid":
                return f"the end of transaction {self.transaction}"
            case "relation":
                return f"{self.mode} on {self.relation}"
            case "tuple":
                return f"a row{where}"
            case _:
                return f"{self.mode} ({self.lock_type}){where}"


@dataclass(frozen=True, slots=True)
class BlockNode:
    """A process in a tree of blocking: a root waits for nobody, and each other one for what stands above it."""

    pid: int
    wait: LockWait | None
    waiters: tuple["BlockNode", ...]
    blocks: int
    """How many wait for it, be it through others; of a root also those that stand below another root."""

    def __iter__(self) -> Iterator["BlockNode"]:
        """This one and all below it, from top to bottom."""
        rest = [self]
        while rest:
            node = rest.pop()
            yield node
            rest.extend(reversed(node.waiters))


def lock_wait_of(row: Sequence[str | None]) -> LockWait:
    """The wait in a row of the query `lock_waits`."""
    pid, blockers, lock_type, mode, relation, transaction, since, waited_s = row
    # A parallel query's leader is named once for each of its workers.
    named = list(dict.fromkeys(blockers.split(","))) if blockers else []
    kept = named if len(named) <= 2 * _KEPT_AT_EACH_END else named[:_KEPT_AT_EACH_END] + named[-_KEPT_AT_EACH_END:]
    return LockWait(
        pid=int(str(pid)),
        blockers=tuple(int(blocker) for blocker in kept),
        lock_type=lock_type or "",
        mode=mode or "",
        relation=relation or "",
        transaction=transaction or "",
        since=number_of(since),
        waited_s=number_of(waited_s) or 0.0,
        further_blockers=len(named) - len(kept),
    )


def blocking_trees(waits: Iterable[LockWait]) -> tuple[BlockNode, ...]:
    """A tree for each process that blocks others and waits for none; the one that most wait for comes first.

    Whoever waits for several stands once, below the one that waits longest in line itself: in a queue each below the
    one before it. Of processes that wait for each other in a circle, the first is taken for the root.
    """
    by_pid = {wait.pid: wait for wait in waits if wait.blockers}
    children: defaultdict[int, list[int]] = defaultdict(list)
    depths: dict[int, int] = {}
    roots: list[int] = []
    for pid in _blockers_first(by_pid):
        above = [blocker for blocker in by_pid[pid].blockers if blocker in depths] if pid in by_pid else []
        if not above:
            depths[pid] = 0
            roots.append(pid)
            continue
        parent = max(above, key=lambda blocker: depths[blocker])
        if depths[parent] >= DEEPEST:
            parent = next(each for each in _with_parents(parent, children) if depths[each] < DEEPEST)
        depths[pid] = depths[parent] + 1
        children[parent].append(pid)
    trees = [_tree(root, by_pid, children) for root in roots]
    if len(trees) > 1:
        blocking = _waiters_of(by_pid)
        trees = [replace(tree, blocks=_reached(tree.pid, blocking)) for tree in trees]
    return tuple(sorted(trees, key=lambda tree: -tree.blocks))


def _waiters_of(waits: Mapping[int, LockWait]) -> Mapping[int, list[int]]:
    """Who waits for each process without others between them."""
    waiters: defaultdict[int, list[int]] = defaultdict(list)
    for pid, wait in waits.items():
        for blocker in wait.blockers:
            waiters[blocker].append(pid)
    return waiters


def _reached(pid: int, waiters: Mapping[int, list[int]]) -> int:
    """How many wait for a process, be it through others."""
    met, rest = {pid}, [pid]
    while rest:
        for waiter in waiters.get(rest.pop(), ()):
            if waiter not in met:
                met.add(waiter)
                rest.append(waiter)
    return len(met) - 1


def _blockers_first(waits: Mapping[int, LockWait]) -> Iterator[int]:
    """Every process in these waits, each after those that it waits for, circles aside."""
    met: set[int] = set()
    for start in waits:
        path = [(start, iter(waits[start].blockers))] if start not in met else []
        met.add(start)
        while path:
            pid, blockers = path[-1]
            unmet = next((blocker for blocker in blockers if blocker not in met), None)
            if unmet is None:
                path.pop()
                yield pid
                continue
            met.add(unmet)
            path.append((unmet, iter(waits[unmet].blockers if unmet in waits else ())))


def _with_parents(pid: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    """A process and those above it, upwards."""
    parents = {child: parent for parent, below in children.items() for child in below}
    while True:
        yield pid
        if pid not in parents:
            return
        pid = parents[pid]


def _tree(root: int, waits: Mapping[int, LockWait], children: Mapping[int, list[int]]) -> BlockNode:
    """The tree below a process, whose depth is bounded."""
    waiters = tuple(_tree(child, waits, children) for child in children.get(root, ()))
    return BlockNode(root, waits.get(root), waiters, sum(1 + waiter.blocks for waiter in waiters))


def blocked_by(waits: Iterable[LockWait], pids: Collection[int], at_least_s: float) -> dict[int, int]:
    """How many sessions have waited so long, directly or not, for each of `pids` that waits for nobody itself."""
    trees = blocking_trees(wait for wait in waits if wait.waited_s >= at_least_s)
    return {tree.pid: tree.blocks for tree in trees if tree.pid in pids and tree.wait is None}


def blocking_text(owner: str, count: int) -> str:
    """What is told of a tab that blocks others."""
    waits = "waits" if count == 1 else "wait"
    return f"{owner} blocks {plural(count, 'session')}, which {waits} for its transaction to end."
