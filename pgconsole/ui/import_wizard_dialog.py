"""The dialog of an import: its steps, the page that is shown, and what can be done next. It decides nothing."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pgconsole.core.import_account import account_to_json
from pgconsole.core.import_draft import plan_of
from pgconsole.core.import_plan import plan_to_json
from pgconsole.core.plain_text import visible_line
from pgconsole.core.wizard_state import CHOOSING, PAGES, WizardState
from pgconsole.core.wording import plural
from pgconsole.import_wizard import ImportWizard
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.importing.account_page import ImportAccountPage
from pgconsole.ui.importing.columns_page import ImportColumnsPage
from pgconsole.ui.importing.options_page import ImportOptionsPage
from pgconsole.ui.importing.run_page import ImportRunPage
from pgconsole.ui.importing.source_page import ImportSourcePage
from pgconsole.ui.importing.steps import ImportSteps
from pgconsole.ui.progress_line import ProgressLine
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S

_WIDTH, _HEIGHT = 1080, 700


class ImportWizardDialog(QDialog):
    """Opens without blocking; closing it while an import runs is a question, asked by whoever opened it."""

    close_wanted = Signal()
    files_wanted = Signal()
    plan_to_load_wanted = Signal()
    plan_to_save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importWizard")
        self.setWindowTitle("Import")
        self.resize(_WIDTH, _HEIGHT)
        self.setAcceptDrops(True)
        self.may_close = False
        """Set once nothing runs any more."""
        self._shown = WizardState()
        self._wizard: ImportWizard | None = None
        self._steps = ImportSteps(self)
        self._line = ProgressLine(self)
        self.source_page = ImportSourcePage(self)
        self.columns_page = ImportColumnsPage(self)
        self.options_page = ImportOptionsPage(self)
        self.run_page = ImportRunPage(self)
        self.account_page = ImportAccountPage(self)
        self._pages = QStackedWidget(self)
        self._summary = plain_label("", "second", self)
        self._summary.setObjectName("importSummary")
        self._problem = plain_label("", "danger", self)
        self._problem.setObjectName("importProblem")
        self._problem.setWordWrap(True)
        self._load_plan = self._button("importLoadPlan", "Load plan…")
        self._save_plan = self._button("importSavePlan", "Save plan…")
        self._close = self._button("importClose", "Close")
        self._back = self._button("importBack", "Back")
        self._next = self._button("importNext", "Next")
        self._import = self._button("importRun", "Import")
        self._import.setDefault(True)
        self._lay_out()
        self._connect()
        self.show_state(self._shown)

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        for page in (self.source_page, self.columns_page, self.options_page, self.run_page, self.account_page):
            self._pages.addWidget(page)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._summary)
        words.addWidget(self._problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        for button in (self._load_plan, self._save_plan):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self._close, self._back, self._next, self._import):
            buttons.addWidget(button)
        inner = QVBoxLayout()
        inner.setContentsMargins(GAP_L, GAP_M, GAP_L, GAP_L)
        inner.setSpacing(GAP_M)
        inner.addWidget(self._steps)
        inner.addWidget(self._pages, 1)
        inner.addLayout(words)
        inner.addLayout(buttons)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._line)
        rows.addLayout(inner, 1)

    def _connect(self) -> None:
        self._close.clicked.connect(self.close)
        self._load_plan.clicked.connect(self.plan_to_load_wanted)
        self._save_plan.clicked.connect(self.plan_to_save_wanted)
        self.source_page.file_wanted.connect(self.files_wanted)

    def serve(self, wizard: ImportWizard) -> None:
        """Pass intents on to the wizard from now on."""
        self._wizard = wizard
        source, columns = self.source_page, self.columns_page
        source.dialect_changed.connect(wizard.set_dialect)
        source.encoding_changed.connect(wizard.set_encoding)
        source.scan_stopped.connect(wizard.stop_scan)
        source.line_wanted.connect(wizard.seek)
        source.part_chosen.connect(lambda part, cells: wizard.open_files(self._paths(), part, cells))
        columns.table_chosen.connect(wizard.choose_table)
        columns.new_table_chosen.connect(wizard.choose_new_table)
        columns.changed.connect(lambda fields: wizard.change(**fields))
        self.options_page.changed.connect(lambda fields: wizard.change(**fields))
        self.run_page.cancel_requested.connect(wizard.cancel)
        self.account_page.mended_ready.connect(wizard.load_mended)
        self.account_page.resume_requested.connect(wizard.resume)
        self.source_page.text_pasted.connect(wizard.open_text)
        self._steps.page_chosen.connect(wizard.go)
        self._back.clicked.connect(lambda: wizard.step(-1))
        self._next.clicked.connect(lambda: wizard.step(1))
        self._import.clicked.connect(wizard.run)
        QShortcut(QKeySequence.StandardKey.Paste, self).activated.connect(self.source_page.paste)
        for key, by in (("Alt+Left", -1), ("Alt+Right", 1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda by=by: self._step(by))

    def _step(self, by: int) -> None:
        """Go on by a key; the focus goes along, from the step that is left to the one that is shown."""
        if self._wizard is not None:
            self._wizard.step(by)
            self._steps.take_focus_along(self._shown.page)

    def step_to(self, page: str) -> None:
        """Press the step of a page."""
        self._steps.press(page)

    def click_import(self) -> None:
        """Press the button that runs it."""
        self._import.click()

    @property
    def shown(self) -> WizardState:
        """What is shown."""
        return self._shown

    def _paths(self) -> list[Path]:
        draft = self._shown.draft
        return [Path(source.path) for source in draft.sources] if draft is not None else []

    # ImportView

    def show_state(self, state: WizardState) -> None:
        """Show everything as it is now."""
        before, self._shown = self._shown, state
        if not (state.run and before.run):
            # Choices rest while records are loaded, some times a second.
            self.source_page.show_state(before, state)
            self.columns_page.show_state(before, state)
            self.options_page.show_state(state)
            self.account_page.show_state(before, state)
        self.run_page.show_state(state)
        self._steps.show_state(state)
        self._show_page(before, state)
        self._line.set_busy(bool(state.busy or state.run or (state.draft is not None and not state.scan.has_ended)))
        self._summary.setText(visible_line(_summary(state)))
        problem = state.failure or (_problem(state) if state.page in CHOOSING and not state.busy else "")
        self._problem.setText(visible_line(problem))
        self._problem.setVisible(bool(problem))
        self._show_buttons(state)
        self._tell_properties(before, state)

    def _show_page(self, before: WizardState, state: WizardState) -> None:
        index = next(number for number, (page, _title) in enumerate(PAGES) if page == state.page)
        if self._pages.currentIndex() == index and before.page == state.page:
            return
        self._pages.setCurrentIndex(index)
        # What had the focus may be gone; what was pressed to come here keeps it while it can.
        focused = QApplication.focusWidget()
        is_gone = focused is None or not focused.isVisible() or not self.isAncestorOf(focused)
        if state.page == "account":
            self.account_page.focus_first()
        elif is_gone:
            self._focus_page()

    def _focus_page(self) -> None:
        page = self._pages.currentWidget()
        if page is not None:
            page.focusNextChild()

    def _show_buttons(self, state: WizardState) -> None:
        is_choosing = state.page in CHOOSING
        for button in (self._back, self._next, self._import, self._load_plan):
            button.setVisible(is_choosing)
        self._save_plan.setVisible(state.page != "run")
        self._summary.setVisible(is_choosing)
        self._back.setEnabled(state.page != CHOOSING[0])
        self._next.setEnabled(state.page != CHOOSING[-1] and state.draft is not None)
        self._save_plan.setEnabled(state.draft is not None)
        self._import.setEnabled(state.can_import)
        verb = "Try" if state.draft is not None and state.draft.dry_run else "Import"
        counted = f"{verb} {plural(state.rows, 'record')}" if state.rows is not None else verb
        self._import.setText(f"{verb} now" if state.is_awaited else counted)
        self._close.setText("Close")

    def _tell_properties(self, before: WizardState, state: WizardState) -> None:
        self.setProperty("page", state.page)
        self.setProperty("running", state.run)
        if state.draft is not before.draft or self.property("plan") is None:
            self.setProperty("plan", plan_to_json(plan_of(state.draft)) if state.draft is not None else "")
        if state.account is not before.account or self.property("account") is None:
            self.setProperty("account", account_to_json(state.account) if state.account is not None else "")

    @property
    def mended_unloaded(self) -> int:
        """How many rejected records were mended here and are not loaded yet."""
        return self.account_page.mended_unloaded

    def closeEvent(self, event: QCloseEvent) -> None:
        """Have the import put away first."""
        if self.may_close:
            event.accept()
        else:
            event.ignore()
            self.close_wanted.emit()

    def reject(self) -> None:
        """Close by Escape, as by the button, unless an import is about to begin: then that is given up."""
        if self._wizard is not None and self._shown.is_awaited:
            self._wizard.await_no_more()
        else:
            self.close()


def _summary(state: WizardState) -> str:
    draft = state.draft
    if state.busy:
        return state.busy
    if draft is None:
        return "Choose a file, or drop one here."
    if not state.server:
        return "Not connected: the file can be looked at, and loaded once there is a connection."
    if state.is_awaited:
        return f"Begins once every record was looked at for its type; {state.scan.share:.0%} of the file so far."
    name = f"{draft.schema}.{draft.table}" if draft.schema else draft.table
    kind = "a new table" if draft.is_new else "the table"
    columns = plural(sum(row.is_used for row in draft.rows), "column")
    known = "" if state.rows is not None or state.page == "source" else _scan_words(state)
    return f"Into {kind} {name} at {state.server}, {columns}{known}"


def _scan_words(state: WizardState) -> str:
    """How much of the file the types rest on, where the scan goes on behind another page or was stopped."""
    if state.scan.is_stopped:
        return f"; types from the first {plural(state.scan.records, 'record')}"
    return f"; {state.scan.share:.0%} of the file looked at so far"


def _problem(state: WizardState) -> str:
    if not state.problems:
        return ""
    first = state.problems[0]
    field = first.field.rpartition(".")[2].replace("_", " ")
    more = len(state.problems) - 1
    return f"{field}: {first.text}" + (f" And {plural(more, 'more problem')}." if more else "")
