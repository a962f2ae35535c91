"""What one run is to do: which statements of a script it means, and what is sent for each.

What is long is split and judged in a thread, beside which the window goes on: 10 MB take seconds.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pgconsole.core.errors import NothingToRun
from pgconsole.core.statements import Kind, Statement, split, statement_at
from pgconsole.workers.job import Job, jobs_of

_NO_LINE_END = re.compile(r"[^\n]")
_LONG_CHARS = 1 << 16
"""Takes some 30 ms to judge, and less to split."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants run of a script: the selection, else the statement at the caret."""

    script: str
    caret: int = 0
    selection: tuple[int, int] | None = None
    standard_conforming_strings: bool = True

    async def statements(self) -> list[Statement]:
        """The statements that are meant, blank ones left out; raises `NothingToRun` where there are none."""
        is_long = len(self.script) > _LONG_CHARS
        found = await asyncio.to_thread(self._split) if is_long else self._split()
        statements = [statement for statement in found if statement.kind is not Kind.EMPTY]
        if not statements:
            raise NothingToRun("There is nothing to run.", "No statement stands there, only blanks or comments.")
        return statements

    def _split(self) -> list[Statement]:
        """Split, with offsets that are the script's."""
        script, conforming = self.script, self.standard_conforming_strings
        if self.selection is not None and self.selection[0] < self.selection[1]:
            start, end = self.selection
            alone = _NO_LINE_END.sub(" ", script[:start]) + script[start:end]
            return split(alone, standard_conforming_strings=conforming)
        found = statement_at(split(script, standard_conforming_strings=conforming), self.caret, script)
        return [found] if found is not None else []


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run is to do."""

    statements: Sequence[Statement]
    script: str = ""
    """The whole text that they stand in."""
    prefix: str = ""
    """Stands before each of them, as EXPLAIN."""
    named_parameters: bool = False
    to_end: bool = False
    """Every row is wanted from the start."""
    undo: bool = False
    """What the run changes is rolled back: it runs for its plan only."""
    dry_run: bool = False
    """All of it runs in one transaction that is rolled back."""
    keeps_results: bool = False
    """It gives no results of its own, and those of the run before stay."""

    def line_of(self, offset: int) -> int | None:
        """The line, from 1, of an offset in the script; None where it has no other line."""
        return self.script.count("\n", 0, offset) + 1 if "\n" in self.script.strip() else None

    async def jobs(self, statement: Statement) -> Sequence[Job]:
        """What is sent for a statement; judged when its turn comes, for a script may have a hundred thousand."""
        judge = partial(jobs_of, statement, prefix=self.prefix, named_parameters=self.named_parameters)
        is_long = statement.end - statement.start > _LONG_CHARS
        return await asyncio.to_thread(judge) if is_long else judge()
