"""Binds the window's actions to what they do on the tab that is shown.

Owns which id does what; opening and closing tabs, connections and dialogs is the application's, which binds those ids.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from pgconsole.core.result import Result
from pgconsole.core.run_state import Isolation
from pgconsole.query_console import QueryConsole
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.query_tab import QueryTab
from pgconsole.ui.results.result_pane import ResultPane
from pgconsole.ui.window.shortcut_sheet import ShortcutSheet

ConsoleOf = Callable[[QueryTab], QueryConsole | None]
"""The console of a tab; None, after telling the user, where it has no connection."""


Slot = Callable[[], None]


class WindowActions:
    """What the actions of one window do."""

    def __init__(self, window: MainWindow, console_of: ConsoleOf, give_up_connecting: Slot) -> None:
        self._window = window
        self._give_up_connecting = give_up_connecting
        self._console_of = console_of
        window.actions_by_id.connect_all(self._query() | self._result() | self._editor() | self._view())

    def _query(self) -> dict[str, Slot]:
        levels: tuple[Isolation, ...] = ("", "read committed", "repeatable read", "serializable")
        isolation = {
            f"query.isolation_{level.replace(' ', '_') or 'default'}": self._isolate(level) for level in levels
        }
        return {
            **isolation,
            "query.run": self._on_console(lambda tab, console: console.run(*_text(tab))),
            "query.run_to_end": self._on_console(lambda tab, console: console.run(*_text(tab), to_end=True)),
            "query.run_all": self._on_console(lambda tab, console: console.run_all(tab.editor.script())),
            "query.dry_run": self._on_console(lambda tab, console: console.dry_run(*_text(tab))),
            "query.cancel": self._cancel,
            "query.explain": self._on_console(lambda tab, console: console.explain(*_text(tab), analyze=False)),
            "query.explain_analyze": self._on_console(lambda tab, console: console.explain(*_text(tab), analyze=True)),
            "query.commit": self._on_console(lambda _tab, console: console.commit()),
            "query.rollback": self._on_console(lambda _tab, console: console.roll_back()),
            "query.auto_commit": self._on_console(lambda _tab, console: console.set_auto_commit(True)),
            "query.manual_commit": self._on_console(lambda _tab, console: console.set_auto_commit(False)),
            "query.read_only": self._on_console(
                lambda _tab, console: console.set_read_only(self._is_checked("query.read_only"))
            ),
            "query.ask_outcome": self._on_console(lambda _tab, console: console.ask_outcome()),
            "query.reset_session": self._on_console(lambda _tab, console: console.reset_session()),
            "query.fetch_all": self._on_result(lambda console, result: console.fetch_more(result, to_end=True)),
            "query.format": self._on_tab(lambda tab: tab.editor.format_statement()),
        }

    def _cancel(self) -> None:
        """End the run of the tab that is shown; where it does nothing, the attempt to connect."""
        tab = self._window.current_tab
        console = self._console_of(tab) if tab is not None and tab.state.is_busy else None
        if console is not None:
            console.cancel()
        else:
            self._give_up_connecting()

    def _isolate(self, level: Isolation) -> Slot:
        return self._on_console(lambda _tab, console: console.set_isolation(level))

    def _result(self) -> dict[str, Slot]:
        return {
            "result.count": self._on_result(lambda console, result: console.count(result)),
            "result.copy": self._on_pane(lambda pane: pane.grid.copy()),
            "result.copy_with_header": self._on_pane(lambda pane: pane.grid.copy(with_header=True)),
            "result.view_cell": self._on_pane(lambda pane: pane.view_cell()),
            "result.pin": self._on_tab(lambda tab: tab.results.keep_shown(self._is_checked("result.pin"))),
        }

    def _editor(self) -> dict[str, Slot]:
        return {
            "editor.undo": self._on_text(lambda field: field.undo()),
            "editor.redo": self._on_text(lambda field: field.redo()),
            "editor.cut": self._on_text(lambda field: field.cut()),
            "editor.copy": self._on_text(lambda field: field.copy()),
            "editor.paste": self._on_text(lambda field: field.paste()),
            "editor.select_all": self._on_text(lambda field: field.selectAll()),
            "editor.find_next": self._on_tab(lambda tab: tab.find_bar.go_on(tab.find_bar.find_next)),
            "editor.find_previous": self._on_tab(lambda tab: tab.find_bar.go_on(tab.find_bar.find_previous)),
            "editor.find": self._on_tab(lambda tab: tab.find_bar.open_find()),
            "editor.replace": self._on_tab(lambda tab: tab.find_bar.open_replace()),
            "editor.comment": self._on_tab(lambda tab: tab.editor.toggle_comment()),
            "editor.duplicate": self._on_tab(lambda tab: tab.editor.duplicate_lines()),
        }

    def _view(self) -> dict[str, Slot]:
        focus = Qt.FocusReason.ShortcutFocusReason
        return {
            "view.editor": self._on_tab(lambda tab: tab.editor.setFocus(focus)),
            "view.result": self._on_pane(lambda pane: pane.grid.setFocus(focus)),
            "view.messages": self._on_tab(self._go_to_messages),
            "editor.zoom_in": lambda: self._window.zoom(1),
            "editor.zoom_out": lambda: self._window.zoom(-1),
            "editor.zoom_reset": lambda: self._window.zoom(0),
            "tab.next": lambda: self._window.step_tab(1),
            "tab.previous": lambda: self._window.step_tab(-1),
            "help.palette": lambda: self._window.command_palette.open(),
            "help.shortcuts": self._show_shortcuts,
        }

    def _go_to_messages(self, tab: QueryTab) -> None:
        tab.results.show_messages()
        tab.results.messages.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_shortcuts(self) -> None:
        ShortcutSheet(self._window.actions_by_id, self._window).open()

    def _is_checked(self, action_id: str) -> bool:
        return self._window.actions_by_id[action_id].isChecked()

    def _on_tab(self, act: Callable[[QueryTab], object]) -> Slot:
        def slot() -> None:
            tab = self._window.current_tab
            if tab is not None:
                act(tab)

        return slot

    def _on_text(self, act: Callable[[QLineEdit | QPlainTextEdit], object]) -> Slot:
        """Act on the text that has the focus, else on the editor's: a menu leaves the focus where it is."""

        def on_tab(tab: QueryTab) -> None:
            focused = QApplication.focusWidget()
            act(focused if isinstance(focused, QLineEdit | QPlainTextEdit) else tab.editor)

        return self._on_tab(on_tab)

    def _on_pane(self, act: Callable[[ResultPane], object]) -> Slot:
        def on_tab(tab: QueryTab) -> None:
            if tab.results.pane is not None:
                act(tab.results.pane)

        return self._on_tab(on_tab)

    def _on_console(self, act: Callable[[QueryTab, QueryConsole], object]) -> Slot:
        def on_tab(tab: QueryTab) -> None:
            console = self._console_of(tab)
            if console is not None:
                act(tab, console)

        return self._on_tab(on_tab)

    def _on_result(self, act: Callable[[QueryConsole, Result], object]) -> Slot:
        def on_console(tab: QueryTab, console: QueryConsole) -> None:
            result = tab.results.result
            if result is not None:
                act(console, result)

        return self._on_console(on_console)


def _text(tab: QueryTab) -> tuple[str, int, tuple[int, int] | None]:
    return tab.editor.script(), tab.editor.caret(), tab.editor.selection()
