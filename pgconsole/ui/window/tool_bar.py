"""The window's toolbar: connection, running, commit mode, transaction, and the way to every other command.

Which actions it has, and which stand in whose menu, is the table's; where the words shrink when room is short, its own.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from pgconsole.core.action import Action
from pgconsole.ui.connecting.button import ConnectionButton
from pgconsole.ui.theme import ICON_SIZE, TOOLBAR_HEIGHT
from pgconsole.ui.window.action_set import ActionSet
from pgconsole.ui.window.bar_buttons import ChoiceButton, split_button, word_button
from pgconsole.ui.window.search_button import SearchButton


class ToolBar(QToolBar):
    """One row of buttons; all of them can be reached by Tab."""

    def __init__(self, actions: ActionSet, parent: QWidget) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFixedHeight(TOOLBAR_HEIGHT)
        # A button in a toolbar takes its icon's size from here, whatever it was told itself.
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        # Hidden by its own menu, it could not be brought back by any.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        self._buttons: dict[str, QToolButton] = {}
        self.connection_button = ConnectionButton(self)
        self.search_button = SearchButton(actions["help.palette"], self)
        self.addWidget(self.connection_button)
        for group in actions.in_bar("window"):
            self.addSeparator()
            for described in group:
                self._buttons[described.id] = self._button(described)
                self.addWidget(self._buttons[described.id])
        room = QWidget(self)
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(room)
        self.addWidget(self.search_button)

    @property
    def mode_button(self) -> QToolButton:
        """Names the commit mode of the tab."""
        return self._buttons["query.auto_commit"]

    def _button(self, described: Action) -> QToolButton:
        if described.mark == "radio":
            return ChoiceButton(self._actions, described, self)
        if self._actions.under(described.id):
            return split_button(self._actions, described, self)
        return word_button(self._actions[described.id], self)
