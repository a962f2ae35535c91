"""Draws the icons of resources/icons in a theme's colours, sharp at any device pixel ratio; owns no drawing.

Each drawing is an SVG on a 16-pixel grid in `currentColor`; the colour comes from a role: `text_second` normally,
`accent` when on, half of `text_faint` when disabled.
"""

from functools import cache
from typing import Final, Literal

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from pgconsole.ui.icon_files import coloured_drawing
from pgconsole.ui.theme import ICON_SIZE, Theme, theme_of

IconRole = Literal["text_second", "accent"]

_RATIOS: Final = (1, 2)


def icon(name: str, themed: QWidget | Theme, role: IconRole = "text_second") -> QIcon:
    """The icon in a theme's colours for its normal, switched-on and disabled looks.

    `role` is the normal one; `accent` is for what is on without being a button that can be checked. Raises
    PgconsoleError where nothing is drawn under that name.
    """
    return _icon(name, themed if isinstance(themed, Theme) else theme_of(themed), role)


def icon_pixmap(name: str, color: QColor, ratio: float = 1.0, size: int = ICON_SIZE) -> QPixmap:
    """One drawing in one colour, `size` logical pixels wide, for widgets that paint for themselves."""
    return _pixmap(name, color.rgba(), ratio, size)


@cache
def _icon(name: str, theme: Theme, role: IconRole) -> QIcon:
    drawn = QIcon()
    for mode, state, color in (
        (QIcon.Mode.Normal, QIcon.State.Off, theme.accent if role == "accent" else theme.text_second),
        (QIcon.Mode.Normal, QIcon.State.On, theme.accent),
        (QIcon.Mode.Disabled, QIcon.State.Off, _faded(theme)),
    ):
        for ratio in _RATIOS:
            drawn.addPixmap(_pixmap(name, color.rgba(), ratio, ICON_SIZE), mode, state)
    return drawn


def _faded(theme: Theme) -> QColor:
    """Half of `text_faint`: a drawing beside a disabled word needs no contrast of its own."""
    color = QColor(theme.text_faint)
    color.setAlphaF(0.5)
    return color


@cache
def _pixmap(name: str, rgba: int, ratio: float, size: int) -> QPixmap:
    pixmap = QPixmap(_shape(name, ratio, size))
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRectF(0, 0, size, size), QColor.fromRgba(rgba))
    painter.end()
    return pixmap


@cache
def _shape(name: str, ratio: float, size: int) -> QPixmap:
    """The drawing in black, once for all colours: reading an SVG takes longer than filling its shape."""
    drawing = coloured_drawing(name, QColor(Qt.GlobalColor.black))
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
