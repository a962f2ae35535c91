"""The buttons of the toolbar and of the corners above tabs, each made from an action; where they stand is the bars'."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from pgconsole.core.action import Action
from pgconsole.ui.icons import icon
from pgconsole.ui.theme import GAP_S, GAP_XS, ICON_SIZE, TAB_UNDERLINE, Theme, theme_of
from pgconsole.ui.window.action_set import ActionSet

BUTTON_HEIGHT: Final = 28
ARROW_WIDTH: Final = 24
"""Of a menu's arrow, with the room on both sides of it."""


class BarButton(QToolButton):
    """A button as high as every other one, with the same room on both sides of what it shows."""

    def __init__(self, name: str, style: Qt.ToolButtonStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolButtonStyle(style)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setAutoRaise(True)
        self._measured: tuple[str, int] | None = None
        """The words measured last, and their width; a run asks for it 300 times."""

    def changeEvent(self, event: QEvent) -> None:
        """Measure the words anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measured = None

    def sizeHint(self) -> QSize:
        """Icon, words and arrow at distances of the grid; Qt's own hint leaves a third of a button empty."""
        if self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
            return QSize(BUTTON_HEIGHT, BUTTON_HEIGHT)
        text = self.text()
        if self._measured is None or self._measured[0] != text:
            self._measured = text, self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()
        words = self._measured[1]
        arrow = ARROW_WIDTH if self.popupMode() is not QToolButton.ToolButtonPopupMode.DelayedPopup else GAP_S
        return QSize(GAP_S + ICON_SIZE + GAP_XS + words + arrow, BUTTON_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same: words that are cut are none."""
        return self.sizeHint()


def icon_button(action: QAction, parent: QWidget) -> QToolButton:
    """A button of an icon alone; its tool tip has the words and the key."""
    return _button(action, Qt.ToolButtonStyle.ToolButtonIconOnly, parent)


def word_button(action: QAction, parent: QWidget) -> QToolButton:
    """A button of an icon and words."""
    return _button(action, Qt.ToolButtonStyle.ToolButtonTextBesideIcon, parent)


def split_button(actions: ActionSet, described: Action, parent: QWidget) -> QToolButton:
    """A button that runs its own action, with a menu of those that stand under it."""
    button = word_button(actions[described.id], parent)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    button.setMenu(_menu(actions, actions.under(described.id), button))
    return button


def result_buttons(actions: ActionSet, parent: QWidget) -> list[QToolButton]:
    """The buttons of what can be done with a result, in the order of the table."""
    return [icon_button(actions[each.id], parent) for group in actions.in_bar("results") for each in group]


def corner_of(parent: QWidget, buttons: Iterable[QWidget]) -> QWidget:
    """Buttons in a row, for the corner beside tabs."""
    corner = QWidget(parent)
    row = QHBoxLayout(corner)
    row.setContentsMargins(GAP_XS, 0, GAP_XS, TAB_UNDERLINE)
    row.setSpacing(GAP_XS)
    for button in buttons:
        row.addWidget(button)
    return corner


class ChoiceButton(BarButton):
    """Names which choice of a group is made, and offers all of them with whatever else stands under it.

    It bears the accent while the choice is another one than its own action's, the usual one. Its tool tip names
    everything that is chosen below it.
    """

    def __init__(self, actions: ActionSet, described: Action, parent: QWidget) -> None:
        super().__init__(f"{described.id}.button", Qt.ToolButtonStyle.ToolButtonTextBesideIcon, parent)
        self._actions = actions
        self._members = (described, *actions.under(described.id))
        self._shown: tuple[str, Theme] | None = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(_menu(actions, self._members, self))
        for member in self._members:
            actions[member.id].changed.connect(self._show_choice)
        self._show_choice()

    @property
    def is_unusual(self) -> bool:
        """Whether it bears the accent."""
        return bool(self.property("unusual"))

    def _show_choice(self) -> None:
        checked = [member for member in self._members if self._actions[member.id].isChecked()]
        self.setToolTip(", ".join(member.title for member in checked))
        usual = self._members[0]
        chosen = next((member for member in checked if member.group == usual.group), usual)
        # A button's own palette is no measure: its background is transparent, which counts as black.
        theme = theme_of(self.window())
        if self._shown != (chosen.id, theme):
            self._shown = chosen.id, theme
            self._dress_as(chosen, theme, is_unusual=chosen is not usual)

    def _dress_as(self, chosen: Action, theme: Theme, *, is_unusual: bool) -> None:
        self.setText(self._actions[chosen.id].iconText())
        self.setIcon(icon(chosen.icon, theme, "accent" if is_unusual else "text_second"))
        self.setProperty("unusual", is_unusual)
        self.style().unpolish(self)
        self.style().polish(self)


def _button(action: QAction, style: Qt.ToolButtonStyle, parent: QWidget) -> QToolButton:
    button = BarButton(f"{action.objectName()}.button", style, parent)
    button.setDefaultAction(action)
    return button


def _menu(actions: ActionSet, members: tuple[Action, ...], button: QToolButton) -> QMenu:
    menu = QMenu(button)
    menu.setObjectName(f"{button.objectName()}.menu")
    actions.fill_menu(menu, members)
    return menu
