"""What one run is to do: which statements of a script it means, and what is sent for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pgconsole.core.errors import NothingToRun
from pgconsole.core.settings import Settings
from pgconsole.core.statements import Kind, Statement, split, statement_at
from pgconsole.workers.job import Job, jobs_of

_NO_LINE_END = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run is to do."""

    jobs: tuple[tuple[Statement, tuple[Job, ...]], ...]
    to_end: bool = False
    """Every row is wanted from the start."""
    undo: bool = False
    """What the run changes is rolled back: it runs for its plan only."""


def chosen_statements(
    script: str, caret: int, selection: tuple[int, int] | None, *, standard_conforming_strings: bool
) -> list[Statement]:
    """The statements of the selection, else the one at the caret; their offsets are the script's."""
    if selection is not None and selection[0] < selection[1]:
        start, end = selection
        alone = _NO_LINE_END.sub(" ", script[:start]) + script[start:end]
        return split(alone, standard_conforming_strings=standard_conforming_strings)
    found = statement_at(split(script, standard_conforming_strings=standard_conforming_strings), caret)
    return [found] if found is not None else []


def plan_run(
    statements: Sequence[Statement], settings: Settings, *, to_end: bool = False, prefix: str = "", undo: bool = False
) -> Plan:
    """Plan to run statements in order, each with `prefix` before it; raises `NothingToRun` where there are none."""
    named = settings.named_parameters
    jobs = tuple(
        (statement, tuple(jobs_of(statement, prefix=prefix, named_parameters=named)))
        for statement in statements
        if statement.kind is not Kind.EMPTY
    )
    if not jobs:
        raise NothingToRun("There is nothing to run.", "No statement stands there, only blanks or comments.")
    return Plan(jobs, to_end, undo)
