"""The way to the command palette at the toolbar's right end; it looks like the field that it opens."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from pgconsole.ui.icons import icon_pixmap
from pgconsole.ui.theme import FOCUS_RING, GAP_L, GAP_S, ICON_SIZE, RADIUS, theme_of
from pgconsole.ui.window.action_set import keys_text
from pgconsole.ui.window.bar_buttons import BUTTON_HEIGHT

_EDGE = 1


class SearchButton(QAbstractButton):
    """Icon, words and key; where room is short the words are cut, then the icon stands alone."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{action.objectName()}.button")
        self.setText(action.iconText())
        self.setToolTip(action.toolTip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._keys = keys_text(action)
        self.clicked.connect(action.trigger)

    def sizeHint(self) -> QSize:
        """Room for icon, words and key."""
        keys = GAP_L + self._width_of(self._keys) if self._keys else 0
        return QSize(self._words_left + self._width_of(self.text()) + keys + GAP_S, BUTTON_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Room for the icon alone."""
        return QSize(BUTTON_HEIGHT, BUTTON_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it as a field."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_field(painter)
        theme, area = theme_of(self), self.rect().adjusted(self._words_left, 0, -GAP_S, 0)
        top = (self.height() - ICON_SIZE) // 2
        is_narrow = area.width() < self._width_of(self.text()[:3] + "…")
        left = (self.width() - ICON_SIZE) // 2 if is_narrow else GAP_S
        painter.drawPixmap(left, top, icon_pixmap("search", theme.text_second, self.devicePixelRatioF()))
        if not is_narrow:
            painter.setPen(theme.text_faint)
            self._paint_words(painter, area)

    def _paint_field(self, painter: QPainter) -> None:
        theme = theme_of(self)
        width = FOCUS_RING if self.hasFocus() else _EDGE
        edge = theme.accent if self.hasFocus() else theme.text_faint if self.underMouse() else theme.line
        painter.setPen(QPen(edge, width))
        painter.setBrush(theme.selection if self.isDown() else theme.panel)
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        middle, side = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft
        words = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, middle | side, words)
        if self.width() >= self.sizeHint().width():
            painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, self._keys)

    @property
    def _words_left(self) -> int:
        return GAP_S + ICON_SIZE + GAP_S

    def _width_of(self, words: str) -> int:
        return self.fontMetrics().horizontalAdvance(words)
