"""Which of a theme's colours a channel has, by its number; it is never told by its colour alone."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from pgconsole.core.channels import COLOURS
from pgconsole.ui.theme import ICON_SIZE, Theme

DOT_PX = 4.0


def channel_colour(theme: Theme, number: int) -> QColor:
    """The colour of a channel's dot and line."""
    colours = (theme.accent, theme.ok, theme.function, theme.warning, theme.danger, theme.text_second)
    return colours[number % COLOURS]


def paint_dot(painter: QPainter, centre: QPointF, colour: QColor, *, is_hollow: bool = False) -> None:
    """A channel's dot; hollow where it is muted."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(colour)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
    painter.drawEllipse(centre, DOT_PX - 0.5, DOT_PX - 0.5)
    painter.restore()


def dot_icon(theme: Theme, number: int, *, is_hollow: bool = False) -> QIcon:
    """A channel's dot for a button or a menu."""
    drawn = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(ICON_SIZE * ratio, ICON_SIZE * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_dot(painter, QPointF(ICON_SIZE / 2, ICON_SIZE / 2), channel_colour(theme, number), is_hollow=is_hollow)
        painter.end()
        drawn.addPixmap(pixmap)
    return drawn
