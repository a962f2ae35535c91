"""Find and replace in one editor: a bar above it that looks for what is typed while it is typed."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from pgconsole.core.wording import format_count
from pgconsole.ui.editor.marks import Span
from pgconsole.ui.editor.replace_run import ReplaceRun
from pgconsole.ui.editor.sql_editor import SqlEditor
from pgconsole.ui.editor.text_search import HITS_AT_MOST, Search, find_hits, replacements
from pgconsole.ui.icons import icon
from pgconsole.ui.theme import GAP_S, GAP_XS, data_font, figures_font, theme_of

_PAUSE_MS = 80
_INVALID = "Not a regular expression"


class FindBar(QWidget):
    """Hidden until opened; Enter and Shift+Enter go to the next and the previous hit, Esc closes."""

    def __init__(self, editor: SqlEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setAccessibleName("Find and replace")
        self._editor = editor
        self._hits: list[Span] = []
        self._run: ReplaceRun | None = None
        self._wanted = self._field("findText", "Find")
        self._replacement = self._field("replaceText", "Replace with")
        self._case = self._switch("findCase", "Aa", "Match case")
        self._word = self._switch("findWord", "W", "Whole words")
        self._regex = self._switch("findRegex", ".*", "Regular expression")
        self._count = QLabel(self)
        self._count.setObjectName("findCount")
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setProperty("role", "second")
        self._count.setFont(figures_font(self.font()))
        # What it says next must not move the buttons.
        self._count.setFixedWidth(self._count.fontMetrics().horizontalAdvance(_INVALID) + GAP_S)
        self._previous = self._button("chevron-up", "Previous (Shift+Enter, Shift+F3)", self.find_previous)
        self._next = self._button("chevron-down", "Next (Enter, F3)", self.find_next)
        self._close = self._button("close", "Close (Esc)", self.close_bar)
        self._replace_one = QPushButton("Replace", self)
        self._replace_one.setObjectName("replaceOne")
        self._replace_one.clicked.connect(self.replace)
        self._replace_every = QPushButton("Replace all", self)
        self._replace_every.setObjectName("replaceAll")
        self._replace_every.clicked.connect(self.replace_all)
        self._lay_out()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._wanted.textChanged.connect(self._pause.start)
        editor.textChanged.connect(self._text_changed)
        editor.selectionChanged.connect(self._tell_count)
        self._show_replace(False)
        self.hide()

    @property
    def hits(self) -> list[Span]:
        """What was found, in Qt's units."""
        return self._hits

    def open_find(self) -> None:
        """Show the bar, with the selected words as what to find."""
        self._show_replace(False)
        self._open()

    def open_replace(self) -> None:
        """Show the bar with its second row."""
        self._show_replace(True)
        self._open()

    def close_bar(self) -> None:
        """Hide the bar, take its marks away and go back to the editor."""
        self.hide()
        self._hits = []
        self._editor.marks.set_hits([])
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_next(self) -> None:
        """Go to the hit behind the caret, from the last to the first."""
        self._search_now()
        end = self._editor.textCursor().selectionEnd()
        self._go_to(next((hit for hit in self._hits if hit[0] >= end), None) or next(iter(self._hits), None))

    def find_previous(self) -> None:
        """Go to the hit before the caret, from the first to the last."""
        self._search_now()
        start = self._editor.textCursor().selectionStart()
        earlier = next((hit for hit in reversed(self._hits) if hit[1] <= start), None)
        self._go_to(earlier or next(reversed(self._hits), None))

    def go_on(self, find: Callable[[], None]) -> None:
        """Go from hit to hit, also while the bar is hidden; open it where nothing is looked for yet."""
        if self._wanted.text():
            find()
        else:
            self.open_find()

    def replace(self) -> None:
        """Replace the hit that is selected, if one is, and go to the next."""
        self._search_now()
        cursor = self._editor.textCursor()
        span = (cursor.selectionStart(), cursor.selectionEnd())
        if span in self._hits:
            cursor.insertText(next(text for hit, text in self._replacements() if hit == span))
        self.find_next()

    def replace_all(self) -> None:
        """Replace every hit in one step of undo; of very many the last ones a moment later."""
        if self._run is not None:
            return
        self._pause.stop()
        self._run = ReplaceRun(self._editor, self._replacements())
        self._run.advanced.connect(self._tell_count)
        self._run.ended.connect(self._replaced)
        self._run.start()
        self._tell_count()

    def _replaced(self) -> None:
        self._run = None
        if self.isVisible():
            self._search_now()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the bar itself while the focus is in it."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, Shift+Enter back, Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._replacement.hasFocus():
                self.replace()
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.find_previous()
            else:
                self.find_next()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette's colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_close"):
            for button, name in ((self._previous, "chevron-up"), (self._next, "chevron-down"), (self._close, "close")):
                button.setIcon(icon(name, self))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface and a hair line below it."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.header)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)
        painter.end()

    def _open(self) -> None:
        selected = self._editor.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self._wanted.setText(selected)
        self.show()
        self._wanted.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._wanted.selectAll()
        self._search()

    def _wish(self) -> Search:
        return Search(self._wanted.text(), self._regex.isChecked(), self._case.isChecked(), self._word.isChecked())

    def _text(self) -> str:
        return self._editor.document().toRawText().replace("\u2029", "\n")

    def _text_changed(self) -> None:
        if self.isVisible() and self._run is None:
            self._pause.start()

    def _search_now(self) -> None:
        self._pause.stop()
        self._search()

    def _search(self) -> None:
        wish = self._wish()
        is_invalid = bool(wish.wanted) and not wish.expression().isValid()
        self._wanted.setToolTip(wish.expression().errorString() if is_invalid else "")
        if bool(self._wanted.property("invalid")) != is_invalid:
            self._wanted.setProperty("invalid", is_invalid)
            self._wanted.style().polish(self._wanted)
        self._hits = find_hits(self._text(), wish)
        self._editor.marks.set_hits(self._hits if self.isVisible() else [])
        self._tell_count()

    def _tell_count(self) -> None:
        if not self.isVisible():
            return
        cursor = self._editor.textCursor()
        total = format_count(len(self._hits)) + ("+" if len(self._hits) == HITS_AT_MOST else "")
        span = (cursor.selectionStart(), cursor.selectionEnd())
        if self._run is not None:
            self._count.setText(f"{format_count(self._run.done)} replaced")
        elif not self._wanted.text():
            self._count.setText("")
        elif self._wanted.property("invalid"):
            self._count.setText(_INVALID)
        elif span in self._hits:
            self._count.setText(f"{format_count(self._hits.index(span) + 1)} of {total}")
        else:
            self._count.setText(f"{total} found" if self._hits else "Nothing found")

    def _go_to(self, hit: Span | None) -> None:
        if hit is not None:
            self._editor.select_units(hit)
        self._tell_count()

    def _replacements(self) -> Iterator[tuple[Span, str]]:
        return replacements(self._text(), self._wish(), self._replacement.text())

    def _show_replace(self, shown: bool) -> None:
        for widget in (self._replacement, self._replace_one, self._replace_every):
            widget.setVisible(shown)

    def _field(self, name: str, words: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(words)
        field.setPlaceholderText(words)
        field.setFont(data_font())
        return field

    def _switch(self, name: str, words: str, tip: str) -> QToolButton:
        switch = QToolButton(self)
        switch.setObjectName(name)
        switch.setText(words)
        switch.setToolTip(tip)
        switch.setAccessibleName(tip)
        switch.setCheckable(True)
        switch.toggled.connect(lambda _checked: self._search())
        return switch

    def _button(self, name: str, tip: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name, self))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS + 1)
        grid.setHorizontalSpacing(GAP_S)
        grid.setVerticalSpacing(GAP_XS)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._wanted, 0, 0)
        grid.addLayout(_row(self._case, self._word, self._regex, self._previous, self._next, self._count), 0, 1)
        grid.addWidget(self._close, 0, 2)
        grid.addWidget(self._replacement, 1, 0)
        grid.addLayout(_row(self._replace_one, self._replace_every), 1, 1)
        fields = (self._wanted, self._replacement, self._replace_one, self._replace_every)
        buttons = (self._case, self._word, self._regex, self._previous, self._next, self._close)
        for before, after in pairwise((*fields, *buttons)):
            self.setTabOrder(before, after)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP_XS)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
