"""The toolbar's button that names the connection of the current tab; what its menu offers is `connection_desk`'s."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.ui.icons import icon
from pgconsole.ui.plain_tip import plain_tip, plain_title
from pgconsole.ui.window.bar_buttons import BarButton

_WIDEST = 280
_NARROWEST = 96
"""A name beyond the room there is loses its middle; the tool tip has it whole."""


class ConnectionButton(BarButton):
    """Says which server the tab works on, or that there is none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("connectionButton", Qt.ToolButtonStyle.ToolButtonTextBesideIcon, parent)
        self.setAccessibleName("Connection")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._icon = "disconnect"
        self.show_status(ConnectionStatus())

    def show_status(self, status: ConnectionStatus) -> None:
        """Name the connection as it stands."""
        self._icon = "database" if status.label else "disconnect"
        told = f"Connecting to {status.label}" if status.phase == "connecting" else status.label
        self.setText(plain_title(told) or "Not connected")
        self.setToolTip(plain_tip(status.title))
        self._draw_icon()

    def sizeHint(self) -> QSize:
        """The room that the name asks for, within limits."""
        wanted = super().sizeHint()
        return QSize(min(wanted.width(), _WIDEST), wanted.height())

    def minimumSizeHint(self) -> QSize:
        """The room in which a name can still be told."""
        wanted = self.sizeHint()
        return QSize(min(wanted.width(), _NARROWEST), wanted.height())

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon anew when the window goes from light to dark or back."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        # The button's own palette is no measure: its background is transparent, which counts as black.
        self.setIcon(icon(self._icon, self.window()))
