"""What a run asks the user before it goes on: for the file of a COPY, and whether it may do harm.

Part of the composition root beside `workbench.py`; what is asked is the query console's, how it looks the dialogs'.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from pgconsole.core.guards import GuardQuestion
from pgconsole.query_console import QueryConsole
from pgconsole.ui.guard_question import ask_guard
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.questions import choose_file
from pgconsole.workers.task_scope import TaskScope

ServingConsole = Callable[[QueryTab], QueryConsole]
"""The console that a tab's run belongs to."""


class RunQuestions:
    """Asks for the tabs of one window; a question goes with its run, however that ends."""

    def __init__(self, window: MainWindow, scope: TaskScope, console_of: ServingConsole) -> None:
        self._window = window
        self._scope = scope
        self._console_of = console_of

    def serve(self, tab: QueryTab) -> None:
        """Ask what the runs of this tab want to know."""
        tab.copy_file_wanted.connect(lambda _statement: self._ask(tab, self._choose_copy_file(tab)))
        tab.guard_wanted.connect(lambda question: self._ask(tab, self._ask_guard(tab, question)))

    def _ask(self, tab: QueryTab, question: Coroutine[Any, Any, None]) -> None:
        asking = self._scope.start(question, "ask for a run")

        def stop_when_idle() -> None:
            if not tab.state.is_busy:
                asking.cancel()

        tab.state_changed.connect(stop_when_idle)
        asking.add_done_callback(lambda _task: tab.state_changed.disconnect(stop_when_idle))

    async def _ask_guard(self, tab: QueryTab, question: GuardQuestion) -> None:
        console = self._console_of(tab)
        answer = await ask_guard(self._window, question)
        if answer is None:
            console.give_up_prompt()
        else:
            console.answer(answer)

    async def _choose_copy_file(self, tab: QueryTab) -> None:
        console = self._console_of(tab)
        file = await choose_file(self._window, "Data for COPY FROM STDIN", "All files (*)")
        if file is None:
            console.give_up_prompt()
        else:
            console.answer(file)
