"""The texts of a window's tabs on disk: scripts that the user opens and saves, and drafts that save themselves.

Part of the composition root; tabs come and go by the workbench, files are written by the workers.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from pgconsole.core.draft import Draft, new_draft_id
from pgconsole.core.errors import PgconsoleError, UnfitText
from pgconsole.core.hidden_characters import hidden_in
from pgconsole.core.script_file import ScriptFile
from pgconsole.core.text_form import TextForm
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.questions import choose_file, confirm
from pgconsole.workers.draft_store import DraftStore
from pgconsole.workers.file_chunks import write_pieces
from pgconsole.workers.script_files import has_changed, read_script, utf8, write_script

_AUTOSAVE_S = 1.0
_PAUSE_S = 0.2
_SCRIPTS = "SQL scripts (*.sql);;All files (*)"
_NUMBERED = re.compile("Query ([0-9]{1,6})")

Start = Callable[[Coroutine[Any, Any, None], str], None]
OpenTab = Callable[[Draft], None]


class TabTexts:
    """Opens, saves and keeps texts; `open_tab` shows one."""

    def __init__(self, window: MainWindow, open_tab: OpenTab, start: Start) -> None:
        self._window = window
        self._open_tab = open_tab
        self._start = start
        self._drafts: DraftStore | None = None
        self._autosave: asyncio.TimerHandle | None = None
        self._latest_save = 0.0
        self._numbers = 0
        self._saving = asyncio.Lock()
        self._leaving: set[QueryTab] = set()
        """Tabs that close: their drafts are closed, and a save would open them again."""

    def title_of(self, draft: Draft | None) -> str:
        """A draft's own name, else a number that is higher than any so far."""
        if draft is None or not draft.title:
            self._numbers += 1
            return f"Query {self._numbers}"
        numbered = _NUMBERED.fullmatch(draft.title)
        if numbered is not None:
            self._numbers = max(self._numbers, int(numbered[1]))
        return draft.title

    # Scripts

    async def open_file(self) -> None:
        """Ask for a script, and show it in a new tab; nothing of it runs."""
        path = await choose_file(self._window, "Open script", _SCRIPTS)
        if path is None:
            return
        text, file = await read_script(path)
        hidden = await asyncio.to_thread(hidden_in, text)
        self._open_tab(Draft(new_draft_id(), path.name, text, file=file))
        self.changed()
        told = []
        if file.form.encoding != TextForm().encoding:
            told.append(f"{path.name} was read as {file.form.title}, for it is not in UTF-8. It will be saved so too.")
        if hidden:
            told.append(f"{path.name} may not run as it reads. {hidden}; outlined there.")
        if told:
            self._window.notice_bar.show_notice(" ".join(told), "warning" if hidden else "info")

    async def save_file(self, tab: QueryTab, *, ask: bool = False) -> None:
        """Write a tab's text to its file; ask for one where it has none, or where `ask` says so."""
        async with self._saving:
            file = await self._chosen_file(tab) if tab.file is None or ask else tab.file
            if file is None or (file is tab.file and not await self._may_overwrite(file)):
                return
            text = tab.editor.script()
            try:
                written = await write_script(file, text)
            except UnfitText as error:
                if not await confirm(self._window, "Save in UTF-8?", f"{error.what} {error.why}", yes="Save in UTF-8"):
                    return
                written = await write_script(utf8(file), text)
            tab.saved_as(written, text)

    async def _chosen_file(self, tab: QueryTab) -> ScriptFile | None:
        """The file that the user wants a tab's text in, in the form that it had so far."""
        path = await choose_file(self._window, "Save script", _SCRIPTS, save_as=_file_name(tab))
        return None if path is None else ScriptFile(path, form=tab.file.form if tab.file is not None else TextForm())

    async def _may_overwrite(self, file: ScriptFile) -> bool:
        """Ask where somebody else has written the file since this tab did."""
        detail = f"{file.path} was changed by another program. What that wrote would be lost."
        return not await has_changed(file) or await confirm(
            self._window, f"Overwrite {file.path.name}?", detail, yes="Overwrite"
        )

    async def save_copy_output(self, tab: QueryTab) -> None:
        """Write what a COPY ... TO STDOUT gave to a file, a line each as the server sent it."""
        result = tab.results.result
        if result is None or not result.is_copy_output:
            return
        file = await choose_file(self._window, "Save COPY output", "All files (*)", save_as="copy.txt")
        if file is not None:
            rows = result.store.iter_rows(0, result.row_count)
            await write_pieces(file, (f"{line}\n".encode() for (line,) in rows))

    # Drafts

    async def restore(self) -> None:
        """Bring back the tabs of last time, and of windows that died; raises `PgconsoleError`."""
        self._drafts = await DraftStore.open()
        if self._drafts.problem:
            self._window.notice_bar.show_notice(self._drafts.problem, "warning")
        drafts = await self._drafts.take_over()
        self._window.can_reopen = bool(await self._drafts.closed())
        for draft in drafts:
            self._open_tab(draft)

    async def keep_closed(self, tab: QueryTab) -> None:
        """A tab closes: keep its text for `reopen`."""
        if self._drafts is None:
            return
        self._leaving.add(tab)
        try:
            await self._drafts.close_draft(draft_of(tab, 0))
            self._window.can_reopen = bool(await self._drafts.closed())
        finally:
            self._leaving.discard(tab)

    async def reopen(self) -> None:
        """Show the tab again that was closed last."""
        if self._drafts is not None:
            draft = await self._drafts.reopen()
            self._window.can_reopen = bool(await self._drafts.closed())
            if draft is not None:
                self._open_tab(draft)

    def changed(self) -> None:
        """A text has changed: save all of them in the next pause, a second later at the latest."""
        loop = asyncio.get_running_loop()
        if self._autosave is None:
            self._latest_save = loop.time() + _AUTOSAVE_S
        else:
            self._autosave.cancel()
        self._autosave = loop.call_at(min(loop.time() + _PAUSE_S, self._latest_save), self._save_soon)

    def _save_soon(self) -> None:
        self._autosave = None
        self._start(self._save(), "save drafts")

    async def _save(self) -> None:
        if self._drafts is not None:
            tabs = [tab for tab in self._window.query_tabs() if tab not in self._leaving]
            await self._drafts.save([draft_of(tab, place) for place, tab in enumerate(tabs)])

    async def aclose(self) -> None:
        """Save a last time and let the store go."""
        if self._autosave is not None:
            self._autosave.cancel()
        if self._drafts is not None:
            with suppress(PgconsoleError):
                await self._save()
            await self._drafts.aclose()


def _file_name(tab: QueryTab) -> str:
    return tab.title if tab.file is not None else f"{tab.title}.sql"


def draft_of(tab: QueryTab, place: int) -> Draft:
    """A tab as it is kept."""
    cursor = tab.editor.textCursor()
    where = (cursor.position(), cursor.anchor(), place)
    text = (tab.draft_id, tab.title, tab.editor.script(), *where, tab.profile_id, tab.file, tab.is_unsaved)
    return Draft(*text, tab.manual_commit, tab.read_only)
