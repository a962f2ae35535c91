"""The row of steps along the top of the import: where one is, and which can be gone to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from pgconsole.core.wizard_state import CHOOSING, PAGES, Page, WizardState
from pgconsole.ui.theme import GAP_S


class ImportSteps(QWidget):
    """A button a page; the one that is shown is pressed."""

    page_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[Page, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_S)
        for number, (page, title) in enumerate(PAGES, 1):
            button = QToolButton(self)
            button.setObjectName(f"importStep.{page}")
            button.setText(f"{number}  {title}")
            button.setCheckable(True)
            button.clicked.connect(lambda _on, page=page: self._choose(page))
            row.addWidget(button)
            self._buttons[page] = button
        row.addStretch(1)

    def press(self, page: str) -> None:
        """Press the step of a page, where it can be gone to."""
        for each, button in self._buttons.items():
            if each == page:
                button.click()

    def take_focus_along(self, page: Page) -> None:
        """Give the focus to the step of a page where another step has it."""
        if any(button.hasFocus() for button in self._buttons.values()):
            self._buttons[page].setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, page: Page) -> None:
        self.page_chosen.emit(page)

    def show_state(self, state: WizardState) -> None:
        """Press the step that is shown, and open those that can be gone to."""
        for page, button in self._buttons.items():
            button.setChecked(page == state.page)
            is_open = page in CHOOSING and state.draft is not None and not state.run
            is_open = is_open or (page == "run" and bool(state.run or state.progress))
            button.setEnabled(is_open or page == state.page or (page == "account" and state.account is not None))
