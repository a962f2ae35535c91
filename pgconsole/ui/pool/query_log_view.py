"""The statements that the console ran: searched, filtered, exported; the log itself is `core.query_log`'s."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.query_log import LogFilter, LoggedStatement, QueryLog
from pgconsole.core.wording import format_count
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.live_table import LiveTable
from pgconsole.ui.pool.columns import SlowLimit, statement_columns
from pgconsole.ui.theme import GAP_S, GAP_XS


class QueryLogView(QWidget):
    """A table of statements below a line of filters."""

    export_wanted = Signal()
    clear_wanted = Signal()
    server_log_wanted = Signal(bool)
    """Whether the server is to log slow statements of this pool's sessions too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("queryLog")
        self._slow = SlowLimit()
        self._log: QueryLog | None = None
        self._seen: tuple[object, ...] = ()
        self._words = QLineEdit(self)
        self._words.setObjectName("logSearch")
        self._words.setAccessibleName("Search statements")
        self._words.setPlaceholderText("Search statements, owners, SQLSTATEs")
        self._words.setClearButtonEnabled(True)
        self._only_slow = self._box("logSlow", "Slow")
        self._only_failed = self._box("logFailed", "Failed")
        self._with_own = self._box("logOwn", "The console's own")
        self._at_server = QCheckBox("Server logs slow ones", self)
        self._at_server.setObjectName("logAtServer")
        self._at_server.setToolTip("Sets log_min_duration_statement in this pool's sessions, where the role may")
        self._count = plain_label("", "second", self)
        self._export = QPushButton("Export…", self)
        self._export.setObjectName("logExport")
        self._clear = QPushButton("Clear", self)
        self._clear.setObjectName("logClear")
        self.table: LiveTable[LoggedStatement] = LiveTable(
            "queryLogTable", "Statements", statement_columns(self._slow), lambda entry: entry.number, self
        )
        self._lay_out()
        self.setFocusProxy(self._words)
        self._words.textChanged.connect(lambda _text: self._refresh())
        self._at_server.clicked.connect(self.server_log_wanted)
        self._export.clicked.connect(lambda: self.export_wanted.emit())
        self._clear.clicked.connect(lambda: self.clear_wanted.emit())

    def _box(self, name: str, words: str) -> QCheckBox:
        box = QCheckBox(words, self)
        box.setObjectName(name)
        box.toggled.connect(lambda _on: self._refresh())
        return box

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        line.setSpacing(GAP_S)
        line.addWidget(self._words, 1)
        for widget in (self._only_slow, self._only_failed, self._with_own, self._at_server, self._count):
            line.addWidget(widget)
        line.addWidget(self._export)
        line.addWidget(self._clear)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(line)
        rows.addWidget(self.table, 1)

    def show_picture(self, picture: PoolPicture) -> None:
        """Show the statements of a pool's connection that fit the filters."""
        self._log, self._slow.ms = picture.log, picture.slow_ms
        self._only_slow.setToolTip(f"{picture.slow_ms:g} ms and more")
        self._at_server.setChecked(picture.server_logs)
        self._refresh()

    def show_nothing(self) -> None:
        """There is no connection."""
        self._log = None
        self._refresh()

    def chosen(self) -> list[LoggedStatement]:
        """The statements that fit the filters, the newest first."""
        return self._filter().chosen(self._log) if self._log is not None else []

    def _filter(self) -> LogFilter:
        return LogFilter(
            words=self._words.text(),
            with_own=self._with_own.isChecked(),
            only_slow=self._only_slow.isChecked(),
            only_failed=self._only_failed.isChecked(),
            slow_ms=self._slow.ms,
        )

    def _refresh(self) -> None:
        found = self.chosen()
        newest = found[0] if found else None
        is_moving = any(entry.is_running for entry in found[:50])
        seen = (self._log, len(found), newest.number if newest is not None else 0, self._filter())
        if seen != self._seen or is_moving:
            self._seen = seen
            self.table.show_rows(found)
        of_all = f"{format_count(len(found))} of {format_count(len(self._log))}" if self._log is not None else ""
        self._count.setText(of_all)
