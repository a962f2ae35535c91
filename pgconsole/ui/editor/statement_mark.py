"""Knows which lines the statement at the caret takes up, without ever splitting a script while a key is handled.

A script is split after a pause in typing, the longer the script the longer the pause; one of more than 1 MiB is not
split for this at all. Between two pauses moving the caret asks the statements found last.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from pgconsole.core.statements import Statement, split, statement_at
from pgconsole.ui.editor.lines import EditorLines
from pgconsole.ui.editor.text_offsets import to_points, to_units

MARKED_AT_MOST = 1 << 20
"""Characters of a script beyond which no statement is marked; 1 MiB splits in about 100 ms."""
_SHORT = 1 << 16
_PAUSE_MS = 120
_LONG_PAUSE_MS = 700


class StatementMark(QObject):
    """Follows an editor's text and caret, and tells the first and last block number of the current statement."""

    moved = Signal(object)
    """tuple[int, int], or None where no statement is at the caret or known."""

    def __init__(self, editor: EditorLines) -> None:
        super().__init__(editor)
        self._editor = editor
        self._text = ""
        self._statements: list[Statement] = []
        self._is_fresh = False
        self._lines: tuple[int, int] | None = None
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._split)
        editor.document().contentsChanged.connect(self._wait)
        editor.cursorPositionChanged.connect(self._follow_caret)

    @property
    def lines(self) -> tuple[int, int] | None:
        """First and last block number of the current statement."""
        return self._lines

    def span_at_caret(self) -> tuple[int, int] | None:
        """Start and end, in code points, of the statement that a run would run; None where none is known.

        Splits the script at once where the last pause is not over.
        """
        if self._editor.document().characterCount() > MARKED_AT_MOST:
            return None
        if not self._is_fresh:
            self._pause.stop()
            self._split()
        found = statement_at(self._statements, self._caret(), self._text)
        return None if found is None or found.command is not None else (found.start, found.end)

    def _wait(self) -> None:
        self._is_fresh = False
        length = self._editor.document().characterCount()
        if length > MARKED_AT_MOST:
            self._pause.stop()
            self._statements, self._text = [], ""
            self._tell(None)
        else:
            self._pause.start(_PAUSE_MS if length <= _SHORT else _LONG_PAUSE_MS)

    def _split(self) -> None:
        self._text = self._editor.document().toRawText().replace("\u2029", "\n")
        self._statements = split(self._text)
        self._is_fresh = True
        self._follow_caret()

    def _follow_caret(self) -> None:
        if not self._is_fresh:
            return
        found = statement_at(self._statements, self._caret(), self._text)
        if found is None:
            self._tell(None)
        else:
            self._tell((self._line_of(found.start), self._line_of(max(found.start, found.end - 1))))

    def _caret(self) -> int:
        return to_points(self._text, self._editor.textCursor().position())

    def _line_of(self, point: int) -> int:
        return self._editor.document().findBlock(to_units(self._text, point)).blockNumber()

    def _tell(self, lines: tuple[int, int] | None) -> None:
        if lines != self._lines:
            self._lines = lines
            self.moved.emit(lines)
