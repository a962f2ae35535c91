"""The statement of the chosen session, whole: to be read and copied."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pgconsole.core.activity_words import state_text
from pgconsole.core.backend import Backend, BackendKey
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.plain_code import PlainCode
from pgconsole.ui.theme import GAP_S, GAP_XS

_NOBODY = "No session is chosen."
_NOT_WHOLE = "The server keeps no more of it: track_activity_query_size."


class StatementView(QWidget):
    """Shows what is known of the statement, and asks by `whole_wanted` for the rest of a long one."""

    whole_wanted = Signal(object)
    """The session whose statement is longer than what its sample has."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sessionStatement")
        self.setAccessibleName("Statement of the chosen session")
        self._shown: tuple[BackendKey, str] | None = None
        """Whose statement, and the beginning of it."""
        self.code = PlainCode("statementText", "Statement", self)
        self._whose = plain_label("", "second", self)
        self._whose.setObjectName("statementOwner")
        self._copy = QPushButton("Copy", self)
        self._copy.setObjectName("statementCopy")
        self._copy.clicked.connect(lambda: QApplication.clipboard().setText(self.code.text))
        self._note = plain_label(_NOT_WHOLE, "faint", self)
        self._note.setWordWrap(True)
        self._note.hide()
        self._lay_out()
        self.setFocusProxy(self.code)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        line.addWidget(self._whose, 1)
        line.addWidget(self._copy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(line)
        rows.addWidget(self.code, 1)
        rows.addWidget(self._note)

    def show_backend(self, backend: Backend | None) -> None:
        """Show this session's statement, or that none is chosen; the same one leaves the place where one reads."""
        shown = (backend.key, backend.query) if backend is not None else None
        self._whose.setText(f"Session {backend.pid}, {state_text(backend)}" if backend is not None else _NOBODY)
        if shown == self._shown:
            return
        self._shown = shown
        self._show(backend.query if backend is not None else "", is_whole=True)
        if backend is not None and backend.is_query_cut:
            self.whole_wanted.emit(backend)

    def show_whole(self, backend: Backend, text: str, is_whole: bool) -> None:
        """Show all of the statement of this session, unless another one is chosen by now."""
        if self._shown == (backend.key, backend.query) and text.startswith(backend.query):
            self._show(text, is_whole=is_whole)

    def _show(self, text: str, *, is_whole: bool) -> None:
        self.code.show_text(text)
        self._copy.setEnabled(bool(text))
        self._note.setVisible(not is_whole)
