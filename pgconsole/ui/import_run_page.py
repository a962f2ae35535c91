"""Fourth page of the import: how far it is, how fast, and the newest records that were refused."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pgconsole.core.import_account import ImportPhase, ImportProgress
from pgconsole.core.wizard_state import WizardState
from pgconsole.core.wording import format_about, format_count, format_duration_ms, format_size
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.reject_table import RejectTable
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S, GAP_XL, figures_font

_FIGURES = ("Read", "Loaded", "Rejected", "Skipped", "Rate", "Time left")
_PHASES = {
    ImportPhase.PREPARING: "Preparing",
    ImportPhase.LOADING: "Loading",
    ImportPhase.FINISHING: "Making it final",
}
_PER_MILLE = 1000


class ImportRunPage(QWidget):
    """Shows progress and passes the wish to cancel on."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase = plain_label("Preparing", "", self)
        self._phase.setObjectName("importPhase")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("importProgress")
        self._bar.setAccessibleName("Progress")
        self._bar.setRange(0, _PER_MILLE)
        self._bar.setTextVisible(False)
        self._figures = {name: self._figure(name) for name in _FIGURES}
        self._cancel = QPushButton("Cancel the import", self)
        self._cancel.setObjectName("importCancelRun")
        self._cancel.setAutoDefault(False)
        self._rejects = RejectTable("importNewestRejects", self)
        self._rejects_title = plain_label("Newest rejected records", "second", self)
        self._lay_out()
        self._cancel.clicked.connect(self.cancel_requested)

    def _figure(self, name: str) -> QLabel:
        label = plain_label("", "", self)
        label.setObjectName(f"import{name.title().replace(' ', '')}")
        label.setAccessibleName(name)
        font = figures_font(label.font())
        font.setPointSizeF(font.pointSizeF() * 1.4)
        label.setFont(font)
        return label

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
        rows.setSpacing(GAP_S)

    def show_state(self, before: WizardState, state: WizardState) -> None:
        """Show how far it is."""
        self._cancel.setVisible(bool(state.run))
        self._cancel.setEnabled(state.run == "running")
        if state.newest_rejects is not before.newest_rejects:
            self._rejects.show_rejects(tuple(reversed(state.newest_rejects)))
        self._rejects.setVisible(bool(state.newest_rejects))
        self._rejects_title.setVisible(bool(state.newest_rejects))
        progress = state.progress
        self._phase.setText(_phase_words(state))
        if progress is None:
            self._bar.setValue(0)
            for label in self._figures.values():
                label.setText("")
            return
        total = progress.bytes_total
        share = progress.bytes_read / total if total else 0.0
        self._bar.setValue(round(min(share, 1.0) * _PER_MILLE))
        for name, words in _figure_words(progress).items():
            self._figures[name].setText(words)


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
