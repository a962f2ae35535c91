"""Everything of a window that is about the server's activity: the pane in its dock, questions, notices, actions.

Implements `ActivityView` and passes intents on to `ServerActivity`; decides nothing.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from pgconsole.core.backend import Backend
from pgconsole.core.blocking import blocking_text
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.messages import info_message
from pgconsole.core.pooler import PoolerSample
from pgconsole.core.server_sample import ServerSample, WatchState
from pgconsole.server_activity import ServerActivity
from pgconsole.ui.charting.desk import ChartDesk, Files, Start
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.questions import confirm

if TYPE_CHECKING:
    from pgconsole.ui.activity_pane import ActivityPane

VIEW = "view.activity"
_CANCEL, _TERMINATE, _PAUSE = "activity.cancel", "activity.terminate", "activity.pause"
_STATEMENT, _TO_POOL = "activity.statement", "activity.to_pool"


class ActivityDesk:
    """The view of `ServerActivity` in one window; `serve` tells it whom intents go to.

    The pane is made when it is first seen: it would take 50 ms of each start, and most starts are not for it. Its
    place, `activityPane`, is there from the beginning and bears the property `state`, the phase of the watching.
    """

    def __init__(self, window: MainWindow, start: Start, files: Files) -> None:
        self._window = window
        self._charts = ChartDesk(window, start, files, self.tell)
        self._activity: ServerActivity | None = None
        self._pane: ActivityPane | None = None
        self._state = WatchState()
        self._is_seen = False
        self._blocker = 0
        self._own: Mapping[int, str] = {}
        self.find_in_pool: Callable[[int], None] | None = None
        """Shows the connection of a session of ours, by its process id."""
        self._place = QWidget(window)
        self._place.setObjectName("activityPane")
        self._place.setAccessibleName("Activity")
        layout = QVBoxLayout(self._place)
        layout.setContentsMargins(0, 0, 0, 0)
        window.notice_bar.action_chosen.connect(self._follow_notice)

    def serve(self, activity: ServerActivity) -> None:
        """Pass intents on to `activity`, and take the pane's place into a dock."""
        self._activity = activity
        actions = self._window.actions_by_id
        self._window.docks.add(actions[VIEW], self._place, self._see)
        actions.connect_all(
            {
                _CANCEL: lambda: self._act(activity.cancel_query),
                _TERMINATE: lambda: self._act(activity.terminate),
                _PAUSE: lambda: activity.pause(actions[_PAUSE].isChecked()),
                _STATEMENT: self._show_statement,
                _TO_POOL: self._find_in_pool,
            }
        )

    def _see(self, seen: bool) -> None:
        if self._activity is not None:
            if seen:
                self._shown_pane()
            self._is_seen = seen
            self._activity.show(seen)
            self._choose()

    def _shown_pane(self) -> "ActivityPane":
        """The pane, made by now."""
        if self._pane is None:
            self._pane = self._make_pane()
        return self._pane

    def _make_pane(self) -> "ActivityPane":
        from pgconsole.ui.activity_pane import ActivityPane

        actions = self._window.actions_by_id
        pane = ActivityPane(
            [actions[each] for each in (_PAUSE, _STATEMENT, _CANCEL, _TERMINATE)],
            [actions[each] for each in (_STATEMENT, _TO_POOL, _CANCEL, _TERMINATE)],
            self._place,
        )
        layout = self._place.layout()
        assert layout is not None
        layout.addWidget(pane)
        self._place.setFocusProxy(pane)
        pane.show_watch(self._state)
        pane.chosen.connect(self._choose)
        pane.opened.connect(self._open_statement)
        pane.missed.connect(self._tell_missed)
        pane.show_statement(actions[_STATEMENT].isChecked())
        self._charts.serve(pane.numbers, "server")
        self._charts.serve(pane.pooler.numbers, "pgbouncer")
        if self._activity is not None:
            pane.interval_chosen.connect(self._activity.set_interval)
            pane.statements_wanted.connect(self._activity.want_statements)
            pane.statement.whole_wanted.connect(self._activity.read_statement)
        return pane

    def _act(self, act: Callable[[Backend], None]) -> None:
        backend = self._pane.chosen_backend if self._pane is not None else None
        if backend is not None:
            act(backend)

    def _show_statement(self) -> None:
        """Where nobody looks at the activity, it is shown too."""
        shown = self._window.actions_by_id[_STATEMENT].isChecked()
        if shown and not self._is_seen:
            self._window.docks.show(VIEW)
        self._shown_pane().show_statement(shown)

    def _open_statement(self) -> None:
        self._window.actions_by_id[_STATEMENT].setChecked(True)
        self._show_statement()

    def _find_in_pool(self) -> None:
        backend = self._pane.chosen_backend if self._pane is not None else None
        if backend is None or self.find_in_pool is None:
            return
        if backend.pid in self._own:
            self.find_in_pool(backend.pid)
        else:
            self.tell(f"Session {backend.pid} is none of this console's, so no pool of it has it.")

    def find_session(self, pid: int) -> None:
        """Show the pane with this session chosen."""
        self._window.docks.show(VIEW)
        self._shown_pane().seek(pid)

    def _tell_missed(self, pid: int) -> None:
        self.tell(f"The server shows no session {pid}: it has ended, or a pooler stands before the server.")

    def _choose(self) -> None:
        chosen = self._is_seen and self._pane is not None and self._pane.chosen_backend is not None
        self._window.set_condition("has_backend", chosen)

    def _follow_notice(self, action_id: str) -> None:
        if action_id == VIEW:
            self._window.notice_bar.dismiss()
            self._window.docks.show(VIEW)
            self._shown_pane().show_blocker(self._blocker)

    # ActivityView

    def show_watch(self, state: WatchState) -> None:
        """Show how the watching stands."""
        self._state = state
        self._place.setProperty("state", state.phase)
        if self._pane is not None:
            self._pane.show_watch(state)

    def show_sample(self, sample: ServerSample, own: Mapping[int, str]) -> None:
        """Show what was seen."""
        self._own = own
        self._shown_pane().show_sample(sample, own)

    def show_pooler(self, seen: PoolerSample | PgconsoleError) -> None:
        """Show what PgBouncer tells, or why it tells nothing."""
        pane = self._shown_pane()
        pane.show_pooler(True)
        if isinstance(seen, PoolerSample):
            pane.pooler.show_sample(seen)
        else:
            pane.pooler.show_problem(str(seen))

    def show_statement(self, backend: Backend, text: str, is_whole: bool) -> None:
        """Show the whole of a statement."""
        if self._pane is not None:
            self._pane.statement.show_whole(backend, text, is_whole)

    def clear(self) -> None:
        """Show no server."""
        self._own = {}
        if self._pane is not None:
            self._pane.clear()

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
