"""The `\\if` blocks that a script is in: which branch counts, and what a skipped branch leaves behind."""

from dataclasses import dataclass
from enum import Enum


class _Branch(Enum):
    TRUE = "true"
    FALSE = "false"
    IGNORED = "ignored"
    ELSE_TRUE = "else true"
    ELSE_FALSE = "else false"


_ACTIVE = (_Branch.TRUE, _Branch.ELSE_TRUE)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a statement had got: its text's length and what the scan knew of it."""

    length: int
    depth: int = 0
    """Open parentheses."""
    block_depth: int = 0
    """Open BEGIN and CASE of a routine's body."""
    routine: bool = False
    """Whether it creates a routine."""


@dataclass(slots=True)
class _Block:
    branch: _Branch
    mark: Mark


class Conditionals:
    """A stack of `\\if` blocks by the rules of psql's command.c.

    Each call gets how far the statement has got, and returns what to go back to: what a skipped branch added to the
    statement is taken off again.
    """

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: list[_Block] = []

    @property
    def is_active(self) -> bool:
        """Whether what is read now counts."""
        return not self._blocks or self._blocks[-1].branch in _ACTIVE

    @property
    def is_open(self) -> bool:
        """Whether an `\\endif` is still missing."""
        return bool(self._blocks)

    def begin(self, condition: bool, mark: Mark) -> None:
        """`\\if`; inside a branch that does not count, none of its branches does."""
        branch = (_Branch.TRUE if condition else _Branch.FALSE) if self.is_active else _Branch.IGNORED
        self._blocks.append(_Block(branch, mark))

    def needs_condition(self) -> bool:
        """Whether an `\\elif` here would be looked at."""
        return bool(self._blocks) and self._blocks[-1].branch is _Branch.FALSE

    def switch(self, condition: bool, mark: Mark) -> Mark | None:
        """`\\elif`; None where it stands outside a block or behind `\\else`."""
        if not self._blocks or self._blocks[-1].branch in (_Branch.ELSE_TRUE, _Branch.ELSE_FALSE):
            return None
        block = self._blocks[-1]
        kept = self._keep(block, mark)
        if block.branch is _Branch.TRUE:
            block.branch = _Branch.IGNORED
        elif block.branch is _Branch.FALSE and condition:
            block.branch = _Branch.TRUE
        return kept

    def otherwise(self, mark: Mark) -> Mark | None:
        """`\\else`; None where it stands outside a block or behind another."""
        if not self._blocks or self._blocks[-1].branch in (_Branch.ELSE_TRUE, _Branch.ELSE_FALSE):
            return None
        block = self._blocks[-1]
        kept = self._keep(block, mark)
        block.branch = _Branch.ELSE_TRUE if block.branch is _Branch.FALSE else _Branch.ELSE_FALSE
        return kept

    def finish(self, mark: Mark) -> Mark | None:
        """`\\endif`; None where it stands outside a block."""
        return self._keep(self._blocks.pop(), mark) if self._blocks else None

    @staticmethod
    def _keep(block: _Block, mark: Mark) -> Mark:
        if block.branch in _ACTIVE:
            block.mark = mark
        return block.mark
