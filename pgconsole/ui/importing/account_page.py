"""Last page of the import: what came of it, to the record; what was refused can be mended here and loaded again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from pgconsole.core.import_account import ImportAccount, Outcome, Reject, failure_words
from pgconsole.core.plain_text import visible_block, visible_line
from pgconsole.core.wizard_state import WizardState
from pgconsole.core.wording import as_sentence, format_count, format_duration_ms, plural
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.importing.reject_table import RejectTable
from pgconsole.ui.plain_code import PlainCode
from pgconsole.ui.theme import GAP_M, GAP_S, figures_font

_HEADLINES = {
    Outcome.DONE: "Imported",
    Outcome.STOPPED: "Stopped by a bad record",
    Outcome.CANCELLED: "Cancelled",
    Outcome.FAILED: "Failed",
    Outcome.UNKNOWN: "Outcome unknown",
}
_SIZE_OF_HEADLINE = 1.4


class ImportAccountPage(QWidget):
    """Shows an account and passes on what shall be loaded again."""

    resume_requested = Signal()
    mended_ready = Signal(object)
    """Texts of rejected records by their numbers, to be loaded now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline = plain_label("", "", self)
        self._headline.setObjectName("importHeadline")
        self._balance = plain_label("", "", self)
        self._balance.setObjectName("importBalance")
        self._balance.setFont(figures_font(self._balance.font()))
        self._said = plain_label("", "second", self)
        self._said.setObjectName("importSaid")
        self._said.setWordWrap(True)
        self._tabs = QTabWidget(self)
        self._rejects = RejectTable("importRejects", self, is_editable=True)
        self._reason = plain_label("", "", self)
        self._reason.setObjectName("importRejectReason")
        self._reason.setWordWrap(True)
        self._reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._reason.setMinimumHeight(2 * self._reason.fontMetrics().lineSpacing())
        self._reason.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._files = plain_label("", "second", self)
        self._files.setObjectName("importRejectFiles")
        self._files.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._mend = self._button("importMend", "Mend record")
        self._load = self._button("importLoadMended", "Load mended records")
        self._again = self._button("importLoadAgain", "Load all again")
        self._statements = PlainCode("importStatementsRun", "Statements that ran", self)
        self._command = PlainCode("importCommand", "Command line that does the same", self)
        self._copy = self._button("importCopy", "Copy")
        self._resume = self._button("importResume", "Load the rest")
        self._lay_out()
        self._connect()

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        font = QFont(self._headline.font())
        font.setPointSizeF(font.pointSizeF() * _SIZE_OF_HEADLINE)
        font.setWeight(QFont.Weight.DemiBold)
        self._headline.setFont(font)
        self._tabs.setObjectName("importAccountTabs")
        self._tabs.setAccessibleName("Rejected records, statements, command line")
        self._tabs.addTab(self._rejects_tab(), "Rejected")
        self._tabs.addTab(self._statements, "Statements")
        self._tabs.addTab(self._command, "Command line")
        below = QHBoxLayout()
        below.setSpacing(GAP_S)
        below.addWidget(self._resume)
        below.addStretch(1)
        below.addWidget(self._copy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP_S)
        for widget in (self._headline, self._balance, self._said):
            rows.addWidget(widget)
        rows.addSpacing(GAP_M)
        rows.addWidget(self._tabs, 1)
        rows.addLayout(below)

    def _rejects_tab(self) -> QWidget:
        page = QWidget(self)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        for button in (self._mend, self._load, self._again):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, GAP_S, 0, 0)
        rows.setSpacing(GAP_S)
        rows.addWidget(self._rejects, 1)
        rows.addWidget(self._reason)
        rows.addWidget(self._files)
        rows.addLayout(buttons)
        return page

    def _connect(self) -> None:
        model = self._rejects.rejects
        self._rejects.mended.connect(self._count_mended)
        self._rejects.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_reason())
        self._mend.clicked.connect(self._rejects.mend_current)
        self._load.clicked.connect(lambda: self.mended_ready.emit(dict(model.texts)))
        self._again.clicked.connect(lambda: self.mended_ready.emit(model.all_texts))
        self._resume.clicked.connect(self.resume_requested)
        self._copy.clicked.connect(self._copy_shown)
        self._tabs.currentChanged.connect(lambda _index: self._show_copy())

    def focus_first(self) -> None:
        """Give the focus to what was rejected, else to what stands in its place."""
        shown = self._tabs.currentWidget()
        first = shown if isinstance(shown, PlainCode) else self._rejects
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def mended_unloaded(self) -> int:
        """How many records were mended and are not loaded yet."""
        return len(self._rejects.rejects.texts)

    def _count_mended(self) -> None:
        count = self.mended_unloaded
        self._load.setText(f"Load {plural(count, 'mended record')}" if count else "Load mended records")
        self._load.setEnabled(count > 0 and self.isEnabled())

    def _show_reason(self) -> None:
        """The server's words whole, with their detail: the table has room for the first of them."""
        reject = self._rejects.current
        self._reason.setText(visible_block(_reason_words(reject)) if reject is not None else "")
        self._reason.setVisible(reject is not None)

    def _show_copy(self) -> None:
        self._copy.setVisible(isinstance(self._tabs.currentWidget(), PlainCode))

    def _copy_shown(self) -> None:
        shown = self._tabs.currentWidget()
        if isinstance(shown, PlainCode):
            QGuiApplication.clipboard().setText(shown.text)

    def show_state(self, before: WizardState, state: WizardState) -> None:
        """Show what came of the import."""
        account = state.account
        self._show_copy()
        self._resume.setVisible(state.can_resume)
        if account is None:
            return
        self.setEnabled(not state.run)
        if account is before.account and state.rejects is before.rejects and state.run == before.run:
            return
        self._headline.setText(_headline(account))
        self._balance.setText(_balance(account))
        self._balance.setProperty("role", "" if account.is_balanced else "danger")
        self._balance.style().unpolish(self._balance)
        self._balance.style().polish(self._balance)
        self._said.setText(visible_block(_said(account, state.mended)))
        if state.rejects is not before.rejects:
            self._rejects.show_rejects(state.rejects)
            self._show_reason()
        self._tabs.setTabText(0, f"Rejected {format_count(account.rejected)}" if account.rejected else "Rejected")
        files = _files(account, state.mended)
        self._files.setText(visible_line(files))
        self._files.setVisible(bool(files))
        for button in (self._mend, self._again):
            button.setEnabled(bool(state.rejects) and account.committed)
        self._rejects.set_editable(account.committed)
        self._again.setVisible(account.rejected == len(state.rejects))
        self._count_mended()
        self._statements.show_text(";\n\n".join(account.statements) + ";" if account.statements else "")
        self._command.show_text(state.command)
        if account is not before.account and before.account is None:
            # A run that failed at once has sent nothing: then the command line is left.
            self._tabs.setCurrentIndex(0 if account.rejected else 1 if account.statements else 2)


