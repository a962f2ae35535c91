"""The page of applications' pools: one row each, and charts of the one that is selected."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from pgconsole.core.application_pool import ApplicationPool
from pgconsole.core.plain_text import visible_line
from pgconsole.core.pool_plots import POOL_PLOTS
from pgconsole.core.pool_stats import PoolStats
from pgconsole.core.wording import format_duration_ms
from pgconsole.ui.charting.page import ChartsPage
from pgconsole.ui.empty_hint import empty_hint
from pgconsole.ui.live_table import Column, LiveTable, Tone
from pgconsole.ui.theme import GAP_S, GAP_XS

_NONE: Final = (
    "No application is watched. One exposes its pool by three lines, which are in the README; its address goes into"
    " the settings."
)
_TOLD: Final = 2
"""How many of the charts there are numbers for in what most pools tell."""
_SIZES: Final = (480, 520)
_TONES: Final[dict[str, Tone]] = {"answers": "ok", "fails": "danger"}


def _figure(title: str, name: str, width: int) -> Column[ApplicationPool]:
    def text(application: ApplicationPool) -> str:
        value = getattr(application.stats, name) if isinstance(application.stats, PoolStats) else None
        if value is None:
            return "–"
        return format_duration_ms(value) if "_ms" in name else f"{value:g}"

    return Column(title, text, width, is_number=True)


APPLICATION_COLUMNS: Final[tuple[Column[ApplicationPool], ...]] = (
    Column("Address", lambda each: visible_line(each.address), 184),
    Column(
        "State",
        lambda each: visible_line(each.reason) or str(each.phase),
        104,
        tone=lambda each: _TONES.get(each.phase, "text_second"),
    ),
    _figure("In use", "used", 64),
    _figure("Idle", "idle", 56),
    _figure("Max", "max", 56),
    _figure("Waiting", "waiting", 72),
    _figure("Acquire p95", "acquire_ms_p95", 96),
    _figure("Opened", "opened", 72),
    _figure("Lost", "lost", 56),
)


class ApplicationsPage(QSplitter):
    """Shows `ApplicationPool`s."""

    seen_changed = Signal(bool)
    """Whether anybody can see it."""
    settings_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("applicationPools")
        self.setAccessibleName("Applications' pools")
        self.setChildrenCollapsible(False)
        left = QWidget(self)
        self.table: LiveTable[ApplicationPool] = LiveTable(
            "applicationTable", "Applications", APPLICATION_COLUMNS, lambda each: each.address, left
        )
        self._hint = empty_hint(self.table, _NONE)
        addresses = QPushButton("Addresses…", left)
        addresses.setObjectName("applicationAddresses")
        addresses.clicked.connect(lambda: self.settings_wanted.emit())
        bar = QHBoxLayout()
        bar.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        bar.addWidget(addresses)
        bar.addStretch(1)
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(bar)
        rows.addWidget(self.table, 1)
        self.charts = ChartsPage("applicationCharts", "Charts of an application's pool", POOL_PLOTS[:_TOLD], 2, self)
        self.addWidget(left)
        self.addWidget(self.charts)
        self.setSizes(_SIZES)
        self.setFocusProxy(self.table)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._show_charts())

    def show_applications(self, applications: Sequence[ApplicationPool]) -> None:
        """Show how they stand; the first one is selected where none is."""
        self._hint.setVisible(not applications)
        self.table.show_rows(applications)
        if applications and not self.table.selected():
            self.table.choose(applications[0].address)
        self._show_charts()

    def _show_charts(self) -> None:
        selected = self.table.selected()
        self.charts.show_samples(selected[0].samples if selected else None)

    def showEvent(self, event: QShowEvent) -> None:
        """It is to be seen."""
        super().showEvent(event)
        self.seen_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """It is not to be seen any more."""
        super().hideEvent(event)
        self.seen_changed.emit(False)
