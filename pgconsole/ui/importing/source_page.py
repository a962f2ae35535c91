"""First page of the import: which file, how it is read, what its first records are then, and what is odd about it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.plain_text import visible_line
from pgconsole.core.source_preview import Oddity
from pgconsole.core.wizard_state import WizardState
from pgconsole.core.wording import format_count, plural
from pgconsole.ui.choice_box import ChoiceBox
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.importing.format_form import ImportFormatForm
from pgconsole.ui.importing.oddity_list import OddityList
from pgconsole.ui.importing.preview_grid import ImportPreviewGrid
from pgconsole.ui.theme import GAP_L, GAP_M, GAP_S

_FORM_WIDTH = 264


class ImportSourcePage(QWidget):
    """Shows a file under a dialect; every choice is followed by the preview at once."""

    dialect_changed = Signal(object)
    encoding_changed = Signal(str)
    part_chosen = Signal(str, str)
    """A file in an archive, or a sheet and its cells."""
    file_wanted = Signal()
    text_pasted = Signal(str)
    scan_stopped = Signal()
    line_wanted = Signal(int)
    """A line beyond the records that are shown; 0 for the first ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = plain_label("No file yet", "", self)
        self._file.setObjectName("importFile")
        self._file.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._change = QPushButton("Choose file…", self)
        self._change.setObjectName("importChooseFile")
        self._change.setAutoDefault(False)
        self._paste = QPushButton("Paste", self)
        self._paste.setObjectName("importPaste")
        self._paste.setToolTip("Import the text that is on the clipboard")
        self._paste.setAutoDefault(False)
        self._part = ChoiceBox[str]("importPart", "File in the archive, or sheet", (), self)
        self._cells = QLineEdit(self)
        self._cells.setObjectName("importCells")
        self._cells.setAccessibleName("Cells of the sheet")
        self._cells.setPlaceholderText("all cells, or B2:F900")
        self._form = ImportFormatForm(self)
        self._counted = plain_label("", "second", self)
        self._counted.setObjectName("importCounted")
        self._stop = QPushButton("Stop looking", self)
        self._stop.setObjectName("importStopScan")
        self._stop.setToolTip("Take the types of the records that were looked at so far")
        self._stop.setAutoDefault(False)
        self._first = QPushButton("First records", self)
        self._first.setObjectName("importFirstRecords")
        self._first.setAutoDefault(False)
        self._grid = ImportPreviewGrid(self)
        self._oddities = OddityList(self)
        self._state = WizardState()
        self._shown_cells = ""
        self._lay_out()
        self._form.dialect_changed.connect(self.dialect_changed)
        self._form.encoding_changed.connect(self.encoding_changed)
        self._part.chosen.connect(lambda part: self.part_chosen.emit(part, ""))
        self._cells.editingFinished.connect(self._choose_cells)
        self._change.clicked.connect(self.file_wanted)
        self._paste.clicked.connect(self.paste)
        self._stop.clicked.connect(self.scan_stopped)
        self._first.clicked.connect(lambda: self.line_wanted.emit(0))
        self._oddities.line_chosen.connect(self._show_line)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP_S)
        top.addWidget(self._file, 1)
        top.addWidget(self._part)
        top.addWidget(self._cells)
        top.addWidget(self._change)
        top.addWidget(self._paste)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._form)
        scroll.setFixedWidth(max(_FORM_WIDTH, self._form.sizeHint().width()))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        right = QVBoxLayout()
        right.setSpacing(GAP_S)
        # What stands below keeps its place when a button comes or goes.
        self._counted.setMinimumHeight(self._stop.sizeHint().height())
        counted = QHBoxLayout()
        counted.setSpacing(GAP_S)
        counted.addWidget(self._counted, 1)
        counted.addWidget(self._first)
        counted.addWidget(self._stop)
        right.addLayout(counted)
        right.addWidget(self._grid, 1)
        right.addWidget(self._oddities)
        middle = QHBoxLayout()
        middle.setSpacing(GAP_L)
        middle.addWidget(scroll)
        middle.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP_M)
        rows.addLayout(top)
        rows.addLayout(middle, 1)

    def paste(self) -> None:
        """Take the text on the clipboard, while this page is shown."""
        if self.isVisible():
            self.text_pasted.emit(QGuiApplication.clipboard().text())

    def _choose_cells(self) -> None:
        if self._cells.text() != self._shown_cells:
            self.part_chosen.emit(self._part.value() or "", self._cells.text())

    def show_state(self, before: WizardState, state: WizardState) -> None:
        """Show what has changed of the file."""
        draft = state.draft
        has_file = draft is not None
        for widget in (self._form, self._grid, self._counted):
            widget.setVisible(has_file)
        self._part.setVisible(len(state.parts) > 1)
        self._cells.setVisible(draft is not None and draft.sources[0].format == "sheet")
        if draft is not None:
            source = draft.sources[0]
            self._file.setText(visible_line(_file_words(state)))
            self._part.show_choices((name, name) for name in state.parts)
            if source.member or source.sheet:
                self._part.show_value(source.member or source.sheet)
            if not self._cells.hasFocus():
                self._cells.setText(source.cells)
            self._shown_cells = source.cells
            self._form.show_dialect(draft.dialect, state.likely_encodings)
            self._form.show_format(source.format)
        self._state = state
        if state.preview is not before.preview or state.excerpt is not before.excerpt:
            self._grid.show_preview(state.excerpt or state.preview)
            if state.excerpt is not None:
                self._grid.show_line(state.sought_line)
        self._first.setVisible(state.excerpt is not None)
        self._counted.setText(_counted_words(state))
        self._stop.setVisible(bool(state.scan.facts) and not state.scan.has_ended)
        self._oddities.show_oddities(_joined(state))

    def _show_line(self, line: int) -> None:
        """Go to a record, which may have to be read first."""
        if self._grid.show_line(line):
            return
        if self._state.preview.row_of(line) is not None:
            self.line_wanted.emit(0)
            self._grid.show_line(line)
        elif self._state.can_seek and line > max(self._state.preview.lines, default=0):
            self.line_wanted.emit(line)


def _joined(state: WizardState) -> tuple[Oddity, ...]:
    """What the first look showed, and what the scan has found since."""
    found = {oddity.text: oddity for oddity in state.preview.oddities}
    found.update({oddity.text: oddity for oddity in state.scan.oddities})
    return tuple(found.values())


def _file_words(state: WizardState) -> str:
    assert state.draft is not None
    first = Path(state.draft.sources[0].path)
    more = len(state.draft.sources) - 1
    return f"{first}, and {plural(more, 'file')} more" if more else str(first)


def _counted_words(state: WizardState) -> str:
    if state.draft is None:
        return ""
    columns = plural(state.preview.width, "column")
    if state.excerpt is not None and state.excerpt.lines:
        return f"Records from line {format_count(state.excerpt.lines[0])} on, {columns}"
    if state.rows is not None:
        return f"{plural(state.rows, 'record')} of {columns}"
    share = f", {state.scan.share:.0%} of the file" if state.scan.records else ""
    if state.scan.is_stopped:
        return f"Looked at the first {plural(state.scan.records, 'record')} of {columns}{share}"
    return f"{plural(state.scan.records, 'record')} so far of {columns}{share}"
