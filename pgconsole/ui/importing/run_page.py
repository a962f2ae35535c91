"""Fourth page of the import: how far it is, how fast, and the newest records that were refused."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pgconsole.core.import_account import ImportPhase, ImportProgress, Reject
from pgconsole.core.wizard_state import WizardState
from pgconsole.core.wording import format_about, format_count, format_duration_ms, format_size
from pgconsole.ui.figure import Figure
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.importing.reject_table import RejectTable
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S, GAP_XL

_FIGURES = ("Read", "Loaded", "Rejected", "Skipped", "Rate", "Time left")
_PHASES = {
    ImportPhase.PREPARING: "Preparing",
    ImportPhase.LOADING: "Loading",
    ImportPhase.FINISHING: "Making it final",
}
_PER_MILLE = 1000
_FIGURE_SCALE = 1.4
_REJECTS_EVERY_S = 0.5


class ImportRunPage(QWidget):
    """Shows progress and passes the wish to cancel on."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase = Figure("importPhase", "What is done now", self)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("importProgress")
        self._bar.setAccessibleName("Progress")
        self._bar.setRange(0, _PER_MILLE)
        self._bar.setTextVisible(False)
        self._figures = {
            name: Figure(f"import{name.title().replace(' ', '')}", name, self, scale=_FIGURE_SCALE) for name in _FIGURES
        }
        self._cancel = QPushButton("Cancel the import", self)
        self._cancel.setObjectName("importCancelRun")
        self._cancel.setAutoDefault(False)
        self._rejects = RejectTable("importNewestRejects", self)
        self._rejects_title = plain_label("Newest rejected records", "second", self)
        self._shown_rejects: tuple[Reject, ...] = ()
        self._rejects_drawn_at = 0.0
        self._lay_out()
        self._cancel.clicked.connect(self.cancel_requested)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._phase, 1)
        top.addWidget(self._cancel)
        figures = QGridLayout()
        figures.setHorizontalSpacing(GAP_XL)
        for column, (name, label) in enumerate(self._figures.items()):
            figures.addWidget(plain_label(name, "second", self), 0, column, Qt.AlignmentFlag.AlignLeft)
            figures.addWidget(label, 1, column, Qt.AlignmentFlag.AlignLeft)
            figures.setColumnMinimumWidth(column, 110)
        figures.setColumnStretch(len(self._figures), 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP_M)
        rows.addLayout(top)
        rows.addWidget(self._bar)
        rows.addLayout(figures)
        rows.addSpacing(GAP_L)
        rows.addWidget(self._rejects_title)
        rows.addWidget(self._rejects, 1)
        # While nothing is rejected, what stands above keeps its place.
        rows.addStretch()
        rows.setSpacing(GAP_S)

    def show_state(self, state: WizardState) -> None:
        """Show how far it is."""
        self._cancel.setVisible(bool(state.run))
        self._cancel.setEnabled(state.run == "running")
        self._show_rejects(state)
        self._rejects.setVisible(bool(state.newest_rejects))
        self._rejects_title.setVisible(bool(state.newest_rejects))
        progress = state.progress
        self._phase.show_text(_phase_words(state))
        if progress is None:
            self._bar.setValue(0)
            for label in self._figures.values():
                label.show_text("")
            return
        total = progress.bytes_total
        share = progress.bytes_read / total if total else 0.0
        self._bar.setValue(round(min(share, 1.0) * _PER_MILLE))
        for name, words in _figure_words(progress).items():
            self._figures[name].show_text(words)

    def _show_rejects(self, state: WizardState) -> None:
        """A table that is drawn anew ten times a second would cost more than it tells."""
        is_due = time.monotonic() - self._rejects_drawn_at > _REJECTS_EVERY_S or not state.run
        if state.newest_rejects is not self._shown_rejects and is_due:
            self._shown_rejects = state.newest_rejects
            self._rejects_drawn_at = time.monotonic()
            self._rejects.show_rejects(tuple(reversed(state.newest_rejects)))


def _phase_words(state: WizardState) -> str:
    if state.run == "cancelling":
        return "Cancelling: waiting until the server has confirmed"
    progress = state.progress
    if progress is None:
        return "Preparing"
    done = format_size(progress.bytes_read)
    of_all = f" of {format_size(progress.bytes_total)}" if progress.bytes_total else ""
    return f"{_PHASES[progress.phase]}: {done}{of_all}"


def _figure_words(progress: ImportProgress) -> dict[str, str]:
    left_s = progress.left_s
    return {
        "Read": format_count(progress.read),
        "Loaded": format_count(progress.loaded),
        "Rejected": format_count(progress.rejected),
        "Skipped": format_count(progress.skipped),
        "Rate": f"{format_about(round(progress.rows_per_s))}/s" if progress.read else "",
        "Time left": format_duration_ms(left_s * 1000) if left_s is not None else "",
    }
