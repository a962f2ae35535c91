"""The imports of one window: opens a wizard for files that are chosen or dropped, and ends them in order.

Part of the composition root beside `workbench.py`. What an import is, is `ImportWizard`'s; what is seen, its dialog's.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pgconsole.core.import_account import account_phrase
from pgconsole.core.import_advice import HarmQuestion
from pgconsole.core.wording import plural
from pgconsole.db.server_connection import ServerConnection
from pgconsole.import_wizard import ImportWizard
from pgconsole.ui.import_wizard_dialog import ImportWizardDialog
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.questions import choose_file, choose_files, confirm
from pgconsole.workers.import_database import ImportDatabase
from pgconsole.workers.source_reader import SourceReader

Start = Callable[[Coroutine[Any, Any, None], str], None]

_KINDS = (
    "Data (*.csv *.tsv *.txt *.dat *.psv *.tab *.gz *.bz2 *.xz *.zst *.zip *.xlsx *.xlsm *.xlsb *.xls *.ods *.json"
    " *.jsonl *.ndjson);;All files (*)"
)
_PLANS = "Import plans (*.json);;All files (*)"


@dataclass(slots=True, eq=False)
class _Open:
    """A wizard that is open, and the connection that it loads into."""

    wizard: ImportWizard
    dialog: ImportWizardDialog
    server: ServerConnection | None
    is_asking: bool = False
    """Whether it is asked about already."""


class Imports:
    """Opens and closes the wizards of a window; `server_now` tells which connection a new one is for."""

    def __init__(self, window: MainWindow, start: Start, server_now: Callable[[], ServerConnection | None]) -> None:
        self._window = window
        self._start = start
        self._server_now = server_now
        self._open: list[_Open] = []
        commands = {"import.open": lambda: start(self.choose(), "import"), "import.paste": self.paste}
        window.actions_by_id.connect_all(commands)

    @property
    def is_waiting(self) -> bool:
        """Whether a wizard has no connection to load into."""
        return any(each.server is None for each in self._open)

    async def choose(self) -> None:
        """Ask for files, and open a wizard for them."""
        files = await choose_files(self._window, "Import", _KINDS)
        if files:
            self.open(files)

    def paste(self) -> None:
        """Open a wizard for the text on the clipboard."""
        self._opened().dialog.source_page.paste()

    def open(self, files: Sequence[Path]) -> None:
        """Open a wizard for files of one shape."""
        self._opened().wizard.open_files(files)

    def _opened(self) -> _Open:
        server = self._server_now()
        dialog = ImportWizardDialog(self._window)
        wizard = ImportWizard(dialog, SourceReader(), _target_of(server), partial(_ask, dialog))
        opened = _Open(wizard, dialog, server)
        self._open.append(opened)
        dialog.serve(wizard)
        dialog.close_wanted.connect(lambda: self._start(self._close(opened), "close import"))
        dialog.files_wanted.connect(lambda: self._start(self._choose_other(opened), "choose file"))
        dialog.plan_to_load_wanted.connect(lambda: self._start(self._load_plan(opened), "load plan"))
        dialog.plan_to_save_wanted.connect(lambda: self._start(self._save_plan(opened), "save plan"))
        dialog.show()
        return opened

    def server_opened(self, server: ServerConnection) -> None:
        """A connection is there: wizards that wait for one load into it."""
        for each in self._open:
            if each.server is None:
                each.server = server
                each.wizard.use_target(_target_of(server))

    async def _choose_other(self, opened: _Open) -> None:
        files = await choose_files(opened.dialog, "Import", _KINDS)
        if files:
            opened.wizard.open_files(files)

    async def _load_plan(self, opened: _Open) -> None:
        file = await choose_file(opened.dialog, "Load plan", _PLANS)
        if file is not None:
            opened.wizard.load_plan(file)

    async def _save_plan(self, opened: _Open) -> None:
        file = await choose_file(opened.dialog, "Save plan", _PLANS, save_as="import.json")
        if file is not None:
            opened.wizard.save_plan(file)

    async def _close(self, opened: _Open) -> None:
        if opened in self._open and await self._may_end(opened, "Close the import"):
            await self._end(opened)

    async def _may_end(self, opened: _Open, verb: str) -> bool:
        if opened.is_asking:
            return False
        if not opened.wizard.state.run:
            return await self._may_lose_mended(opened, verb)
        opened.is_asking = True
        detail = "Records are being loaded. What was not committed yet is undone."
        yes, no = "Cancel the import", "Go on importing"
        question = confirm(opened.dialog, f"{verb} and cancel it?", detail, yes=yes, no=no)
        asking, ended = asyncio.ensure_future(question), asyncio.ensure_future(opened.wizard.until_ended())
        try:
            await asyncio.wait({asking, ended}, return_when=asyncio.FIRST_COMPLETED)
            # Where it has ended meanwhile, its account is to be seen.
            return asking.done() and asking.result()
        finally:
            opened.is_asking = False
            for task in (asking, ended):
                task.cancel()
            await asyncio.gather(asking, ended, return_exceptions=True)

    async def _may_lose_mended(self, opened: _Open, verb: str) -> bool:
        """Ask where records were mended and not loaded: what was typed is kept nowhere else."""
        count = opened.dialog.mended_unloaded
        if not count:
            return True
        opened.is_asking = True
        try:
            detail = f"What was typed into {plural(count, 'record')} is lost. Load mended records first to keep it."
            lost = f"{verb} without loading what was mended?"
            return await confirm(opened.dialog, lost, detail, yes="Close without loading")
        finally:
            opened.is_asking = False

    async def _end(self, opened: _Open) -> None:
        if opened in self._open:
            self._open.remove(opened)
            was_running = bool(opened.wizard.state.run)
            await opened.wizard.aclose()
            account = opened.wizard.state.account
            if was_running and account is not None:
                # Else nobody would be told what is in the table.
                self._window.notice_bar.show_notice(account_phrase(account), "warning")
            opened.dialog.may_close = True
            opened.dialog.close()
            opened.dialog.deleteLater()

    async def may_close(self, server: ServerConnection | None = None) -> bool:
        """Ask where an import runs, on one connection or on any."""
        for each in list(self._open):
            if (server is None or each.server is server) and not await self._may_end(each, "Close"):
                return False
        return True

    async def leave(self, server: ServerConnection) -> None:
        """Close the wizards on a connection that is about to close."""
        await asyncio.gather(*(self._end(each) for each in list(self._open) if each.server is server))

    async def aclose(self) -> None:
        """Close every wizard; what runs is cancelled."""
        await asyncio.gather(*(self._end(each) for each in list(self._open)))


async def _ask(dialog: ImportWizardDialog, harm: HarmQuestion) -> bool:
    return await confirm(dialog, harm.question, harm.detail, yes=harm.yes)


def _target_of(server: ServerConnection | None) -> ImportDatabase | None:
    return ImportDatabase(server) if server is not None else None
