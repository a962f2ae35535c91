"""Builds a window's QActions from the table of commands, and fills menus with them.

Owns titles, keys, icons, tool tips and whether an action is enabled; what an action does is connected by the window,
and buttons are `bar_buttons`'.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import groupby

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from pgconsole.core.action import MENUS, Action, Bar, Condition, Scope
from pgconsole.core.actions import ACTIONS
from pgconsole.ui.icons import icon


class ActionSet(QObject):
    """The actions of one window, found by id; icons follow the window's palette."""

    def __init__(self, window: QWidget, actions: Iterable[Action] = ACTIONS) -> None:
        super().__init__(window)
        self._window = window
        self._described = {described.id: described for described in actions}
        self._built: dict[str, QAction] = {}
        self._radios: dict[str, QActionGroup] = {}
        self._deaf: dict[str, QAction] = {}
        self._holding: Set[Condition] | None = None
        for described in self._described.values():
            self._built[described.id] = self._build(described)
        self._take_keys(window, "window")
        window.installEventFilter(self)
        self._draw_icons()
        self.set_conditions(frozenset())

    def __getitem__(self, action_id: str) -> QAction:
        return self._built[action_id]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._built.values())

    def connect_all(self, slots: Mapping[str, Callable[[], object]]) -> None:
        """Bind what each action does, by id; a switch's slot reads `isChecked()` of its action.

        Raises KeyError for an id that is no action.
        """
        for action_id, slot in slots.items():
            self._built[action_id].triggered.connect(lambda _checked=False, slot=slot: slot())

    def add_to(self, widget: QWidget, scope: Scope) -> None:
        """Let the keys of one scope work while the widget, or something within it, has the focus."""
        self._take_keys(widget, scope)

    def _take_keys(self, widget: QWidget, scope: Scope) -> None:
        ids = [each.id for each in self._described.values() if each.scope == scope]
        widget.addActions([self[each] for each in ids])
        widget.addActions([self._deaf[each] for each in ids if each in self._deaf])

    def set_conditions(self, holding: Set[Condition]) -> None:
        """Enable exactly the actions whose conditions all hold."""
        if holding == self._holding:
            return
        self._holding = frozenset(holding)
        for action_id, described in self._described.items():
            self._built[action_id].setEnabled(described.when <= holding)
            if action_id in self._deaf:
                self._deaf[action_id].setEnabled(not described.when <= holding)

    def fill_menu_bar(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Add a menu for each heading of the table, and return them by heading."""
        menus = dict[str, QMenu]()
        for heading in MENUS:
            menus[heading] = menu = bar.addMenu(f"&{heading}")
            menu.setObjectName(f"menu{heading}")
            self.fill_menu(menu, [each for each in self._described.values() if each.menu == heading])
        return menus

    def fill_menu(self, menu: QMenu, members: Iterable[Action]) -> None:
        """Add actions in their order, groups apart."""
        for index, (_group, neighbours) in enumerate(groupby(members, key=lambda each: each.group)):
            if index:
                menu.addSeparator()
            menu.addActions([self[each.id] for each in neighbours])

    def in_bar(self, bar: Bar) -> tuple[tuple[Action, ...], ...]:
        """What has a button in a bar, by groups, in the order of the table."""
        shown = [described for described in self._described.values() if described.bar == bar]
        return tuple(tuple(members) for _group, members in groupby(shown, key=lambda each: each.group))

    def under(self, action_id: str) -> tuple[Action, ...]:
        """What stands in the menu of an action's button, in the order of the table."""
        return tuple(described for described in self._described.values() if described.under == action_id)

    def described(self) -> tuple[Action, ...]:
        """The table that this set was built from, in its order."""
        return tuple(self._described.values())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Draw the icons anew when the window goes from light to dark or back."""
        if event.type() is QEvent.Type.PaletteChange:
            self._draw_icons()
        return False

    def _build(self, described: Action) -> QAction:
        built = QAction(described.title, self._window)
        built.setObjectName(described.id)
        built.setShortcuts([QKeySequence(key, QKeySequence.SequenceFormat.PortableText) for key in described.keys])
        if described.scope != "window":
            built.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        typing = [QKeySequence(key) for key in described.keys if key.startswith("Alt+")]
        if typing:
            # A disabled action leaves its keys to the widget below, which types those with Alt.
            self._deaf[described.id] = deaf = QAction(self._window)
            deaf.setShortcuts(typing)
            deaf.setShortcutContext(built.shortcutContext())
        if described.label:
            built.setIconText(described.label)
        built.setToolTip(with_keys(described.title.rstrip("…"), built))
        built.setStatusTip(described.tip)
        built.setCheckable(described.mark != "none")
        # An icon would stand where the mark has to.
        built.setIconVisibleInMenu(described.mark == "none")
        built.setShortcutVisibleInContextMenu(True)
        built.setMenuRole(_ROLES.get(described.id, QAction.MenuRole.NoRole))
        if described.mark == "radio":
            group = self._radios.setdefault(described.group, QActionGroup(self._window))
            group.addAction(built)
        return built

    def _draw_icons(self) -> None:
        for action_id, described in self._described.items():
            if described.icon:
                self._built[action_id].setIcon(icon(described.icon, self._window))


_ROLES = {"app.quit": QAction.MenuRole.QuitRole, "app.settings": QAction.MenuRole.PreferencesRole}


def keys_text(action: QAction) -> str:
    """The first key of an action as this platform writes it; an empty string where it has none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def with_keys(words: str, action: QAction) -> str:
    """Words for a tool tip, with the action's first key in parentheses."""
    keys = keys_text(action)
    return f"{words} ({keys})" if keys else words
