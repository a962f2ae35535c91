"""One line at the bottom of the window: what happened last and what to do about it; hidden while there is nothing."""

from PySide6.QtCore import Property, QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from pgconsole.core.notice import Severity
from pgconsole.core.plain_text import visible_line
from pgconsole.ui.icons import icon, icon_pixmap
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.theme import BAND_HEIGHT, GAP_M, GAP_S, ICON_SIZE, TAB_HEIGHT, theme_of


class NoticeBar(QWidget):
    """Shows the newest notice until it is dismissed or replaced; its property `text` is the whole notice."""

    dismissed = Signal()
    action_chosen = Signal(str)
    """The id that was handed in with the notice's button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setAccessibleName("Notice")
        self._text = ""
        self._severity: Severity = "info"
        self._action_id = ""
        self._sign = QLabel(self)
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self)
        self._button.setObjectName("noticeAction")
        # A click leaves the focus where one types: the button goes with what it was for.
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(lambda: self.action_chosen.emit(self._action_id))
        self._close = QToolButton(self)
        self._close.setObjectName("noticeDismiss")
        self._close.setToolTip("Dismiss (Esc)")
        self._close.setAccessibleName("Dismiss")
        self._close.clicked.connect(self.dismiss)
        self._lay_out()
        self._restyle()
        self.hide()

    def _text_property(self) -> str:
        return self._text

    text = Property(str, _text_property)

    @property
    def said(self) -> str:
        """The whole notice that is shown; empty for none."""
        return self._text

    @property
    def severity(self) -> Severity:
        """How bad the notice is that is shown."""
        return self._severity

    def show_notice(self, text: str, severity: Severity = "info", action: tuple[str, str] | None = None) -> None:
        """Show a notice in place of the last one; `action` is the id and the words of a button."""
        self._text, self._severity = text, severity
        self._action_id = action[0] if action else ""
        self._button.setText(action[1] if action else "")
        self._button.setVisible(action is not None)
        self._words.setToolTip(plain_tip(text))
        self.setAccessibleDescription(text)
        self._restyle()
        self.show()
        self._elide()

    def dismiss(self) -> None:
        """Forget the notice and hide."""
        focused = QApplication.focusWidget()
        had_focus = isinstance(focused, QWidget) and self.isAncestorOf(focused)
        self._text = ""
        self.hide()
        self.dismissed.emit()
        if had_focus:
            self.focusNextChild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words to the room that there is."""
        super().resizeEvent(event)
        self._elide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc dismisses."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_close"):
            self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, a hair line above it and the severity's edge."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.header)
        painter.fillRect(0, 0, self.width(), 1, theme.line)
        painter.fillRect(0, 0, BAND_HEIGHT, self.height(), self._color())
        painter.end()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP_M, 1, GAP_S, 0)
        layout.setSpacing(GAP_S)
        layout.addWidget(self._sign)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self.setFixedHeight(TAB_HEIGHT)

    def _restyle(self) -> None:
        self._close.setIcon(icon("close", self))
        self._sign.setPixmap(icon_pixmap(self._severity, self._color(), self.devicePixelRatioF(), ICON_SIZE))
        self.update()

    def _color(self) -> QColor:
        theme = theme_of(self)
        return {"info": theme.running, "ok": theme.ok, "warning": theme.warning, "error": theme.danger}[self._severity]

    def _elide(self) -> None:
        line = visible_line(" ".join(self._text.split()))
        metrics = self._words.fontMetrics()
        self._words.setText(metrics.elidedText(line, Qt.TextElideMode.ElideRight, self._words.width()))
