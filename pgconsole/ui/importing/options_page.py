"""Third page of the import: what happens with rows that are there, with bad records, and when it becomes final."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.import_draft import ImportDraft
from pgconsole.core.import_plan import Commit, OnBadRow, Way
from pgconsole.core.plain_text import cut_line, visible_block
from pgconsole.core.wizard_state import WizardState
from pgconsole.ui.choice_box import ChoiceBox
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.plain_code import PlainCode
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S

_CHOICES_WIDTH = 400
_NO_LIMIT = 0


class ImportOptionsPage(QWidget):
    """Shows the ways of a draft and tells of the user's choices."""

    changed = Signal(object)
    """Fields of the draft."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: ImportDraft | None = None
        self._ways = {
            Way.APPEND: self._radio("importWayAppend", "Add the records"),
            Way.TRUNCATE: self._radio("importWayTruncate", "Empty the table first"),
            Way.DO_NOTHING: self._radio("importWayDoNothing", "Skip records whose key is there"),
            Way.UPDATE: self._radio("importWayUpdate", "Update the rows whose key is there"),
        }
        self._key = ChoiceBox[tuple[str, ...]]("importKey", "Key", (), self)
        self._bad = {
            OnBadRow.REJECT: self._radio("importReject", "Load the good records, keep the bad ones aside"),
            OnBadRow.STOP: self._radio("importStop", "Load nothing unless every record is good"),
        }
        self._limit = QSpinBox(self)
        self._commits = {
            Commit.WHOLE: self._radio("importCommitWhole", "One transaction"),
            Commit.BY_BATCH: self._radio("importCommitByBatch", "Commit batch by batch, to go on after a failure"),
        }
        self._connections = QSpinBox(self)
        self._dry_run = QCheckBox("Dry run: judge every record, then roll back", self)
        self._dry_run.setObjectName("importDryRun")
        self._notes = QLabel(self)
        self._notes.setObjectName("importNotes")
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.setWordWrap(True)
        self._notes.setProperty("role", "warning")
        self._statements = PlainCode("importStatements", "Statements that will run", self)
        self._set_up_numbers()
        self._lay_out()
        self._connect()

    def _radio(self, name: str, words: str) -> QRadioButton:
        button = QRadioButton(words, self)
        button.setObjectName(name)
        return button

    def _set_up_numbers(self) -> None:
        self._limit.setObjectName("importRejectLimit")
        self._limit.setAccessibleName("Most records to reject")
        self._limit.setRange(_NO_LIMIT, 2_000_000_000)
        self._limit.setSpecialValueText("no limit")
        self._limit.setGroupSeparatorShown(True)
        self._connections.setObjectName("importConnections")
        self._connections.setAccessibleName("Connections")
        self._connections.setRange(1, 8)
        for box in (self._limit, self._connections):
            box.setKeyboardTracking(False)
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self) -> None:
        choices = QVBoxLayout()
        choices.setSpacing(GAP_S)
        self._add_group(choices, "Rows that are there", list(self._ways.values()), ("Key", self._key))
        self._add_group(choices, "Bad records", list(self._bad.values()), ("At most", self._limit))
        self._add_group(choices, "Transaction", list(self._commits.values()), ("Connections", self._connections))
        choices.addSpacing(GAP_M)
        choices.addWidget(self._dry_run)
        choices.addStretch(1)
        left = QWidget(self)
        left.setFixedWidth(_CHOICES_WIDTH)
        left.setLayout(choices)
        choices.setContentsMargins(0, 0, 0, 0)
        right = QVBoxLayout()
        right.setSpacing(GAP_S)
        right.addWidget(self._notes)
        right.addWidget(plain_label("What will run", "second", self))
        right.addWidget(self._statements, 1)
        middle = QHBoxLayout(self)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(GAP_L)
        middle.addWidget(left)
        middle.addLayout(right, 1)

    def _add_group(
        self, layout: QVBoxLayout, title: str, buttons: list[QRadioButton], field: tuple[str, QWidget]
    ) -> None:
        if layout.count():
            layout.addSpacing(GAP_M)
        layout.addWidget(plain_label(title, "second", self))
        group = QButtonGroup(self)
        for button in buttons:
            group.addButton(button)
            layout.addWidget(button)
        form = QFormLayout()
        form.setContentsMargins(GAP_L + GAP_S, 0, 0, 0)
        label = plain_label(field[0], "second", self)
        label.setBuddy(field[1])
        label.setMinimumHeight(field[1].sizeHint().height())
        form.addRow(label, field[1])
        layout.addLayout(form)

    def _connect(self) -> None:
        for way, button in self._ways.items():
            button.clicked.connect(lambda _on, way=way: self._tell(way=way, key=self._key_for(way)))
        for bad, button in self._bad.items():
            button.clicked.connect(lambda _on, bad=bad: self._tell(on_bad_row=bad))
        for commit, button in self._commits.items():
            button.clicked.connect(lambda _on, commit=commit: self._tell(commit=commit))
        self._key.chosen.connect(lambda key: self._tell(key=key))
        self._limit.valueChanged.connect(lambda limit: self._tell(reject_limit=limit or None))
        self._connections.valueChanged.connect(lambda count: self._tell(connections=count))
        self._dry_run.clicked.connect(lambda on: self._tell(dry_run=on))

    def _key_for(self, way: Way) -> tuple[str, ...]:
        return self._key.value() or () if way in (Way.DO_NOTHING, Way.UPDATE) else ()

    def _tell(self, **fields: Any) -> None:
        draft = self._draft
        if draft is None:
            return
        if any(getattr(draft, name) != value for name, value in fields.items()):
            self.changed.emit(fields)
        else:
            self._show_choices(draft)

    def show_state(self, state: WizardState) -> None:
        """Show what was chosen, and what comes of it."""
        draft = self._draft = state.draft
        if draft is None:
            return
        self._key.show_choices((key, ", ".join(cut_line(name, 30) for name in key)) for key in _keys_of(draft))
        self._show_choices(draft)
        notes = "\n".join(state.notes)
        self._notes.setText(visible_block(notes))
        self._notes.setVisible(bool(notes))
        self._statements.show_text(";\n\n".join(state.statements) + ";" if state.statements else "")

    def _show_choices(self, draft: ImportDraft) -> None:
        is_upsert = draft.way in (Way.DO_NOTHING, Way.UPDATE)
        for way, button in self._ways.items():
            button.setChecked(draft.way is way)
            button.setEnabled(way is Way.APPEND or not draft.is_new)
        for bad, button in self._bad.items():
            button.setChecked(draft.on_bad_row is bad)
        for commit, button in self._commits.items():
            button.setChecked(draft.commit is commit)
            button.setEnabled(not draft.dry_run)
        self._key.setEnabled(is_upsert)
        if draft.key:
            self._key.show_value(draft.key)
        self._limit.setEnabled(draft.on_bad_row is OnBadRow.REJECT)
        self._connections.setEnabled(draft.commit is Commit.BY_BATCH and not draft.dry_run)
        self._dry_run.setChecked(draft.dry_run)
        for box, value in ((self._limit, draft.reject_limit or _NO_LIMIT), (self._connections, draft.connections)):
            blocker = QSignalBlocker(box)
            box.setValue(value)
            blocker.unblock()


def _keys_of(draft: ImportDraft) -> tuple[tuple[str, ...], ...]:
    if draft.existing is None:
        key = tuple(row.column for row in draft.rows if row.is_key and row.is_used)
        return (key,) if key else ()
    return draft.existing.keys
