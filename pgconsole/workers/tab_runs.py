"""What a tab runs, from the user's choice to its statements: asks first about what may do harm, then has it run.

Owns the order of these steps. Leaves the questions' rules to `guard_check`, the sequence of a script to `ScriptRun` and
the lines of a batch to `batch_run`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pgconsole.core.errors import NothingToRun
from pgconsole.core.guards import GuardQuestion, GuardRules
from pgconsole.core.query_view import QueryView
from pgconsole.core.run_state import TransactionState
from pgconsole.core.statements import Statement
from pgconsole.db.session import Session
from pgconsole.workers.batch_run import Line, batch_job, run_batch
from pgconsole.workers.guard_check import GuardCheck, refuse_past_read_only
from pgconsole.workers.portal_guard import PortalGuard
from pgconsole.workers.prompts import Answer, Prompts
from pgconsole.workers.readings import Readings
from pgconsole.workers.run_plan import Choice, Plan
from pgconsole.workers.script_run import RunHost, RunServices, ScriptRun

_ANOTHER_RAN = "another statement ran in the tab"


@dataclass(slots=True)
class TabRuns:
    """Runs what was chosen in one tab, one thing at a time."""

    host: RunHost
    view: QueryView
    readings: Readings
    prompts: Prompts
    services: RunServices
    portals: PortalGuard
    rules: GuardRules
    last_values: dict[str, str | None] = field(default_factory=dict)

    async def run(self, choice: Choice, plan: Plan, session: Session | None) -> None:
        """Run what is chosen as `plan` has it, but for the statements; `session` is the one that the tab holds."""
        statements = await choice.statements()
        if plan.prefix:
            statements = statements[:1]
        named = self.services.settings().named_parameters
        plan = replace(plan, statements=statements, script=choice.script, named_parameters=named)
        if session is not None and session.transaction is TransactionState.IDLE:
            await self.readings.close_all(_ANOTHER_RAN)
        if not (plan.prefix or plan.dry_run):
            answer = await self._check.allows(statements, self.host.borrow, self._ask)
            plan = replace(plan, dry_run=answer == "dry_run")
        parts = (self.readings, self.prompts, self.services, self.portals, self.last_values)
        await ScriptRun(plan, self.host, self.view, *parts).run()

    async def run_batch(self, choice: Choice, lines: Sequence[Line]) -> None:
        """Run the statement that is chosen once for each line of values."""
        if not lines:
            raise NothingToRun("There is nothing to run.", "A batch needs lines of values.")
        statements: Sequence[Statement] = await choice.statements()
        job = batch_job(statements, self.services.settings())
        refuse_past_read_only(job.text, self.host.state.read_only_by)
        await self.readings.close_all(_ANOTHER_RAN)
        await self._check.allows(statements, self.host.borrow, self._ask, lines=len(lines))
        await run_batch(self.host, self.view, job, lines, self.services, self.portals)

    @property
    def _check(self) -> GuardCheck:
        return GuardCheck(self.rules, asks_unguarded=self.services.settings().confirm_destructive)

    async def _ask(self, question: GuardQuestion) -> Answer | None:
        return await self.prompts.ask(partial(self.view.ask_guard, question), "an answer")
