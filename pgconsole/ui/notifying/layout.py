"""Where the parts of the pane of notifications stand: three rows of controls round the table and the message."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pgconsole.ui.theme import GAP_S, GAP_XS, data_font

if TYPE_CHECKING:
    from pgconsole.ui.notifications_pane import NotificationsPane

_INPUT_PX = 180
_FILTER_PX = 420


def direct_row(parent: QWidget) -> tuple[QWidget, QLabel, QLineEdit, QPushButton]:
    """A row that asks for the server's own address: itself, its words, the address, the button."""
    row = QWidget(parent)
    row.setObjectName("directRow")
    words = QLabel(row)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setProperty("role", "warning")
    words.setWordWrap(True)
    address = QLineEdit(row)
    address.setObjectName("directAddress")
    address.setAccessibleName("The server's own address")
    address.setPlaceholderText("host:port")
    address.setFont(data_font())
    address.setFixedWidth(_INPUT_PX)
    go = QPushButton("Listen there", row)
    go.setObjectName("directListen")
    layout = QHBoxLayout(row)
    layout.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
    layout.setSpacing(GAP_S)
    layout.addWidget(words, 1)
    layout.addWidget(address)
    layout.addWidget(go)
    row.hide()
    return row, words, address, go


def lay_out(pane: "NotificationsPane") -> None:
    """Put every part in its place."""
    pane.input.setFixedWidth(_INPUT_PX)
    pane.filter.setMaximumWidth(_FILTER_PX)
    pane.splitter.setChildrenCollapsible(False)
    pane.splitter.addWidget(pane.table)
    pane.splitter.addWidget(pane.payload)
    pane.splitter.setStretchFactor(0, 5)
    pane.splitter.setStretchFactor(1, 2)
    above = _row(pane.phase, pane.again, pane.input, pane.finder, (pane.chips, 1), pane.queue)
    below = _row((pane.filter, 3), pane.counts, None, pane.rules, pane.pause, pane.clear, pane.export)
    layout = QVBoxLayout(pane)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addLayout(above)
    layout.addWidget(pane.direct)
    layout.addLayout(below)
    layout.addWidget(pane.splitter, 1)
    layout.addWidget(pane.form)


def _row(*parts: QWidget | tuple[QWidget, int] | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(GAP_S, 2, GAP_S, 2)
    row.setSpacing(GAP_S)
    for part in parts:
        if part is None:
            row.addStretch(2)
        elif isinstance(part, tuple):
            row.addWidget(part[0], part[1])
        else:
            row.addWidget(part)
    return row
