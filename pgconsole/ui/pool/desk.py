"""Binds the pool pane and its actions to the pool monitor, and asks for files; it decides nothing."""

from collections.abc import Callable, Sequence
from typing import Final

from pgconsole.core.application_pool import ApplicationPool
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.query_log import CSV_HEADER, csv_row
from pgconsole.pool_monitor import PoolMonitor
from pgconsole.ui.charting.desk import ChartDesk, Files, Start
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.pool.limits_dialog import PoolLimitsDialog
from pgconsole.ui.pool_pane import PoolPane

_BUTTONS: Final = ("pool.check", "pool.recycle", "pool.recycle_idle", "pool.expire", "pool.limits")
_NONE_SELECTED: Final = "Select a connection in the pool's table first."


class PoolDesk:
    """Implements `PoolView` by a `PoolPane`."""

    def __init__(self, window: MainWindow, start: Start, files: Files) -> None:
        self._window = window
        self._start = start
        self._charts = ChartDesk(window, start, files, self.tell)
        self.find_in_activity: Callable[[int], None] | None = None
        """Shows the session of a connection, by its pid."""
        self.pane = PoolPane(window)
        window.docks.add(window.actions_by_id["view.pool"], self.pane)
        actions = window.actions_by_id
        self.pane.show_actions([actions[each] for each in _BUTTONS], [actions["pool.to_activity"]])

    def serve(self, monitor: PoolMonitor) -> None:
        """Let what the user does reach the monitor."""
        pane, log = self.pane, self.pane.query_log
        pane.seen_changed.connect(monitor.set_seen)
        pane.recycle_wanted.connect(monitor.recycle)
        pane.session_wanted.connect(self._find_in_activity)
        self._charts.serve(pane.charts, "pool")
        self._charts.serve(pane.applications.charts, "application-pool")
        pane.applications.settings_wanted.connect(self._window.actions_by_id["app.settings"].trigger)
        log.export_wanted.connect(lambda: self._start(self._save_log(), "save log"))
        log.clear_wanted.connect(monitor.clear_log)
        log.server_log_wanted.connect(monitor.set_server_log)
        self._window.actions_by_id.connect_all(
            {
                "pool.to_activity": self._find_selected,
                "pool.check": monitor.check_now,
                "pool.recycle": lambda: self._recycle_selected(monitor),
                "pool.recycle_idle": monitor.recycle_idle,
                "pool.expire": monitor.expire,
                "pool.limits": lambda: self._ask_limits(monitor),
            }
        )

    # PoolView

    def show(self, picture: PoolPicture) -> None:
        """Show how the pool stands."""
        self.pane.show_picture(picture)

    def show_applications(self, applications: Sequence[ApplicationPool]) -> None:
        """Show how the pools of applications stand."""
        self.pane.applications.show_applications(applications)

    def show_nothing(self) -> None:
        """There is no connection."""
        self.pane.show_nothing()

    def tell(self, text: str) -> None:
        """Say it in the pane, or in the notice bar where that is not to be seen."""
        if self.pane.isVisible():
            self.pane.tell(text)
        else:
            self._window.notice_bar.show_notice(text)

    def report(self, error: PgconsoleError) -> None:
        """Show a failure in the notice bar."""
        self._window.show_error(error)

    # Commands

    def _find_selected(self) -> None:
        if self.pane.selected_pid is None:
            self.tell(_NONE_SELECTED)
        else:
            self._find_in_activity(self.pane.selected_pid)

    def _find_in_activity(self, pid: int) -> None:
        if self.find_in_activity is not None:
            self.find_in_activity(pid)

    def find_connection(self, pid: int) -> None:
        """Show the pane with this connection selected."""
        self._window.docks.show("view.pool")
        if not self.pane.find_connection(pid):
            self.tell(f"The connection with pid {pid} belongs to another connection of this window, or is gone.")

    def _recycle_selected(self, monitor: PoolMonitor) -> None:
        pid = self.pane.selected_pid
        if pid is None:
            self.tell(_NONE_SELECTED)
        else:
            monitor.recycle(pid)

    def _ask_limits(self, monitor: PoolMonitor) -> None:
        picture = self.pane.picture
        if picture is not None:
            dialog = PoolLimitsDialog(picture.limits, self._window)
            dialog.finished.connect(dialog.deleteLater)
            dialog.limits_given.connect(monitor.set_limits)
            dialog.open()

    # Files

    async def _save_log(self) -> None:
        rows = [CSV_HEADER, *(csv_row(entry) for entry in self.pane.query_log.chosen())]
        await self._charts.save_csv("Save the statements", "statements.csv", rows)
