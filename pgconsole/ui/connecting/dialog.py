"""The dialog of one connection: a connection string and a form that fill each other, a test, and saving.

It emits what is wanted and shows what came of it; it opens without blocking, by `open()`.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pgconsole.connections import EditedConnection, PasswordStorageReport
from pgconsole.core.connection_state import Finding, Offer
from pgconsole.core.conninfo_text import conninfo_uri
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.plain_text import visible_line
from pgconsole.core.profile import Profile, without_secrets
from pgconsole.core.profile_check import FieldProblem, check_profile
from pgconsole.core.step_down import is_elsewhere, safe_start
from pgconsole.ui.connecting.diagnosis_view import DiagnosisView
from pgconsole.ui.connecting.form import ConnectionForm, ParseKeywords
from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.progress_line import ProgressLine
from pgconsole.ui.scrolled import Scrolled
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S

_WIDTH = 600
_FRAME = 40
"""What a window manager puts round a dialog, at most."""


class ConnectionDialog(QDialog):
    """Edits one `Profile`; a password is never part of the connection string that it shows."""

    test_requested = Signal(object)
    """An `EditedConnection` to try."""
    save_requested = Signal(object, bool)
    """An `EditedConnection` to save, and whether to open it then."""

    def __init__(
        self, parse: ParseKeywords, parent: QWidget | None = None, has_root_file: Callable[[], bool] = lambda: False
    ) -> None:
        """Take what reads a connection string into libpq's keywords, and whether the user has root certificates."""
        super().__init__(parent)
        self.setObjectName("connectionDialog")
        self._parse = parse
        self._has_root_file = has_root_file
        self._is_new = False
        self._has_password = False
        self.uri = QLineEdit(self)
        self.uri.setObjectName("connectionUri")
        self.uri.setAccessibleName("Connection string")
        self.uri.setPlaceholderText("postgresql://user@host:5432/database, or host=… dbname=…")
        self._uri_field = FormField(self.uri, self)
        self.form = ConnectionForm(parse, self)
        self._busy = ProgressLine(self)
        self.account = DiagnosisView(self)
        self._account_area = Scrolled(self.account, self)
        self._account_area.hide()
        self._test = QPushButton("Test", self)
        self._test.setObjectName("connectionTest")
        self._cancel = QPushButton("Cancel", self)
        self._save_only = QPushButton("Save", self)
        self._save_only.setObjectName("connectionSaveOnly")
        self._save = QPushButton("Save and connect", self)
        self._save.setObjectName("connectionSave")
        self._save.setDefault(True)
        self._length = 0
        self.setMinimumWidth(_WIDTH)
        self._lay_out()
        self._connect_signals()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        rows.setSpacing(GAP_S)
        rows.addWidget(plain_label("Connection string", "second", self))
        rows.addWidget(self._uri_field)
        rows.addSpacing(GAP_S)
        rows.addWidget(self.form, 1)
        rows.addWidget(self._busy)
        rows.addWidget(self._account_area)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, GAP_M, 0, 0)
        buttons.setSpacing(GAP_S)
        buttons.addWidget(self._test)
        buttons.addStretch(1)
        for button in (self._cancel, self._save_only, self._save):
            buttons.addWidget(button)
        rows.addLayout(buttons)
        for button in (self._test, self._cancel, self._save_only):
            button.setAutoDefault(False)

    def _connect_signals(self) -> None:
        self.uri.textEdited.connect(self._uri_edited)
        self.uri.editingFinished.connect(self._uri_finished)
        self.form.edited.connect(self._form_edited)
        self.form.place_given.connect(self._begin_safely)
        self.form.mode_chosen.connect(self._keep_mode)
        self.account.offer_taken.connect(self._take_offer)
        self._test.clicked.connect(lambda: self._emit(self.test_requested.emit))
        self._save_only.clicked.connect(lambda: self._emit(lambda edited: self.save_requested.emit(edited, False)))
        self._save.clicked.connect(lambda: self._emit(lambda edited: self.save_requested.emit(edited, True)))
        self._cancel.clicked.connect(self.reject)

    # What it shows

    def show_profile(self, profile: Profile) -> None:
        """Begin anew with this profile."""
        self._is_new = not profile.server and not profile.name
        self.setWindowTitle("New connection" if self._is_new else f"Edit {visible_line(profile.title)}")
        self.form.show_profile(profile)
        self.show_test(False, ())
        self._show_uri()
        self._uri_field.show_problem("")
        self.form.setCurrentIndex(0)
        self.uri.setFocus(Qt.FocusReason.OtherFocusReason)
        self.uri.selectAll()

    def show_password_storage(self, storage: PasswordStorageReport) -> None:
        """Say where a password would be kept; without a keyring it serves this run only."""
        if storage.keyring:
            self.form.password_note.setText(f"Kept in {storage.keyring}; otherwise for this run only.")
        else:
            self.form.password_note.setText(f"Kept for this run only. {storage.why_not}".strip())
        self.form.keeps_password.setEnabled(bool(storage.keyring))
        self.form.password.setPlaceholderText("Unchanged" if storage.has_password else "")

    def show_test(self, running: bool, lines: Sequence[Finding]) -> None:
        """Show that a test runs, or what it found."""
        self._busy.set_busy(running)
        self._test.setText("Testing…" if running else "Test")
        self.account.show_findings(lines)
        self._account_area.setVisible(bool(lines))
        self._make_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Only what is shown knows how its lines wrap."""
        super().showEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Grow to what form and account need, as far as the screen goes; the rest of them is scrolled to."""
        rows = self.layout()
        if rows is None or not self.isVisible():
            return
        account, screen = self._account_area, self.screen().availableGeometry().height() - _FRAME
        account.setFixedHeight(0)
        rows.activate()
        others, wanted = rows.sizeHint().height(), account.sizeHint().height()
        least = min(wanted, screen // 3)
        account.setMinimumHeight(least)
        account.setMaximumHeight(max(least, min(wanted, screen - others)))
        rows.activate()
        self.resize(self.width(), min(max(self.height(), rows.sizeHint().height()), screen))
        account.verticalScrollBar().setValue(account.verticalScrollBar().maximum())

    def show_save_failed(self, error: PgconsoleError) -> None:
        """Say why the profile is not in its file; the form stays."""
        lines = [Finding("failed", error.what), Finding("hint", f"{error.why} {error.remedy}".strip())]
        self.show_test(False, [line for line in lines if line.text])

    # What the user does

    def check(self) -> bool:
        """Mark every field that can't be as it is; False where there is one."""
        further = self.form.further_problem()
        problems: list[FieldProblem] = [further] if further else list(check_profile(self.form.profile()))
        self.form.show_problems(problems)
        return not problems and not self._uri_field.problem

    def _emit(self, emit: Callable[[EditedConnection], object]) -> None:
        self._begin_safely()
        if self.check():
            emit(EditedConnection(self.form.profile(), self.form.password.text()))

    def _uri_edited(self, text: str) -> None:
        pasted = abs(len(text) - self._length) > 1
        self._length = len(text)
        self._uri_field.show_problem("")
        if self._take_uri(text, tell=pasted) and pasted:
            self._show_uri()

    def _uri_finished(self) -> None:
        if self._take_uri(self.uri.text(), tell=True):
            self._show_uri()

    def _take_uri(self, text: str, *, tell: bool) -> bool:
        """Fill the form from a connection string; its password goes to its own field and nowhere else."""
        try:
            keywords = dict(self._parse(text.strip()))
        except PgconsoleError as error:
            if tell:
                self._uri_field.show_problem(f"{error.why or error.what} {error.remedy}".strip())
            return False
        if keywords.get("password"):
            self.form.password.setText(keywords["password"])
        self.form.show_keywords(without_secrets(keywords))
        self.form.show_problems(())
        if tell:
            self._begin_safely()
        return True

    def _begin_safely(self) -> None:
        """Have a new connection to another host verify the server, unless it was said how to encrypt."""
        try:
            keywords = self.form.keywords()
        except PgconsoleError:
            return
        elsewhere = is_elsewhere(keywords.get("host", ""), keywords.get("hostaddr", ""))
        if self._is_new and elsewhere:
            added = safe_start(keywords, has_root_file=self._has_root_file())
            self.form.show_keywords(keywords | added)
            self._show_uri()

    def _keep_mode(self) -> None:
        """Whoever says how to encrypt means it."""
        self._is_new = False

    def _take_offer(self, offer: Offer) -> None:
        """Change what the user has agreed to, and test again."""
        self._keep_mode()
        self.form.show_keywords({**self.form.keywords(), **dict(offer.keywords)})
        if offer.pgbouncer:
            self.form.switch_to_pgbouncer()
        self._show_uri()
        self._emit(self.test_requested.emit)

    def _form_edited(self) -> None:
        self._uri_field.show_problem("")
        self._show_uri()

    def _show_uri(self) -> None:
        try:
            text = conninfo_uri(self.form.keywords())
        except PgconsoleError:
            return
        if text != self.uri.text():
            self.uri.setText(text)
        self._length = len(text)
