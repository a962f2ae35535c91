"""Everything that the import wizard shows at a moment, as one value."""

from typing import Final, Literal

from msgspec import Struct

from pgconsole.core.import_account import ImportAccount, ImportProgress, Outcome, Reject
from pgconsole.core.import_check import PlanProblem
from pgconsole.core.import_draft import ImportDraft
from pgconsole.core.import_plan import Commit
from pgconsole.core.source_preview import Preview, ScanState
from pgconsole.core.table_description import TableName

Page = Literal["source", "columns", "options", "run", "account"]

PAGES: Final[tuple[tuple[Page, str], ...]] = (
    ("source", "Source and format"),
    ("columns", "Columns and types"),
    ("options", "Options"),
    ("run", "Run"),
    ("account", "Account"),
)
"""Every page in its order, with its title."""

CHOOSING: Final[tuple[Page, ...]] = ("source", "columns", "options")
"""The pages between which one goes freely until the import runs."""

Run = Literal["", "running", "cancelling"]


class WizardState(Struct, frozen=True, kw_only=True):
    """What is shown; what is not known yet has its empty value."""

    page: Page = "source"
    draft: ImportDraft | None = None
    """None until a file was looked into."""
    busy: str = ""
    """What is waited for, in words."""
    failure: str = ""
    """Why the last step did not come about; it stands until the next one begins."""
    parts: tuple[str, ...] = ()
    """The files in an archive, or the sheets of a workbook."""
    likely_encodings: tuple[str, ...] = ()
    """What the encoding could be, where it is not sure."""
    preview: Preview = Preview()
    excerpt: Preview | None = None
    """Records from further on in the file, in place of the first ones."""
    sought_line: int = 0
    """That which the excerpt was asked for."""
    scan: ScanState = ScanState()
    server: str = ""
    """Where the table is or will be; empty without a connection."""
    tables: tuple[TableName, ...] = ()
    schemas: tuple[str, ...] = ()
    problems: tuple[PlanProblem, ...] = ()
    """What has to be settled before it can run."""
    notes: tuple[str, ...] = ()
    """What should be seen before it runs."""
    statements: tuple[str, ...] = ()
    """What will be sent to the server, as far as that is sure."""
    command: str = ""
    """The line that does the same."""
    is_awaited: bool = False
    """Whether the import begins by itself as soon as the scan has ended."""
    run: Run = ""
    progress: ImportProgress | None = None
    newest_rejects: tuple[Reject, ...] = ()
    account: ImportAccount | None = None
    rejects: tuple[Reject, ...] = ()
    """Those that are left: what was mended and loaded since is not among them."""
    mended: int = 0
    """How many rejected records were loaded after all."""

    @property
    def can_seek(self) -> bool:
        """Whether lines are those of one file."""
        return self.draft is not None and len(self.draft.sources) == 1

    @property
    def can_import(self) -> bool:
        """Whether nothing stands in the way of a run."""
        return self.draft is not None and bool(self.server) and not (self.problems or self.run or self.busy)

    @property
    def can_resume(self) -> bool:
        """Whether a run ended early that has committed some batches and can go on after them."""
        account, draft = self.account, self.draft
        return (
            not (self.run or self.busy)
            and draft is not None
            and draft.commit is Commit.BY_BATCH
            and account is not None
            and account.outcome is not Outcome.DONE
            and bool(account.finished or account.doubtful)
        )

    @property
    def rows(self) -> int | None:
        """How many records there are; None while nobody knows."""
        if self.scan.is_done:
            return self.scan.records
        return len(self.preview.records) if self.preview.is_whole and self.draft is not None else None
