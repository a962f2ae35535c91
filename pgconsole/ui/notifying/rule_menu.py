"""A menu to be told of messages: makes a rule of what is looked for now, and takes rules away again."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QToolButton, QWidget

from pgconsole.core.message_filter import MessageFilter
from pgconsole.core.notification_rules import Match, Rule, RuleAct
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wording import format_count
from pgconsole.ui.notifying.query_rule_dialog import QueryRuleDialog
from pgconsole.ui.plain_tip import plain_title

_ACTS: Final[dict[RuleAct, str]] = {
    "notify": "Desktop notification",
    "sound": "Sound",
    "badge": "Badge",
    "highlight": "Highlight",
    "query": "Run a query",
}
_WORDS_CHARS = 60
_QUERY_CHARS = 30


class RuleMenu(QToolButton):
    """The button with the menu; what a match does to the desktop is here too."""

    changed = Signal(object)
    """The rules as they are wanted now, a tuple."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notificationsRules")
        self.setText("Alerts")
        self.setToolTip("Be told when a message comes that the filter would find, highlight it, or have a query run")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill)
        self._rules: tuple[Rule, ...] = ()
        self._wish = MessageFilter()
        self._tray: QSystemTrayIcon | None = None
        self.matches = 0
        """How many matches of rules with a badge nobody has looked at yet."""

    def show_rules(self, rules: Sequence[Rule]) -> None:
        """Show the rules that there are."""
        self._rules = tuple(rules)

    def show_wish(self, wish: MessageFilter) -> None:
        """Offer rules for what is looked for."""
        self._wish = wish

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        wish = self._wish
        for act, words in _ACTS.items():
            rule = Rule(act=act, wanted=wish.wanted, kind=wish.kind, channel=wish.channel)
            more = "…" if act == "query" else ""
            choice = menu.addAction(f"{words} {plain_title(cut_line(str(rule), _WORDS_CHARS))}{more}")
            choice.setEnabled(rule not in self._rules)
            choice.triggered.connect(partial(self._ask_query if act == "query" else self._add, rule))
        if self._rules:
            menu.addSection("")
        for rule in self._rules:
            query = f" · {plain_title(cut_line(rule.query, _QUERY_CHARS))}" if rule.query else ""
            words = f"Remove: {_ACTS[rule.act].lower()} {plain_title(cut_line(str(rule), _WORDS_CHARS))}{query}"
            menu.addAction(words).triggered.connect(partial(self._remove, rule))

    def _ask_query(self, rule: Rule, _checked: bool = False) -> None:
        dialog = QueryRuleDialog(str(rule), self.window())
        dialog.query_given.connect(lambda query: self._add(msgspec.structs.replace(rule, query=query)))
        dialog.open()

    def _add(self, rule: Rule, _checked: bool = False) -> None:
        if rule not in self._rules:
            self.changed.emit((*self._rules, rule))

    def _remove(self, rule: Rule, _checked: bool = False) -> None:
        self.changed.emit(tuple(each for each in self._rules if each != rule))

    def alarm(self, match: Match) -> None:
        """Do what a rule wants."""
        channel, payload = match.message.channel, match.message.payload
        if match.rule.act == "sound":
            QApplication.beep()
        elif match.rule.act == "badge":
            self._set_matches(self.matches + 1 + match.missed)
        else:
            QApplication.alert(self.window())
            more = f" (and {format_count(match.missed)} more)" if match.missed else ""
            self._notify(f"{cut_line(channel, _WORDS_CHARS)}{more}", cut_line(payload, 200))

    def seen(self) -> None:
        """Somebody looks: the badge goes."""
        if self.matches:
            self._set_matches(0)

    def _set_matches(self, count: int) -> None:
        self.matches = count
        self.setText(f"Alerts ({format_count(count)})" if count else "Alerts")
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setBadgeNumber(count)

    def _notify(self, title: str, text: str) -> None:
        """Show a notification of the desktop's own, where it has a place for one."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self.window().windowIcon(), self)
        self._tray.show()
        self._tray.showMessage(title, text)
