"""The import wizard without its widgets: looks into files, keeps the choices, says what is missing, runs the plan.

Its product is a frozen `ImportPlan`, made by `core.import_draft`. Leaves files to `workers.source_reader`, the database
and the run to the target that it is given, and what is seen to its view, which shows one `WizardState` at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from pgconsole.core.column_names import free_name, table_name, usable_names
from pgconsole.core.column_types import fitting_dialect
from pgconsole.core.errors import FileError, PgconsoleError
from pgconsole.core.import_account import ImportAccount, ImportProgress, Reject, failure_words
from pgconsole.core.import_advice import draft_notes, draft_problems, harm_question, planned_statements
from pgconsole.core.import_command import equal_command_line
from pgconsole.core.import_draft import (
    ImportDraft,
    draft_of,
    for_file,
    matched_rows,
    new_rows,
    plan_of,
    retyped,
    takes_all,
    with_columns,
)
from pgconsole.core.import_partners import AskHarm, ImportTarget, ImportView
from pgconsole.core.import_plan import Dialect, ImportPlan, SourceFile
from pgconsole.core.mended_rejects import account_after, retry_plan
from pgconsole.core.resumed_import import account_of_both, settled_account
from pgconsole.core.source_preview import Preview, ScanState
from pgconsole.core.table_description import TableDescription, TableName
from pgconsole.core.wizard_state import CHOOSING, Page, WizardState
from pgconsole.core.wording import format_count
from pgconsole.formats.dialect_detection import Sample
from pgconsole.workers.source_reader import SourceReader
from pgconsole.workers.task_scope import TaskScope

_NEWEST_REJECTS = 12
_END_DEADLINE_S = 5.0
_OWN_CHOICES = frozenset({"decimal", "thousands", "date_order"})


class ImportWizard:
    """One import from its file to its account; intents come in as method calls, which return at once."""

    def __init__(
        self, view: ImportView, files: SourceReader, target: ImportTarget | None, ask: AskHarm | None = None
    ) -> None:
        """Take who shows it, and the database; without one a file can be looked at. `ask` is asked before harm."""
        self._ask = ask
        self._asking: asyncio.Task[None] | None = None
        self._view = view
        self._files = files
        self._target = target
        self._scope = TaskScope("import", self._report)
        self._sample: Sample | None = None
        self._own_marks: set[str] = set()
        self._sure_encoding = ""
        self._looking: asyncio.Task[None] | None = None
        self._scanning: asyncio.Task[None] | None = None
        self._seeking: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self.state = WizardState(server=target.title if target is not None else "")

    def _show(self, **changes: Any) -> None:
        """Take changes of the state, work out what follows from them, and show it."""
        state = msgspec.structs.replace(self.state, **changes)
        if state.busy:
            # What is waited for may change what would be imported.
            state = msgspec.structs.replace(state, is_awaited=False)
        draft = state.draft
        if draft is not None and not state.run and state.account is None:
            plan = plan_of(draft)
            problems = draft_problems(draft, may_create=self._target is None or bool(state.schemas))
            state = msgspec.structs.replace(
                state,
                problems=problems,
                notes=draft_notes(draft, state.scan.facts),
                statements=() if problems else planned_statements(draft),
                command=equal_command_line(plan, self._target.conninfo if self._target is not None else "DSN"),
            )
        self.state = state
        self._view.show_state(state)

    def _report(self, error: PgconsoleError) -> None:
        self._show(busy="", failure=str(error))

    @property
    def plan(self) -> ImportPlan | None:
        """What would run now; None before a file was looked into."""
        return plan_of(self.state.draft) if self.state.draft is not None else None

    def use_target(self, target: ImportTarget | None) -> None:
        """Load into this database from now on."""
        self._target = target
        self._show(server=target.title if target is not None else "", failure="")
        if self.state.draft is not None:
            self._scope.start(self._choose_target(), "choose target")

    # The file

    def open_files(self, paths: Sequence[Path], part: str = "", cells: str = "") -> None:
        """Look into a file, or several of one shape; of an archive into a member, of a workbook into a sheet."""
        self._replace_look(self._look_into(paths, part, cells), f"Looking into {paths[0].name}…")

    def _replace_look(self, work: Any, busy: str) -> None:
        """Begin another look; what an earlier one still finds is dropped with it."""
        for task in (self._looking, self._scanning, self._seeking):
            if task is not None:
                task.cancel()
        self._show(busy=busy, failure="", is_awaited=False, excerpt=None)
        self._looking = self._scope.start(work, "look")

    async def _look_into(self, paths: Sequence[Path], part: str, cells: str) -> None:
        detected, sample = await self._files.look_into(paths[0], part, cells)
        others = [(await self._files.look_into(path))[0].source for path in paths[1:]]
        self._sample = sample
        draft = ImportDraft(sources=(detected.source, *others), dialect=detected.dialect)
        guess = detected.encoding
        self._sure_encoding = guess.encoding if guess.is_sure else ""
        likely = () if guess.is_sure else (guess.encoding, *guess.others)
        self._show(parts=sample.parts, likely_encodings=likely, account=None, rejects=(), mended=0)
        await self._take_dialect(draft)
        await self._choose_target()

    def open_text(self, text: str) -> None:
        """Look into a text that was pasted, by way of a file of this run's own."""
        if text.strip():
            self._replace_look(self._open_text(text), "Looking into what was pasted…")

    async def _open_text(self, text: str) -> None:
        await self._look_into([await self._files.keep_text(text)], "", "")

    def set_dialect(self, dialect: Dialect) -> None:
        """Read the file another way; preview, columns and types follow."""
        draft = self.state.draft
        if draft is None or dialect == draft.dialect:
            return
        self._own_marks |= {name for name in _OWN_CHOICES if getattr(dialect, name) != getattr(draft.dialect, name)}
        changed = msgspec.structs.replace(draft, dialect=dialect)
        self._replace_look(self._take_dialect(changed), "")

    def set_encoding(self, encoding: str) -> None:
        """Decode the file another way, and guess the rest anew from what that gives."""
        if self.state.draft is not None and self._sample is not None:
            self._replace_look(self._guess_again(self._sample, self.state.draft, encoding), "")

    async def _guess_again(self, sample: Sample, draft: ImportDraft, encoding: str) -> None:
        dialect = await self._files.guess_again(sample, encoding)
        await self._take_dialect(msgspec.structs.replace(draft, dialect=dialect))

    async def _take_dialect(self, draft: ImportDraft) -> None:
        assert self._sample is not None
        preview = await self._files.preview(self._sample, draft.dialect)
        names, _changes = usable_names(preview.header, preview.width)
        draft = with_columns(draft, names)
        self._show(draft=draft, preview=preview, scan=ScanState(oddities=preview.oddities), busy="")
        self._scanning = self._scope.start(self._scan(draft, preview), "scan")

    def seek(self, line: int) -> None:
        """Show the records round a line of the file, which is read up to there; 0 brings the first ones back."""
        draft = self.state.draft
        if self._seeking is not None:
            self._seeking.cancel()
        if line and draft is not None and self.state.can_seek:
            self._show(busy=f"Reading up to line {format_count(line)}…", failure="")
            self._seeking = self._scope.start(self._seek(draft, line), "seek")
        else:
            self._show(busy="", excerpt=None)

    async def _seek(self, draft: ImportDraft, line: int) -> None:
        excerpt = await self._files.excerpt(draft.sources[0], draft.dialect, line, self.state.preview)
        self._show(busy="", excerpt=excerpt, sought_line=line)

    async def _scan(self, draft: ImportDraft, preview: Preview) -> None:
        try:
            async for state in self._files.scan(draft.sources, draft.dialect, preview.width):
                now = self.state.draft
                if now is None:
                    return
                dialect = now.dialect
                if not self._own_marks:
                    dialect = fitting_dialect(draft.dialect, state.facts)
                self._show(scan=state, draft=retyped(msgspec.structs.replace(now, dialect=dialect), state.facts))
        except PgconsoleError:
            self.await_no_more()
            raise
        self._scan_has_ended()

    def stop_scan(self) -> None:
        """Take what the scan has found so far for the whole; it is known which records that rests on."""
        scan = self.state.scan
        if self._scanning is not None and scan.facts and not scan.has_ended:
            self._scanning.cancel()
            self._show(scan=replace(scan, is_stopped=True))
            self._scan_has_ended()

    def _scan_has_ended(self) -> None:
        if self.state.is_awaited:
            self.await_no_more()
            self.run()

    def await_no_more(self) -> None:
        """Begin nothing by itself."""
        if self.state.is_awaited:
            self._show(is_awaited=False)

    # The table

    async def _choose_target(self) -> None:
        """Propose the table of the file's name where it takes every column, else a new one."""
        draft = self.state.draft
        if draft is None:
            return
        name = table_name(Path(draft.sources[0].member or draft.sources[0].path).name)
        tables, schemas = await self._target.tables() if self._target is not None else ((), ())
        self._show(tables=tables, schemas=schemas)
        same = next((each for each in tables if each.is_found and each.table.casefold() == name), None)
        if same is not None and self._target is not None:
            described = await self._target.describe(same.schema, same.table)
            if described is not None and takes_all(draft.source_columns, described):
                self._use_table(described)
                return
        taken = {each.table for each in tables if each.is_found}
        self.choose_new_table(schemas[0] if schemas else "", free_name(name, taken))

    def choose_new_table(self, schema: str, table: str) -> None:
        """Load into a table that is to be made."""
        draft = self.state.draft
        if draft is None:
            return
        if not draft.is_new:
            rows = new_rows(draft.source_columns, self.state.scan.facts, draft.dialect)
            draft = msgspec.structs.replace(draft, existing=None, rows=rows)
        self._show(draft=msgspec.structs.replace(draft, schema=schema, table=table))

    def choose_table(self, name: TableName) -> None:
        """Load into a table that is there."""
        if self._target is not None:
            self._show(busy=f"Reading about {name.table}…", failure="")
            self._scope.start(self._choose_table(self._target, name), "describe table")

    async def _choose_table(self, target: ImportTarget, name: TableName) -> None:
        described = await target.describe(name.schema, name.table)
        if described is None:
            raise FileError(f"The table {name.table} is no longer there.", "", "Choose another.")
        self._use_table(described)

    def _use_table(self, table: TableDescription) -> None:
        draft = self.state.draft
        if draft is None:
            return
        changed = msgspec.structs.replace(
            draft,
            existing=table,
            schema=table.name.schema,
            table=table.name.table,
            rows=matched_rows(draft.source_columns, table),
            key=table.keys[0] if table.keys else (),
        )
        self._show(draft=changed, busy="")

    # Choices

    def change(self, **fields: Any) -> None:
        """Change fields of the draft that have no method of their own: rows, ways, options."""
        if self.state.draft is not None:
            self._show(draft=msgspec.structs.replace(self.state.draft, **fields), is_awaited=False)

    def go(self, page: Page) -> None:
        """Show another page, where that can be: choices before the run, the account after it."""
        state = self.state
        is_open = page in CHOOSING and not state.run
        if (is_open and state.draft is not None) or (page == "run" and state.progress is not None):
            # Choices are open again after a run; its account stays to be come back to.
            self._show(page=page, is_awaited=False)
        elif page == "account" and state.account is not None and not state.run:
            self._show(page=page)

    def step(self, by: int) -> None:
        """Go to the next page of choices, or the one before."""
        index = CHOOSING.index(self.state.page) + by if self.state.page in CHOOSING else -1
        if 0 <= index < len(CHOOSING):
            self.go(CHOOSING[index])

    # Plans on the disk

    def save_plan(self, path: Path) -> None:
        """Write the plan as a text that `load_plan` takes."""
        plan = self.plan
        if plan is not None:
            self._scope.start(self._files.write_plan(path, plan), "save plan")

    def load_plan(self, path: Path) -> None:
        """Take the choices of a plan that was saved, for the file that is open, or for the plan's own."""
        self._show(failure="")
        self._scope.start(self._load_plan(path), "load plan")

    async def _load_plan(self, path: Path) -> None:
        plan = await self._files.read_plan(path)
        before = self.state.draft
        sources: tuple[SourceFile, ...] = before.sources if before is not None else plan.sources
        if self._sample is None:
            first = sources[0]
            part = first.sheet or first.member
            _detected, self._sample = await self._files.look_into(Path(first.path), part, first.cells)
        existing = None
        if self._target is not None:
            schema = plan.target.schema or (self.state.schemas[0] if self.state.schemas else "public")
            existing = await self._target.describe(schema, plan.target.table)
        draft = for_file(draft_of(plan, existing), sources, self._sure_encoding)
        preview = await self._files.preview(self._sample, draft.dialect)
        if preview.width and preview.width != len(draft.source_columns):
            why = f"It is for files of {len(draft.source_columns)} columns; this one has {preview.width}."
            raise FileError(f"{path.name} does not fit this file.", why)
        self._own_marks = set(_OWN_CHOICES)
        if self._scanning is not None:
            self._scanning.cancel()
        self._show(draft=draft, preview=preview, excerpt=None, scan=ScanState(oddities=preview.oddities))
        self._scanning = self._scope.start(self._scan(draft, preview), "scan")

    # Running

    def run(self) -> None:
        """Run the plan, unless something stands in its way; what may do harm is asked about first.

        The types of a new table come from every record: where not all were looked at yet it begins after that, or, when
        this is called again, with what is known.
        """
        draft, target = self.state.draft, self._target
        if draft is None or target is None or not self.state.can_import:
            return
        if not self.state.scan.has_ended and any(not row.is_own_type for row in draft.rows if row.is_used):
            if self.state.is_awaited:
                self.stop_scan()
            else:
                self._show(is_awaited=True)
        else:
            question = harm_question(draft, is_production=target.is_production)
            if question is None or self._ask is None:
                self._begin(target, plan_of(draft))
            elif self._asking is None or self._asking.done():
                self._asking = self._scope.start(self._run_if(self._ask(question), target, plan_of(draft)), "ask")

    async def _run_if(self, answer: Awaitable[bool], target: ImportTarget, plan: ImportPlan) -> None:
        if await answer and (self._target, self.plan) == (target, plan) and self.state.can_import:
            self._begin(target, plan)

    def resume(self) -> None:
        """Load what a run that committed by batch has left; no record is loaded twice."""
        plan, account = self.plan, self.state.account
        if plan is not None and account is not None and self._target is not None and self.state.can_resume:
            self._show(busy="Asking what is in the table…", failure="")
            self._scope.start(self._resume(self._target, plan, account), "resume")

    async def _resume(self, target: ImportTarget, plan: ImportPlan, account: ImportAccount) -> None:
        answers = {each.transaction: await target.was_committed(each.transaction) for each in account.doubtful}
        known = {transaction: answer for transaction, answer in answers.items() if answer is not None}
        if len(known) < len(answers):
            why = "The server does not say whether the last batch was committed, so that its rows could come twice."
            raise FileError("The rest cannot be loaded yet.", why, "Try again once the server can be reached.")
        before, rejects, mended = settled_account(account, known), self.state.rejects, self.state.mended
        left = (*rejects, *before.rejects[len(account.rejects) :])

        def ended(again: ImportAccount) -> None:
            both, all_left = account_of_both(before, left, again)
            self._show(page="account", run="", account=both, rejects=all_left, mended=mended)

        # The table is committed with the first batch, and not there where none is.
        new = None if before.finished else plan.target.new
        there = msgspec.structs.replace(plan.target, new=new)
        self._begin(target, msgspec.structs.replace(plan, already_loaded=before.finished, target=there), ended)

    def _begin(
        self, target: ImportTarget, plan: ImportPlan, ended: Callable[[ImportAccount], None] | None = None
    ) -> None:
        self._at_rest.clear()
        if self._scanning is not None:
            self._scanning.cancel()
        cleared = {"newest_rejects": (), "account": None, "rejects": (), "mended": 0}
        self._show(page="run", run="running", busy="", progress=None, **cleared)
        self._running = self._scope.start(self._run(target, plan, ended or self._ended), "run")

    async def _run(
        self, target: ImportTarget, plan: ImportPlan, ended: Callable[[ImportAccount], Awaitable[None] | None]
    ) -> None:
        try:
            async for event in target.run(plan):
                if isinstance(event, ImportProgress):
                    newest = (*self.state.newest_rejects, *event.newest_rejects)[-_NEWEST_REJECTS:]
                    self._show(progress=event, newest_rejects=newest)
                else:
                    ended(event)
        finally:
            self._running = None
            self._at_rest.set()
            if self.state.run:
                self._show(run="")

    def _ended(self, account: ImportAccount) -> None:
        self._show(page="account", run="", account=account, rejects=account.rejects)

    async def until_ended(self) -> None:
        """Wait until nothing runs."""
        await self._at_rest.wait()

    def cancel(self) -> None:
        """End the run; what is in the table then, its account says."""
        if self._target is not None and self.state.run == "running":
            self._show(run="cancelling")
            self._scope.start(self._target.cancel(), "cancel")

    # Rejects, mended

    def load_mended(self, texts: Mapping[int, str]) -> None:
        """Load rejected records again: the text that each has now, by its number in the file."""
        state, plan = self.state, self.plan
        if plan is None or self._target is None or state.run or state.account is None or not texts:
            return
        chosen = [reject for reject in state.rejects if reject.record in texts]
        self._show(run="running", progress=None, failure="")
        self._scope.start(self._load_mended(self._target, plan, chosen, texts), "load mended")

    async def _load_mended(
        self, target: ImportTarget, plan: ImportPlan, chosen: Sequence[Reject], texts: Mapping[int, str]
    ) -> None:
        again: list[ImportAccount] = []
        try:
            async with self._files.written([texts[reject.record] for reject in chosen], plan.dialect.encoding) as file:
                await self._run(target, retry_plan(plan, file), again.append)
        except PgconsoleError as error:
            self._show(run="", failure=str(error))
            return
        before = self.state.account
        if again and before is not None:
            account, left = account_after(before, self.state.rejects, chosen, texts, again[0])
            mended = self.state.mended + again[0].loaded
            told = failure_words(again[0].failure)
            self._show(page="account", account=account, rejects=left, mended=mended, failure=told)

    async def aclose(self) -> None:
        """End everything; a run is cancelled first, so that the server ends it in order."""
        running = self._running
        if running is not None and self._target is not None:
            await self._target.cancel()
            await asyncio.wait({running}, timeout=_END_DEADLINE_S)
        await self._scope.aclose()
        await self._files.aclose()
