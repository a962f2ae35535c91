"""The figures of a pool that are always in view: does the server answer, what do connections do, who waits."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pgconsole.core.health import Health
from pgconsole.core.pool_picture import PoolPicture
from pgconsole.core.pool_stats import PoolStats
from pgconsole.core.wording import format_count, format_duration_ms
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.pool.sparkline import VALUES_SHOWN, ShareBar, Sparkline
from pgconsole.ui.theme import GAP_M, GAP_S, GAP_XS, figures_font

_WIDTH = 312
_NONE = "–"
_FIGURES = (
    ("waiting", "Waiting"),
    ("acquire_p50", "Acquire p50"),
    ("acquire_p95", "Acquire p95"),
    ("acquire_max", "Acquire max"),
    ("usage", "In use p50"),
    ("server", "Server's room"),
    ("opened", "Opened"),
    ("lost", "Lost"),
    ("recycled", "Recycled"),
    ("reset_errors", "Reset errors"),
    ("failures", "Failed to open"),
    ("limits", "Min, max"),
)


class PoolSummary(QWidget):
    """Reads like an instrument: every figure has its place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("poolSummary")
        self.setFixedWidth(_WIDTH)
        self._health = plain_label("", "", self)
        self._health.setObjectName("poolHealth")
        self._health.setAccessibleName("Health of the server")
        self._health.setWordWrap(True)
        self._latency = Sparkline("poolLatency", "Latency of the health check in ms", self)
        self._bar = ShareBar("poolBar", "Connections in use, idle and being opened", self)
        self._use = plain_label("", "second", self)
        self._use.setObjectName("poolUse")
        self._use.setFont(figures_font(self._use.font()))
        self._values: dict[str, QLabel] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_M, GAP_S, GAP_M, GAP_S)
        rows.setSpacing(GAP_XS)
        rows.addWidget(self._health)
        rows.addWidget(self._latency)
        rows.addSpacing(GAP_XS)
        rows.addWidget(self._bar)
        rows.addWidget(self._use)
        figures = QGridLayout()
        figures.setHorizontalSpacing(GAP_S)
        figures.setVerticalSpacing(2)
        half = len(_FIGURES) // 2
        for number, (name, title) in enumerate(_FIGURES):
            row, column = number % half, number // half * 2
            value = plain_label(_NONE, "", self)
            value.setObjectName(f"pool.{name}")
            value.setAccessibleName(title)
            value.setFont(figures_font(value.font()))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._values[name] = value
            figures.addWidget(plain_label(title, "second", self), row, column)
            figures.addWidget(value, row, column + 1)
        figures.setColumnStretch(1, 1)
        figures.setColumnStretch(3, 1)
        beside = QHBoxLayout()
        beside.addLayout(figures)
        rows.addLayout(beside)
        rows.addStretch(1)

    def show_picture(self, picture: PoolPicture) -> None:
        """Show how the pool stands."""
        stats = picture.stats
        words, role = health_words(picture.health, picture.at)
        _say(self._health, words, role)
        self._latency.show_values(picture.samples.column("latency_ms", VALUES_SHOWN))
        opening = stats.opening or 0
        self._bar.show_parts(
            (("accent", stats.used), ("ok", stats.idle), ("warning", opening)), stats.max or stats.size
        )
        being_opened = f", {opening} being opened" if opening else ""
        _say(self._use, f"{stats.used} in use, {stats.idle} idle{being_opened} of {stats.max}", "second")
        for name, (text, role) in self._figures(picture).items():
            _say(self._values[name], text, role)

    def _figures(self, picture: PoolPicture) -> dict[str, tuple[str, str]]:
        stats, capacity = picture.stats, picture.capacity
        waiting = f"{stats.waiting}"
        if stats.waiting_ms is not None:
            waiting += f" for {format_duration_ms(stats.waiting_ms)}"
        room = f"{capacity.used} of {capacity.usable}" if capacity is not None else _NONE
        is_full = capacity is not None and capacity.used >= capacity.usable
        return {
            "waiting": (waiting, "warning" if stats.waiting else ""),
            "acquire_p50": (_ms(stats.acquire_ms_p50), ""),
            "acquire_p95": (_ms(stats.acquire_ms_p95), ""),
            "acquire_max": (_ms(stats.acquire_ms_max), ""),
            "usage": (_ms(stats.usage_ms_p50), ""),
            "server": (room, "danger" if is_full else ""),
            "limits": (f"{stats.min}, {stats.max}", ""),
            **_counts(stats),
        }

    def show_nothing(self) -> None:
        """There is no connection."""
        _say(self._health, "No connection", "faint")
        self._latency.show_values(())
        self._bar.show_parts((), 1)
        _say(self._use, "", "second")
        for value in self._values.values():
            _say(value, _NONE, "")


def health_words(health: Health, now: float) -> tuple[str, str]:
    """Whether the server answers, in words, and the role of their colour."""
    if health.phase == "answers" and health.latency_ms is not None:
        return f"● Answers in {format_duration_ms(health.latency_ms)}", "ok"
    if health.phase == "late":
        return f"● No answer for {format_duration_ms((now - health.since) * 1000)}", "warning"
    if health.phase == "down":
        again = f" Next attempt in {format_duration_ms(max(0.0, (health.again_at or now) - now) * 1000)}."
        since = time.strftime("%H:%M:%S", time.localtime(health.since))
        return f"● Down since {since}. {health.reason}{again}", "danger"
    return "● Being asked…", "faint"


def _counts(stats: PoolStats) -> dict[str, tuple[str, str]]:
    bad = {"lost": stats.lost, "reset_errors": stats.reset_errors, "failures": stats.open_failures}
    plain = {"opened": stats.opened, "recycled": stats.recycled}
    return {
        **{name: (_count(value), "danger" if value else "") for name, value in bad.items()},
        **{name: (_count(value), "") for name, value in plain.items()},
    }


def _count(value: int | None) -> str:
    return _NONE if value is None else format_count(value)


def _ms(value: float | None) -> str:
    return _NONE if value is None else format_duration_ms(value)


def _say(label: QLabel, text: str, role: str) -> None:
    """Change what has changed: to dress a label anew takes longer than to compare."""
    if label.text() != text:
        label.setText(text)
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
