"""Asks for the lines of values that a statement is run for, pasted or opened from a file."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.value_lines import NULL_TEXT, read_value_lines
from pgconsole.core.wording import plural
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_L, GAP_S, data_font

_MOST_BYTES = 64 * 1024 * 1024


class BatchDialog(QDialog):
    """Opens without blocking; emits the lines once, when the user runs them."""

    lines_given = Signal(list)
    """The cells of each line; None is NULL."""
    text_left = Signal(str)
    """What stood there as the dialog was closed."""

    def __init__(self, parent: QWidget | None = None, text: str = "") -> None:
        """Take the text to begin with."""
        super().__init__(parent)
        self.setObjectName("batchDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Run for each line of values")
        self.resize(640, 480)
        self._values = QPlainTextEdit(self)
        self._values.setObjectName("batchValues")
        self._values.setAccessibleName("Lines of values")
        self._values.setFont(data_font())
        self._values.setTabChangesFocus(True)
        self._values.setPlainText(text)
        self._values.selectAll()
        self._values.setPlaceholderText("1\tMonday\n2\tTuesday")
        self._found = QLabel(self)
        self._found.setTextFormat(Qt.TextFormat.PlainText)
        self._open = QPushButton("Open file…", self)
        self._cancel = QPushButton("Cancel", self)
        self._run = QPushButton("Run", self)
        self._run.setObjectName("batchRun")
        self._run.setDefault(True)
        self._lay_out()
        self._values.textChanged.connect(self._count)
        self._open.clicked.connect(self._choose_file)
        self._cancel.clicked.connect(self.reject)
        self._run.clicked.connect(self._give)
        self.finished.connect(lambda: self.text_left.emit(self._values.toPlainText()))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._run.click)
        self._count()

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        rows.setSpacing(GAP_S)
        hint = (
            "The statement at the caret runs once for each line, all in one transaction: $1 is the first value of the"
            f" line. Values stand apart by tabs or commas; {NULL_TEXT} is NULL. Ctrl+Enter runs."
        )
        label = plain_label(hint, "second", self)
        label.setWordWrap(True)
        rows.addWidget(label)
        rows.addWidget(self._values, 1)
        rows.addWidget(self._found)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        buttons.addWidget(self._open)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._run)
        rows.addLayout(buttons)

    def _lines(self) -> list[tuple[str | None, ...]]:
        return read_value_lines(self._values.toPlainText())

    def _count(self) -> None:
        lines = self._lines()
        widths = {len(line) for line in lines}
        said = plural(len(lines), "line")
        if len(widths) == 1:
            said += f" of {plural(widths.pop(), 'value')}"
        elif widths:
            said += ", not all of the same number of values"
        self._found.setText(said)
        self._run.setText(f"Run for {plural(len(lines), 'line')}")
        self._run.setEnabled(bool(lines))

    def _choose_file(self) -> None:
        chooser = QFileDialog(self, "Open lines of values", "", "Tables (*.tsv *.csv *.txt);;All files (*)")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(self._open_file)
        chooser.open()

    def _open_file(self, name: str) -> None:
        file = Path(name)
        try:
            if file.stat().st_size > _MOST_BYTES:
                raise OSError("it is larger than 64 MiB; COPY is the way for so much")
            self._values.setPlainText(file.read_bytes().decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            self._found.setText(f"{file.name} could not be read: {error}")

    def _give(self) -> None:
        lines = self._lines()
        self.accept()
        self.lines_given.emit(lines)
