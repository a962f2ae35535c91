"""A part of a dialog that asks for the height of what is in it, and scrolls where a small screen has less."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

_LEAST_ROWS = 4
"""What stays in sight however small the screen is."""


class Scrolled(QScrollArea):
    """Holds one widget; whatever in it gets the focus by keyboard is scrolled into view."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for surface in (self.viewport(), content):
            surface.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """What the content needs to be seen whole at the width that it has; a scroll area's own ends at 24 lines."""
        hint = self._content.sizeHint()
        wraps = self._content.hasHeightForWidth() and self.isVisible()
        return QSize(hint.width(), self._content.heightForWidth(self.viewport().width()) if wraps else hint.height())

    def minimumSizeHint(self) -> QSize:
        """The content's width, and a few rows of it."""
        content = self._content.minimumSizeHint()
        return QSize(content.width(), min(content.height(), _LEAST_ROWS * 2 * self.fontMetrics().lineSpacing()))
