"""Asks for the query that a rule is to run."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from pgconsole.core.notification_rules import REST_S
from pgconsole.core.plain_text import cut_line
from pgconsole.core.rule_query import query_fault
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_L, GAP_S, data_font

_HINT = (
    "It runs in a tab of its own, read-only: what would write is refused. $1 is the payload, $2 the channel."
    f" While the tab is in use, and within {REST_S:.0f} s of the last time, it does not run. Ctrl+Enter adds it."
)
_EXAMPLE = "select *\n  from orders\n where id = ($1::jsonb ->> 'id')::int"


class QueryRuleDialog(QDialog):
    """Opens without blocking; emits the query once, when the user adds the rule."""

    query_given = Signal(str)

    def __init__(self, wish: str, parent: QWidget | None = None) -> None:
        """Take what the rule waits for, in words."""
        super().__init__(parent)
        self.setObjectName("queryRuleDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Run a query on a message")
        self.resize(560, 340)
        self._wish = plain_label(f"Run {cut_line(wish, 120)}", "", self)
        self._query = QPlainTextEdit(self)
        self._query.setObjectName("ruleQuery")
        self._query.setAccessibleName("Query to run")
        self._query.setFont(data_font())
        self._query.setTabChangesFocus(True)
        self._query.setPlaceholderText(_EXAMPLE)
        self._fault = QLabel(self)
        self._fault.setObjectName("ruleQueryFault")
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.setWordWrap(True)
        self._fault.setProperty("role", "warning")
        self._cancel = QPushButton("Cancel", self)
        self._add = QPushButton("Add alert", self)
        self._add.setObjectName("ruleQueryAdd")
        self._add.setDefault(True)
        self._lay_out()
        self._query.textChanged.connect(self._judge)
        self._cancel.clicked.connect(self.reject)
        self._add.clicked.connect(self._give)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._add.click)
        self._judge()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        rows.setSpacing(GAP_S)
        hint = plain_label(_HINT, "second", self)
        hint.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        buttons.addWidget(self._fault, 1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._add)
        rows.addWidget(self._wish)
        rows.addWidget(hint)
        rows.addWidget(self._query, 1)
        rows.addLayout(buttons)

    def _judge(self) -> None:
        query = self._query.toPlainText()
        fault = query_fault(query)
        self._add.setEnabled(not fault)
        self._fault.setText(fault if query.strip() else "")

    def _give(self) -> None:
        query = self._query.toPlainText()
        self.accept()
        self.query_given.emit(query)
