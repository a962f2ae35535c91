"""The account of a connection test: a line for each step as it ends, and what may be done about the one that failed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from pgconsole.core.connection_state import Finding, Offer
from pgconsole.core.plain_text import visible_block
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.icons import icon_pixmap
from pgconsole.ui.theme import GAP_S, GAP_XS, ICON_SIZE, theme_of

_ICONS = {"ok": "ok", "warning": "warning", "failed": "error", "hint": ""}
_ROLES = {"ok": "", "warning": "warning", "failed": "danger", "hint": "second"}


class DiagnosisView(QWidget):
    """Shows findings in their order; server text in them is plain text."""

    offer_taken = Signal(object)
    """An `Offer` that the user takes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("connectionAccount")
        self.setAccessibleName("Account of the test")
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(GAP_S)
        self._rows.setVerticalSpacing(GAP_XS)
        self._rows.setColumnStretch(2, 1)
        self._shown: tuple[Finding, ...] = ()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show exactly these; those that stand there already are left as they are."""
        same = self._shown == tuple(findings[: len(self._shown)])
        if not same:
            self._clear()
        for finding in findings[len(self._shown) :]:
            self._add(finding)
        self._shown = tuple(findings)

    def _clear(self) -> None:
        self._shown = ()
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add(self, finding: Finding) -> None:
        row = self._rows.rowCount()
        if _ICONS[finding.level]:
            self._put(self._drawing(finding), row, 0)
        failed = finding.level == "failed"
        step = f"{finding.step} failed" if failed and finding.step else finding.step
        self._put(plain_label(step, "danger" if failed else "second", self), row, 1)
        text = QLabel(visible_block(finding.text), self)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setProperty("role", _ROLES[finding.level])
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._put(text, row, 2)
        for number, offer in enumerate(finding.offers, 1):
            self._put(self._offer(offer, number), row + number, 1, 2)

    def _put(self, widget: QWidget, row: int, column: int, columns: int = 1) -> None:
        alignment = Qt.AlignmentFlag.AlignTop if column < 2 and columns == 1 else Qt.AlignmentFlag(0)
        self._rows.addWidget(widget, row, column, 1, columns, alignment)
        widget.show()

    def _offer(self, offer: Offer, number: int) -> QWidget:
        line = QWidget(self)
        button = QPushButton(offer.label, line)
        button.setObjectName(f"connectionOffer{number}")
        button.setAccessibleDescription(offer.meaning)
        button.setAutoDefault(False)
        button.clicked.connect(partial(self.offer_taken.emit, offer))
        meaning = plain_label(offer.meaning, "second", line)
        meaning.setWordWrap(True)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_S)
        layout.addWidget(button)
        layout.addWidget(meaning, 1)
        return line

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons anew when the window goes from light to dark or back."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            shown = self._shown
            self._clear()
            self.show_findings(shown)

    def _drawing(self, finding: Finding) -> QLabel:
        theme = theme_of(self)
        color = {"ok": theme.ok, "warning": theme.warning, "failed": theme.danger}[finding.level]
        label = QLabel(self)
        label.setPixmap(icon_pixmap(_ICONS[finding.level], color, self.devicePixelRatioF()))
        label.setFixedSize(ICON_SIZE, ICON_SIZE)
        label.setAccessibleName(finding.level)
        return label
