"""The fields of a file's dialect; every change is told as a whole dialect, and the preview answers."""

from typing import Any

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from pgconsole.core.import_plan import Dialect, SourceFormat
from pgconsole.core.source_encodings import ENCODINGS
from pgconsole.ui.choice_box import ChoiceBox
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import GAP_M, GAP_S, GAP_XS

_DELIMITERS = (
    (",", "Comma  ,"),
    (";", "Semicolon  ;"),
    ("\t", "Tab"),
    ("|", "Bar  |"),
    (":", "Colon  :"),
    (" ", "Space"),
    ("^", "Caret  ^"),
    ("~", "Tilde  ~"),
    ("||", "Two bars  ||"),
    ("::", "Two colons  ::"),
    ("\x1f", "Unit separator"),
    ("\x01", "Control A"),
)
_QUOTES = (('"', 'Double  "'), ("'", "Single  '"), ("", "None"))
_NUMBERS = (((".", ""), "1234.5"), ((".", ","), "1,234.5"), ((",", "."), "1.234,5"), ((",", " "), "1 234,5"))
_DATES = (
    ("", "As the server has it"),
    ("YMD", "Year, month, day"),
    ("DMY", "Day, month, year"),
    ("MDY", "Month, day, year"),
)


class ImportFormatForm(QWidget):
    """Shows a dialect and tells of the user's changes; decides nothing."""

    dialect_changed = Signal(object)
    encoding_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialect = Dialect()
        # In the order in which they stand: Tab goes through them as they are made.
        self._header = QCheckBox("First record names the columns", self)
        self._encoding = ChoiceBox[str]("importEncoding", "Encoding", ENCODINGS, self)
        self._encoding.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self._delimiter = ChoiceBox[str]("importDelimiter", "Delimiter", _DELIMITERS, self)
        self._quote = ChoiceBox[str]("importQuote", "Quote", _QUOTES, self)
        self._escape = ChoiceBox[str]("importEscape", "Quote inside quotes", (), self)
        self._null = self._text("importNull", "Text for NULL", "nothing: an empty field")
        self._numbers = ChoiceBox[tuple[str, str]]("importNumbers", "Numbers", _NUMBERS, self)
        self._dates = ChoiceBox[str]("importDates", "Dates", _DATES, self)
        self._skip = QSpinBox(self)
        self._comment = self._text("importComment", "Comment lines begin with", "as #")
        self._trim = QCheckBox("Drop spaces round values", self)
        self._end = QCheckBox("Delimiter at the end of records", self)
        self._lay_out()
        self._connect()

    def _text(self, name: str, label: str, hint: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setAccessibleName(label)
        line.setPlaceholderText(hint)
        return line

    def _lay_out(self) -> None:
        self._header.setObjectName("importHeader")
        self._trim.setObjectName("importTrim")
        self._end.setObjectName("importTrailingDelimiter")
        self._skip.setObjectName("importSkipLines")
        self._skip.setAccessibleName("Lines to skip at the top")
        self._skip.setRange(0, 1_000_000)
        self._skip.setKeyboardTracking(False)
        self._skip.setAlignment(Qt.AlignmentFlag.AlignRight)
        form = self._form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(GAP_M)
        form.setVerticalSpacing(GAP_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Encoding", self._encoding),
            ("Delimiter", self._delimiter),
            ("Quote", self._quote),
            ("In quotes", self._escape),
            ("NULL is", self._null),
            ("Numbers", self._numbers),
            ("Dates", self._dates),
            ("Skip lines", self._skip),
            ("Comments", self._comment),
        )
        form.addRow(self._header)
        for words, field in rows:
            label = plain_label(words, "second", self)
            label.setBuddy(field)
            label.setMinimumHeight(field.sizeHint().height())
            form.addRow(label, field)
        form.addRow(self._trim)
        form.addRow(self._end)
        form.setContentsMargins(0, GAP_XS, 0, 0)

    def _connect(self) -> None:
        self._encoding.chosen.connect(self.encoding_changed.emit)
        self._delimiter.chosen.connect(lambda mark: self._change(delimiter=mark))
        self._quote.chosen.connect(self._change_quote)
        self._escape.chosen.connect(lambda mark: self._change(escape=mark))
        self._header.clicked.connect(lambda on: self._change(has_header=on))
        self._skip.valueChanged.connect(lambda count: self._change(skip_lines=count))
        self._comment.editingFinished.connect(lambda: self._change(comment=self._comment.text()))
        self._null.editingFinished.connect(lambda: self._change(null_text=self._null.text()))
        self._trim.clicked.connect(lambda on: self._change(trim=on))
        self._end.clicked.connect(lambda on: self._change(ends_with_delimiter=on))
        self._numbers.chosen.connect(lambda marks: self._change(decimal=marks[0], thousands=marks[1]))
        self._dates.chosen.connect(lambda order: self._change(date_order=order))

    def _change_quote(self, quote: str) -> None:
        doubled = self._dialect.escape == self._dialect.quote or not self._dialect.quote
        escape = (quote or '"') if doubled else self._dialect.escape
        self._change(quote=quote, escape=escape)

    def _change(self, **fields: Any) -> None:
        changed = msgspec.structs.replace(self._dialect, **fields)
        if changed != self._dialect:
            self.dialect_changed.emit(changed)

    def show_format(self, source_format: SourceFormat) -> None:
        """Show the fields that a format has: one that is no text has neither encoding nor delimiter."""
        for field in (self._encoding, self._delimiter, self._quote, self._escape, self._comment, self._end):
            self._form.setRowVisible(field, source_format == "delimited")

    def show_dialect(self, dialect: Dialect, likely_encodings: tuple[str, ...]) -> None:
        """Show a dialect; encodings that are likelier than others stand first."""
        self._dialect = dialect
        words = dict(ENCODINGS)
        first = [(name, words.get(name, name)) for name in likely_encodings]
        self._encoding.show_choices([*first, *(each for each in ENCODINGS if each not in first)])
        self._encoding.show_value(dialect.encoding)
        self._delimiter.show_value(dialect.delimiter)
        self._quote.show_value(dialect.quote)
        quote = dialect.quote or '"'
        self._escape.show_choices(((quote, f"Doubled  {quote}{quote}"), ("\\", f"Backslash  \\{quote}")))
        self._escape.show_value(dialect.escape)
        self._escape.setEnabled(bool(dialect.quote))
        self._numbers.show_value((dialect.decimal, dialect.thousands))
        self._dates.show_value(dialect.date_order)
        self._header.setChecked(dialect.has_header)
        self._trim.setChecked(dialect.trim)
        self._end.setChecked(dialect.ends_with_delimiter)
        blocker = QSignalBlocker(self._skip)
        self._skip.setValue(dialect.skip_lines)
        blocker.unblock()
        for line, text in ((self._comment, dialect.comment), (self._null, dialect.null_text)):
            if line.text() != text and not line.isModified():
                line.setText(text)
            line.setModified(False)
