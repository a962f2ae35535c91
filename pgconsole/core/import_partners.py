"""Who the import wizard works with, as it sees them: what shows it, and the database that it loads into."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from pgconsole.core.import_account import ImportAccount, ImportProgress
from pgconsole.core.import_advice import HarmQuestion
from pgconsole.core.import_plan import ImportPlan
from pgconsole.core.table_description import TableDescription, TableName
from pgconsole.core.wizard_state import WizardState


class ImportView(Protocol):
    """What shows the wizard; the call returns at once."""

    def show_state(self, state: WizardState) -> None:
        """Show everything as it is now."""


AskHarm = Callable[[HarmQuestion], Awaitable[bool]]
"""Asks before a run that may do harm; whether it shall be done."""


class ImportTarget(Protocol):
    """The database that is loaded."""

    @property
    def title(self) -> str:
        """As the user calls the connection."""

    @property
    def conninfo(self) -> str:
        """A connection string for the command line, without a secret."""

    @property
    def is_production(self) -> bool:
        """Whether its server is marked as one that people depend on."""

    async def tables(self) -> tuple[tuple[TableName, ...], tuple[str, ...]]:
        """The tables that can be loaded, and the schemas in which one can be made."""

    async def describe(self, schema: str, table: str) -> TableDescription | None:
        """What a table is like; None where it is not there."""

    def run(self, plan: ImportPlan) -> AsyncIterator[ImportProgress | ImportAccount]:
        """Run the plan; how far it is, some times a second, and at last the account."""

    async def was_committed(self, transaction: str) -> bool | None:
        """Whether a transaction was committed whose end was not heard of; None where nobody can say."""

    async def cancel(self) -> None:
        """End the run that goes on; its account comes all the same."""
