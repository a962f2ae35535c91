"""Asks for the limits of a running pool; they hold at once, and no busy connection is dropped for them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from pgconsole.core.pool_limits import PoolLimits
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_L, GAP_S

_WIDTH = 400
_LONGEST_S = 7 * 86_400


class PoolLimitsDialog(QDialog):
    """Opens without blocking; emits the limits once, when they are applied."""

    limits_given = Signal(object)
    """The `PoolLimits`."""

    def __init__(self, limits: PoolLimits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("poolLimits")
        self.setWindowTitle("Limits of the pool")
        self.setMinimumWidth(_WIDTH)
        self._min = self._field("limitMin", "Minimum", 0, 1000, limits.min_size, "")
        self._max = self._field("limitMax", "Maximum", 1, 1000, limits.max_size, "")
        self._timeout = self._field("limitTimeout", "Time-out", 1, _LONGEST_S, round(limits.acquire_timeout_s), " s")
        self._idle = self._field("limitIdle", "Idle life", 1, _LONGEST_S, round(limits.idle_life_s), " s")
        self._age = self._field("limitAge", "Lifetime", 1, _LONGEST_S, round(limits.max_age_s), " s")
        self._apply = QPushButton("Apply", self)
        self._apply.setObjectName("limitsApply")
        self._apply.setDefault(True)
        self._cancel = QPushButton("Cancel", self)
        self._lay_out()
        self._max.valueChanged.connect(self._min.setMaximum)
        self._min.setMaximum(self._max.value())
        self._apply.clicked.connect(self._give)
        self._cancel.clicked.connect(self.reject)

    def _field(self, name: str, title: str, least: int, most: int, value: int, unit: str) -> QSpinBox:
        field = QSpinBox(self)
        field.setObjectName(name)
        field.setAccessibleName(title)
        field.setRange(least, most)
        field.setSuffix(unit)
        field.setValue(value)
        return field

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        rows.setSpacing(GAP_S)
        hint = plain_label(
            "They hold at once, until this connection is closed. Connections in use stay; those too many are closed as"
            " they come back. To keep these limits, edit the connection.",
            "second",
            self,
        )
        hint.setWordWrap(True)
        rows.addWidget(hint)
        form = QFormLayout()
        form.setSpacing(GAP_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Kept open at least", self._min)
        form.addRow("Open at most", self._max)
        form.addRow("A request waits at most", self._timeout)
        form.addRow("Closed when idle for", self._idle)
        form.addRow("Replaced when as old as", self._age)
        rows.addLayout(form)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._apply)
        rows.addLayout(buttons)

    def _give(self) -> None:
        self.accept()
        self.limits_given.emit(
            PoolLimits(
                min_size=self._min.value(),
                max_size=self._max.value(),
                acquire_timeout_s=float(self._timeout.value()),
                idle_life_s=float(self._idle.value()),
                max_age_s=float(self._age.value()),
            )
        )