def _headline(account: ImportAccount) -> str:
    words = (
        "Dry run, rolled back" if account.dry_run and account.outcome is Outcome.DONE else _HEADLINES[account.outcome]
    )
    where = visible_line(account.table)
    if account.outcome is Outcome.DONE and not account.dry_run:
        return f"{words} {plural(account.loaded, 'record')} into {where}"
    return f"{words}: {where}"


def _balance(account: ImportAccount) -> str:
    figures = (
        f"{format_count(account.read)} read  =  {format_count(account.loaded)} loaded"
        f"  +  {format_count(account.rejected)} rejected  +  {format_count(account.skipped)} skipped"
    )
    return figures if account.is_balanced else f"{figures}   does not balance: look at the table before you rely on it"


def _said(account: ImportAccount, mended: int) -> str:
    failure = account.failure
    lines = [failure_words(failure)] if failure is not None else []
    took = format_duration_ms(account.elapsed_s * 1000)
    final = "committed" if account.committed else "nothing of it is in the table"
    final = "rolled back" if account.dry_run else final
    lines.append(f"Took {took}." if account.outcome is Outcome.UNKNOWN else f"Took {took}; {final}.")
    if account.proof:
        lines.append(account.proof)
    if account.rejects and not account.committed:
        lines.append("Records can be mended here once an import has loaded the others.")
    if mended:
        lines.append(f"{plural(mended, 'mended record')} loaded since.")
    lines += [f"Line {format_count(odd.line)}: {odd.text}" for odd in account.oddities]
    return "\n".join(lines)


def _reason_words(reject: Reject) -> str:
    place = f"Line {format_count(reject.line)}: "
    return place + " ".join(as_sentence(part) for part in (reject.message, reject.detail) if part)


def _files(account: ImportAccount, mended: int) -> str:
    files = [file for file in (*account.earlier_reject_files, account.reject_file) if file]
    if not files:
        return ""
    # The files are as the runs left them: whoever imports them too would load these a second time.
    also = f", the {format_count(mended)} loaded since among them," if mended else ""
    reasons = f", reasons in {account.reasons_file}" if account.reasons_file else ""
    return f"Rejected records{also} are in {' and '.join(files)}{reasons}"
