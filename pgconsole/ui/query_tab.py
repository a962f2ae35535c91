"""One query tab: editor above, results and messages below; it shows what the query console tells.

Owns layout, and the translation between the console's values and its widgets. What runs, pages and cancels is
`QueryConsole`'s; it is reached by the signals below.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from pgconsole.core.draft import Draft
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.guards import GuardQuestion
from pgconsole.core.messages import Message, MessageKind
from pgconsole.core.notice import Notice
from pgconsole.core.parameters import ParameterRequest
from pgconsole.core.result import Result
from pgconsole.core.run_state import TabState
from pgconsole.core.script_file import ScriptFile
from pgconsole.ui.editor.find_bar import FindBar
from pgconsole.ui.editor.sql_editor import SqlEditor
from pgconsole.ui.parameter_form import ParameterForm
from pgconsole.ui.progress_line import ProgressLine
from pgconsole.ui.results.result_tabs import ResultTabs

if TYPE_CHECKING:
    # The window shows before the driver, which this brings, is loaded.
    from pgconsole.query_console import QueryConsole


class QueryTab(QWidget):
    """Implements `QueryView`; its dynamic properties say what it does to scripts and tests.

    Properties: `state`, `transaction`, `pinned`, `answered`, `portalOpen`.
    """

    state_changed = Signal()
    run_began = Signal()
    result_changed = Signal()
    text_changed = Signal()
    more_wanted = Signal(object)
    values_given = Signal(list)
    prompt_given_up = Signal()
    copy_file_wanted = Signal(str)
    guard_wanted = Signal(object)
    """A `GuardQuestion` for the window."""
    notified = Signal(object)
    """A `Notice` for the notice bar."""
    failed = Signal(object)
    """A `PgconsoleError` for the notice bar."""

    def __init__(self, title: str, draft_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryTab")
        self.title = title
        self.draft_id = draft_id
        self.file: ScriptFile | None = None
        """The file that the text was opened from or saved to."""
        self.is_unsaved = False
        self.profile_id = ""
        """The saved connection that the tab works on."""
        self.manual_commit = False
        self.read_only = False
        """How statements run in this tab, whatever connection it comes to."""
        self.batch_text = ""
        """The lines of values that a statement was run for last."""
        self.state = TabState()
        self.editor = SqlEditor(self)
        self.find_bar = FindBar(self.editor, self)
        self.form = ParameterForm(self)
        self.form.hide()
        self.progress = ProgressLine(self)
        self.results = ResultTabs(self)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._console: QueryConsole | None = None
        self._lay_out()
        self._connect()
        self.show_state(self.state)

    def _lay_out(self) -> None:
        above = QWidget(self)
        upper = QVBoxLayout(above)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.find_bar)
        upper.addWidget(self.editor, 1)
        upper.addWidget(self.form)
        below = QWidget(self)
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(0)
        lower.addWidget(self.progress)
        lower.addWidget(self.results, 1)
        self.splitter.addWidget(above)
        self.splitter.addWidget(below)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([280, 420])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setFocusProxy(self.editor)

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._text_edited)
        self.editor.hidden_pasted.connect(self._warn_of_hidden)
        self.results.more_wanted.connect(self.more_wanted)
        self.results.shown_changed.connect(self.result_changed)
        self.results.noticed.connect(self.notified)
        self.results.messages.position_activated.connect(self._go_to)
        self.form.answered.connect(self._answer)
        self.form.given_up.connect(self._give_up)

    # QueryView

    def show_state(self, state: TabState) -> None:
        """Show what the tab is doing."""
        self.state = state
        self.progress.set_busy(state.is_busy)
        for name, value in (
            ("state", state.phase.value),
            ("transaction", state.transaction.value),
            ("pinned", state.pinned),
            ("answered", state.answered),
            ("portalOpen", state.portal_since is not None),
        ):
            self.setProperty(name, value)
        if not state.is_busy and self.form.isVisible():
            focused = QApplication.focusWidget()
            self.form.hide()
            if focused is not None and self.form.isAncestorOf(focused):
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.state_changed.emit()
        if self._console is not None:
            self._keep_modes(not state.auto_commit, state.read_only)

    def _keep_modes(self, manual_commit: bool, read_only: bool) -> None:
        if (manual_commit, read_only) != (self.manual_commit, self.read_only):
            self.manual_commit, self.read_only = manual_commit, read_only
            self.text_changed.emit()

    def begin_run(self) -> None:
        """Clear what was told of the last run; its results stay until there are to be new ones."""
        self.editor.clear_marks()
        self.run_began.emit()

    def clear_results(self) -> None:
        """Clear the results of the last run."""
        self.results.clear_results()

    def open_result(self, result: Result) -> None:
        """Show a new result, still empty."""
        self.results.open(result)

    def update_result(self, result: Result) -> None:
        """Show a result's new state."""
        self.results.refresh(result)

    def show_message(self, message: Message) -> None:
        """Add to Messages, and show them where nothing else is to be seen or something failed."""
        self.results.messages.append(message)
        if message.kind is MessageKind.ERROR or self.results.count() == 1:
            self.results.show_messages()

    def mark_error(self, start: int, end: int, text: str) -> None:
        """Mark where the server stumbled."""
        self.editor.mark_error(start, end, text)
        self.editor.show_error()

    def ask_parameters(self, request: ParameterRequest) -> None:
        """Show the form for a statement's parameters."""
        self.form.ask(request)
        self.form.show()
        self.form.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_copy_file(self, statement: str) -> None:
        """Have the window ask for the file of a COPY FROM STDIN."""
        self.copy_file_wanted.emit(statement)

    def ask_guard(self, question: GuardQuestion) -> None:
        """Have the window ask before what may do harm."""
        self.guard_wanted.emit(question)

    def notify(self, notice: Notice) -> None:
        """Hand a line to the notice bar."""
        self.notified.emit(notice)

    def report(self, error: PgconsoleError) -> None:
        """Hand a failure to the notice bar."""
        self.failed.emit(error)

    # Its own

    def serve(self, console: "QueryConsole") -> None:
        """Pass what the user wants on to `console`, and have it run as this tab did before."""
        if self.manual_commit:
            console.set_auto_commit(False)
        if self.read_only:
            console.set_read_only(True)
        self._console = console
        self.more_wanted.connect(console.fetch_more)
        self.values_given.connect(console.answer)
        self.prompt_given_up.connect(console.give_up_prompt)
        self.show_state(console.state)

    def show_draft(self, draft: Draft) -> None:
        """Take a draft's text, caret, selection, file, and how its statements run."""
        self.manual_commit, self.read_only = draft.manual_commit, draft.read_only
        self.editor.set_script(draft.text)
        cursor = self.editor.textCursor()
        cursor.setPosition(min(draft.anchor, len(self.editor.toPlainText())))
        cursor.setPosition(min(draft.caret, len(self.editor.toPlainText())), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)
        if draft.file is not None:
            self.file, self.is_unsaved = draft.file, draft.is_unsaved

    def keep_batch_text(self, text: str) -> None:
        """Keep lines of values for the next batch."""
        self.batch_text = text

    def set_font_size(self, size_pt: float) -> None:
        """Show SQL, messages and data in another size."""
        self.editor.set_font_size(size_pt)
        self.results.set_font_size(size_pt)

    def show_disconnected(self) -> None:
        """The tab has no connection any more, nor whom to tell what is wanted; its text and results stay."""
        console, self._console = self._console, None
        if console is not None:
            self.more_wanted.disconnect(console.fetch_more)
            self.values_given.disconnect(console.answer)
            self.prompt_given_up.disconnect(console.give_up_prompt)
        self.show_state(TabState(answered=self.state.answered))

    @property
    def has_text(self) -> bool:
        """Whether closing the tab would lose text."""
        return bool(self.editor.script().strip())

    def saved_as(self, file: ScriptFile, text: str) -> None:
        """That text is in `file` now; what was typed since it was handed out is not."""
        self.file, self.title, self.is_unsaved = file, file.path.name, self.editor.script() != text
        self.text_changed.emit()

    def _text_edited(self) -> None:
        self.is_unsaved = self.file is not None or self.has_text
        self.text_changed.emit()

    def _warn_of_hidden(self, what: str) -> None:
        self.notified.emit(Notice(f"The text that came in may not run as it reads. {what}; outlined there.", "warning"))

    def _go_to(self, position: int) -> None:
        self.editor.go_to(position)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, values: list[str | None]) -> None:
        self.form.hide()
        self.values_given.emit(values)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_up(self) -> None:
        self.form.hide()
        self.prompt_given_up.emit()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
