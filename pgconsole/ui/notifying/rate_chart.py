"""Messages a second on each channel over the last minute, as lines in the channels' colours."""

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from pgconsole.core.channels import HISTORY_S
from pgconsole.core.listening_state import ListeningState
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wording import format_about
from pgconsole.ui.notifying.channel_colours import channel_colour
from pgconsole.ui.theme import GAP_S, Theme, theme_of

_LEGEND_CHARS = 24


class RateChart(QWidget):
    """Paints what the state says when it is asked to; it holds nothing of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notificationsRates")
        self.setAccessibleName("Messages a second, last minute")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._state: ListeningState | None = None

    def show_state(self, state: ListeningState | None) -> None:
        """Show this connection's channels."""
        self._state = state
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a minute."""
        return QSize(320, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, the scale and the names."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.panel)
        state = self._state
        if state is None or not state.channels:
            painter.setPen(theme.text_faint)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No channels")
            return
        now_s = time.monotonic()
        lines = {name: state.traffic[name].history(now_s) for name in state.channels}
        most = max(1, *(max(line) for line in lines.values()))
        line_height = painter.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(GAP_S, line_height + GAP_S, -GAP_S, -line_height - GAP_S)
        self._paint_scale(painter, theme, area, most)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, line in lines.items():
            painter.setPen(QPen(channel_colour(theme, state.channels[name].colour), 1.5))
            painter.drawPolyline(_polyline(line, area, most))
        self._paint_names(painter, theme, area, state)

    def _paint_scale(self, painter: QPainter, theme: Theme, area: QRectF, most: int) -> None:
        painter.fillRect(QRectF(area.left(), area.top(), area.width(), 1), theme.line)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.line)
        painter.setPen(theme.text_second)
        above = QRectF(area.left(), 0, area.width(), area.top())
        below = QRectF(area.left(), area.bottom(), area.width(), self.height() - area.bottom())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft | middle, f"{format_about(most)} a second")
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | middle, "60 s ago")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | middle, "now")

    def _paint_names(self, painter: QPainter, theme: Theme, area: QRectF, state: ListeningState) -> None:
        right = area.right()
        metrics = painter.fontMetrics()
        for name, channel in reversed(state.channels.items()):
            words = cut_line(name, _LEGEND_CHARS)
            width = metrics.horizontalAdvance(words)
            if right - width < area.left() + area.width() / 3:
                break
            painter.setPen(channel_colour(theme, channel.colour))
            painter.drawText(QRectF(right - width, 0, width + 1, area.top()), Qt.AlignmentFlag.AlignVCenter, words)
            right -= width + GAP_S


def _polyline(line: list[int], area: QRectF, most: int) -> QPolygonF:
    step = area.width() / (HISTORY_S - 1)
    return QPolygonF(
        [
            QPointF(area.left() + index * step, area.bottom() - area.height() * count / most)
            for index, count in enumerate(line)
        ]
    )
