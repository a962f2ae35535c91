"""The question before statements that may do harm: which they are, why it is asked, how many rows they touch.

It does not block: it answers a future. Cancel is the default, and a dry run is offered where one is possible.
"""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.guards import GuardAnswer, GuardedStatement, GuardQuestion
from pgconsole.core.plain_text import visible_block, visible_line
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.questions import finished
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S, data_font
from pgconsole.ui.window.kind_band import KindBand

_WIDTH = 640
_FEWEST_LINES, _MOST_LINES = 3, 14


class GuardDialog(QDialog):
    """Shows one question; `answer` is what was chosen, None as long as nothing was."""

    def __init__(self, question: GuardQuestion, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guardQuestion")
        self.setWindowTitle("pgconsole")
        self.answer: GuardAnswer | None = None
        band = KindBand(self)
        band.show_kind(question.rules.kind)
        heading = plain_label(question.heading, "", self)
        font = heading.font()
        font.setWeight(QFont.Weight.DemiBold)
        heading.setFont(font)
        where = plain_label(visible_line(question.rules.label), "second", self)
        where.setVisible(bool(question.rules.label))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GAP_M)
        layout.addWidget(band)
        inner = QVBoxLayout()
        inner.setContentsMargins(GAP_L, GAP_M, GAP_L, 0)
        inner.setSpacing(GAP_S)
        for widget in (heading, where, self._statements(question)):
            inner.addWidget(widget)
        inner.addLayout(self._buttons(question))
        layout.addLayout(inner)
        self.resize(self.minimumSizeHint())

    def _statements(self, question: GuardQuestion) -> QPlainTextEdit:
        view = QPlainTextEdit(self)
        view.setObjectName("guardStatements")
        view.setAccessibleName("Statements that are asked about")
        view.setReadOnly(True)
        view.setTabChangesFocus(True)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setFont(data_font())
        told = [_words(statement) for statement in question.statements]
        left = question.count - len(told)
        if left:
            told.append(f"… and {left:,} more.")
        view.setPlainText("\n\n".join(told))
        lines = min(max(view.document().blockCount(), _FEWEST_LINES), _MOST_LINES)
        view.setMinimumSize(_WIDTH, (lines + 1) * view.fontMetrics().lineSpacing() + GAP_S)
        return view

    def _buttons(self, question: GuardQuestion) -> QHBoxLayout:
        count = "" if question.count == 1 else f" {question.count:,} statements"
        cancel = self._button("Cancel", "guardCancel", None)
        row = QHBoxLayout()
        row.setContentsMargins(0, GAP_S, 0, 0)
        row.setSpacing(GAP_S)
        row.addStretch(1)
        row.addWidget(cancel)
        if question.can_dry_run:
            row.addWidget(self._button("Dry run", "guardDryRun", "dry_run"))
        row.addWidget(self._button(f"Run{count}", "guardRun", "run"))
        cancel.setDefault(True)
        cancel.setFocus()
        return row

    def _button(self, words: str, name: str, answer: GuardAnswer | None) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAutoDefault(False)

        def choose() -> None:
            self.answer = answer
            self.accept() if answer else self.reject()

        button.clicked.connect(choose)
        return button


def _words(statement: GuardedStatement) -> str:
    why = " ".join(part for part in (statement.why, statement.rows) if part)
    return f"{visible_block(statement.text)}\n-- {why}"


async def ask_guard(parent: QWidget, question: GuardQuestion) -> GuardAnswer | None:
    """Ask, and return what was chosen; None where the user gave up."""
    dialog = GuardDialog(question, parent)
    await finished(dialog)
    return dialog.answer
