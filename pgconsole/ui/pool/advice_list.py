"""What is to be said about a pool: each finding with its sums and what to do, one below the other."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from pgconsole.core.plain_text import visible_line
from pgconsole.core.pool_advice import AdviceLevel, PoolAdvice
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_M, GAP_S

_ROLES: dict[AdviceLevel, str] = {"fine": "ok", "warning": "warning", "danger": "danger"}
_MARKS: dict[AdviceLevel, str] = {"fine": "Fine", "warning": "Warning", "danger": "Trouble"}


class AdviceList(QScrollArea):
    """Findings, the worst first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("poolAdvice")
        self.setAccessibleName("Advice about the pool")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._inside = QWidget(self)
        self._rows = QVBoxLayout(self._inside)
        self._rows.setContentsMargins(GAP_M, GAP_S, GAP_M, GAP_S)
        self._rows.setSpacing(GAP_S)
        self._rows.addStretch(1)
        self.setWidget(self._inside)
        self._shown: tuple[PoolAdvice, ...] = ()
        self._entries: list[_Entry] = []

    def show_advice(self, advice: Sequence[PoolAdvice]) -> None:
        """Show these findings."""
        if tuple(advice) == self._shown:
            return
        self._shown = tuple(advice)
        while len(self._entries) < len(advice):
            entry = _Entry(self._inside)
            self._rows.insertWidget(len(self._entries), entry)
            self._entries.append(entry)
        for number, entry in enumerate(self._entries):
            entry.setVisible(number < len(advice))
            if number < len(advice):
                entry.show_advice(advice[number])


class _Entry(QWidget):
    """One finding in up to three lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._what, self._sums, self._remedy = (plain_label("", role, self) for role in ("", "second", ""))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for label in (self._what, self._sums, self._remedy):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            rows.addWidget(label)

    def show_advice(self, advice: PoolAdvice) -> None:
        _dress(self._what, f"{_MARKS[advice.level]}: {advice.what}", _ROLES[advice.level])
        self._sums.setText(visible_line(advice.sums))
        self._remedy.setText(visible_line(advice.remedy))
        self._remedy.setVisible(bool(advice.remedy))


def _dress(label: QLabel, text: str, role: str) -> None:
    label.setText(visible_line(text))
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
