"""Drives the window for the tour, by what a user has too: actions, editor, buttons; and sees to it that each is heeded.

What is shown at which stop is the stops'; pictures are the camera's.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from pgconsole.core.run_state import TransactionState
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.results.result_pane import ResultPane

_LOOK_EVERY_S = 0.02
_FAULT = "A fault of pgconsole"

_Widget = TypeVar("_Widget", bound=QWidget)


class TourStuck(Exception):
    """Something did not come up: what, in words that follow the name of the stop."""


class Guide:
    """One window, and the patience for it."""

    def __init__(self, window: MainWindow, limit_s: float = 20.0) -> None:
        """Take how long a state may be on its way."""
        self.window = window
        self._limit_s = limit_s

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; raises `TourStuck`, which says `what` is missing, where it does not in time."""
        deadline = time.monotonic() + self._limit_s
        while not holds():
            if time.monotonic() > deadline:
                raise TourStuck(f"{what}: not within {self._limit_s:g} s")
            await asyncio.sleep(_LOOK_EVERY_S)

    @property
    def tab(self) -> QueryTab:
        """The query tab that is shown; raises `TourStuck` without one."""
        tab = self.window.current_tab
        if tab is None:
            raise TourStuck("no query tab is shown")
        return tab

    @property
    def pane(self) -> ResultPane:
        """The result that is shown; raises `TourStuck` without one."""
        pane = self.tab.results.pane
        if pane is None:
            raise TourStuck("no result is shown")
        return pane

    def press(self, action_id: str) -> None:
        """Choose a command; raises `TourStuck` where it can't be chosen now."""
        action = self.window.actions_by_id[action_id]
        if not action.isEnabled():
            raise TourStuck(f"{action_id} can't be chosen")
        action.trigger()

    async def run(self, script: str, action_id: str = "query.run") -> None:
        """Run what stands first in a script, or with another action all of it, to its answer."""
        tab = self.tab
        before = tab.state.answered
        self._begin(script, action_id)
        await self.until(lambda: tab.state.answered > before and not tab.state.is_busy, "the answer")

    async def start(self, script: str) -> None:
        """Begin to run what stands first in a script."""
        self._begin(script, "query.run")
        await self.until(lambda: self.tab.state.is_busy, "the run")

    def _begin(self, script: str, action_id: str) -> None:
        self.tab.editor.set_script(script)
        self.tab.editor.go_to(0)
        self.press(action_id)

    async def until_idle(self) -> None:
        """Wait until the tab does nothing."""
        await self.until(lambda: not self.tab.state.is_busy, "the tab's rest")

    async def until_transaction(self, *states: TransactionState) -> None:
        """Wait until the tab's transaction is in one of these states."""
        await self.until(lambda: self.tab.state.transaction in states, f"a transaction that is {states[0].value}")

    async def dialog(self, name: str) -> QDialog:
        """Wait for a dialog of this name, and return it."""
        await self.until(lambda: self._shown_dialog(name) is not None, name)
        dialog = self._shown_dialog(name)
        assert dialog is not None
        return dialog

    def _shown_dialog(self, name: str) -> QDialog | None:
        shown = self.top()
        return shown if isinstance(shown, QDialog) and shown.objectName() == name else None

    def top(self) -> QWidget:
        """What lies uppermost: an open menu, else a dialog, else the window."""
        menu = QApplication.activePopupWidget()
        if menu is not None:
            return menu
        dialogs = (each for each in self.window.findChildren(QDialog) if each.isVisible())
        return next(dialogs, self.window)

    async def clear(self) -> None:
        """Close what lies above the window."""
        while (above := self.top()) is not self.window:
            above.close()
            await asyncio.sleep(_LOOK_EVERY_S)

    def part(self, kind: type[_Widget], name: str, within: QWidget | None = None) -> _Widget:
        """The widget of this name; raises `TourStuck` where there is none."""
        found = (within or self.window).findChild(kind, name)
        if not isinstance(found, kind):
            raise TourStuck(f"there is no {name}")
        return found

    def says(self, within: QWidget, role: str) -> bool:
        """Whether something is said in that role's colour in a dialog."""
        return any(label.property("role") == role and label.text() for label in within.findChildren(QLabel))

    def check(self) -> None:
        """Raise `TourStuck` where the window tells of a fault of its own."""
        notice = str(self.window.notice_bar.property("text"))
        if notice.startswith(_FAULT):
            raise TourStuck(notice)

    def click(self, name: str, within: QWidget) -> None:
        """Press a button."""
        self.part(QPushButton, name, within).click()
