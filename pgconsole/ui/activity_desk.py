"""Everything of a window that is about the server's activity: the pane in its dock, questions, notices, actions.

Implements `ActivityView` and passes intents on to `ServerActivity`; decides nothing.
"""

from collections.abc import Callable, Mapping
from functools import partial

from pgconsole.core.backend import Backend
from pgconsole.core.blocking import blocking_text
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.messages import info_message
from pgconsole.core.pooler import PoolerSample
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.server_activity import ServerActivity
from pgconsole.ui.activity_pane import ActivityPane
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.questions import confirm

VIEW = "view.activity"
_CANCEL, _TERMINATE, _PAUSE = "activity.cancel", "activity.terminate", "activity.pause"

LoadCharts = Callable[[Callable[[], None]], None]
"""Loads the library of charts and calls back when it is there."""


class ActivityDesk:
    """The view of `ServerActivity` in one window; `serve` tells it whom intents go to."""

    def __init__(self, window: MainWindow, load_charts: LoadCharts) -> None:
        self._window = window
        actions = window.actions_by_id
        self.pane = ActivityPane([actions[each] for each in (_PAUSE, _CANCEL, _TERMINATE)], window)
        self._blocker = 0
        self.pane.chosen.connect(self._choose)
        for numbers in (self.pane.numbers, self.pane.pooler.numbers):
            numbers.charts_wanted.connect(partial(load_charts, numbers.show_charts))
        window.notice_bar.action_chosen.connect(self._follow_notice)

    def serve(self, activity: ServerActivity) -> None:
        """Pass intents on to `activity`, and take the pane into its dock."""
        actions = self._window.actions_by_id
        self._window.docks.add(actions[VIEW], self.pane, activity.show)
        self.pane.interval_chosen.connect(activity.set_interval)
        self.pane.statements_wanted.connect(activity.want_statements)
        actions.connect_all(
            {
                _CANCEL: lambda: self._act(activity.cancel_query),
                _TERMINATE: lambda: self._act(activity.terminate),
                _PAUSE: lambda: activity.pause(actions[_PAUSE].isChecked()),
            }
        )

    def _act(self, act: Callable[[Backend], None]) -> None:
        backend = self.pane.chosen_backend
        if backend is not None:
            act(backend)

    def _choose(self) -> None:
        self._window.set_condition("has_backend", self.pane.chosen_backend is not None)

    def _follow_notice(self, action_id: str) -> None:
        if action_id == VIEW:
            self._window.notice_bar.dismiss()
            self._window.docks.show(VIEW)
            self.pane.show_blocker(self._blocker)

    # ActivityView

    def show_watch(self, state: WatchState) -> None:
        """Show how the watching stands."""
        self.pane.show_watch(state)

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        """Show what was seen."""
        self.pane.show_sample(sample, own)

    def show_pooler(self, seen: PoolerSample | PgconsoleError) -> None:
        """Show what PgBouncer tells, or why it tells nothing."""
        self.pane.show_pooler(True)
        if isinstance(seen, PoolerSample):
            self.pane.pooler.show_sample(seen)
        else:
            self.pane.pooler.show_problem(str(seen))

    def clear(self) -> None:
        """Show no server."""
        self.pane.clear()

    async def confirm(self, question: str, detail: str, yes: str) -> bool:
        """Ask, with the safe answer as the default."""
        return await confirm(self._window, question, detail, yes=yes)

    def tell(self, text: str) -> None:
        """Show one sentence in the notice bar."""
        self._window.notice_bar.show_notice(text)

    def tell_tab(self, pid: int, owner: str, count: int) -> None:
        """Say in the notice bar, and among the tab's messages, that it blocks others."""
        tab = next((tab for tab in self._window.query_tabs() if tab.state.backend_pid == pid), None)
        text = blocking_text(owner if tab is None else tab.title, count)
        self._blocker = pid
        if tab is not None:
            tab.show_message(info_message(text))
        self._window.notice_bar.show_notice(text, "warning", (VIEW, "Show them"))

    def report(self, error: PgconsoleError) -> None:
        """Show a failure in the notice bar."""
        self._window.show_error(error)
