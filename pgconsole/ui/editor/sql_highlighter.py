"""Colours SQL in an editor: every line's lexer state in slices beside the event loop, colours for visible lines only.

QSyntaxHighlighter colours a whole document at once, which freezes the window for seconds on a script of 10 MB. Here a
keystroke costs one line: states are recorded from the changed line on until they agree again, at most 4 ms at a time,
and a line gets its colours when it is shown.
"""

from collections.abc import Iterable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from pgconsole.core.statements import LexToken, LineLexer, TokenKind
from pgconsole.ui.theme import Theme

SLICE_S = 0.004
"""How long recording may hold the event loop."""
LONG_LINE = 20_000
"""A line with more characters is shown without colours, and recorded off the keystroke's path."""
_LONGEST_LINE = 100_000
"""A line with more characters counts as one that opens and closes nothing: lexing a megabyte takes a second."""

_HIDING = (TokenKind.STRING, TokenKind.COMMENT, TokenKind.QUOTED_IDENTIFIER)
"""What may hold brackets that are none."""


class SqlHighlighter(QObject):
    """Keeps the lexer's state at the end of each line in the block's user state, and colours lines on demand."""

    advanced = Signal()
    """More lines were recorded; what is visible may have other colours now."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._document = document
        self._lexer = LineLexer()
        self._coloured: dict[int, tuple[int, int]] = {}
        self._block_count = document.blockCount()
        self._next = 0
        self._until = document.blockCount() - 1
        """Recording goes on to here in any case, and beyond as long as states differ."""
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._formats: dict[TokenKind, QTextCharFormat] = {}
        self.set_theme(theme)
        document.contentsChange.connect(self._note_change)
        document.contentsChanged.connect(self._record_after_change)
        self._timer.start()

    @property
    def is_complete(self) -> bool:
        """Whether every line's state is recorded."""
        return self._next >= self._document.blockCount()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme from now on; call `colour` for what is visible."""
        self._formats = {role: _format(color) for role, color in _colors(theme).items()}
        self._coloured.clear()

    def code_of(self, block: QTextBlock) -> str:
        """A line's text with strings and comments blanked, one character for each of Qt's units."""
        if block.length() > LONG_LINE:
            return ""
        text = block.text()
        tokens, _ = self._lexer.lex(text, _state_before(block))
        code = text if _is_basic(text) else "".join("  " if character > "\uffff" else character for character in text)
        for start, end, kind in _in_units(text, tokens):
            if kind in _HIDING:
                code = code[:start] + " " * (end - start) + code[end:]
        return code

    def colour(self, blocks: Iterable[QTextBlock]) -> None:
        """Give lines their colours where they don't have the right ones yet.

        A line without any is left alone: new formats have it laid out again, which takes 0.2 s for a megabyte.
        """
        for block in blocks:
            before = _state_before(block)
            key = (block.revision(), before)
            if self._coloured.get(block.blockNumber()) == key:
                continue
            self._coloured[block.blockNumber()] = key
            ranges = self._ranges(block, before)
            if ranges or block.layout().formats():
                block.layout().setFormats(ranges)
                self._document.markContentsDirty(block.position(), block.length())

    def _ranges(self, block: QTextBlock, before: int) -> list[QTextLayout.FormatRange]:
        if block.length() > LONG_LINE:
            return []
        text = block.text()
        tokens, _ = self._lexer.lex(text, before)
        ranges = []
        for start, end, kind in _in_units(text, tokens):
            look = self._formats.get(kind)
            if look is not None:
                coloured = QTextLayout.FormatRange()
                coloured.start, coloured.length, coloured.format = start, end - start, look
                ranges.append(coloured)
        return ranges

    def _note_change(self, position: int, _removed: int, added: int) -> None:
        first = self._document.findBlock(position).blockNumber()
        last_block = self._document.findBlock(position + added)
        count = self._document.blockCount()
        last = last_block.blockNumber() if last_block.isValid() else count - 1
        shift = count - self._block_count
        if shift or first != last:
            self._block_count = count
            self._coloured.clear()
        self._coloured.pop(first, None)
        if self._next < count - shift:
            self._until = max(last, self._until + shift)
            self._next = min(first, max(self._next + min(shift, 0), 0))
        else:
            self._next, self._until = first, last

    def _record_after_change(self) -> None:
        if self._document.findBlockByNumber(self._next).length() <= LONG_LINE:
            self._record(SLICE_S)
        if not self.is_complete:
            self._timer.start()

    def _go_on(self) -> None:
        self._record(SLICE_S)
        if self.is_complete:
            self._timer.stop()
        self.advanced.emit()

    def _record(self, limit_s: float) -> None:
        """Record states from the next line on, for some time or until they agree with what was recorded before."""
        deadline = perf_counter() + limit_s
        block = self._document.findBlockByNumber(self._next)
        number = _state_before(block)
        while block.isValid():
            if block.length() <= _LONGEST_LINE:
                _, number = self._lexer.lex(block.text(), number)
            agrees = block.userState() == number
            block.setUserState(number)
            line = block.blockNumber()
            if agrees and line >= self._until:
                self._next = self._until = self._document.blockCount()
                return
            self._next = line + 1
            block = block.next()
            if perf_counter() > deadline:
                self._until = max(self._until, self._next)
                return


def _is_basic(text: str) -> bool:
    return text.isascii() or max(text) <= "\uffff"


def _in_units(text: str, tokens: Iterable[LexToken]) -> Iterable[LexToken]:
    """Tokens of a line in Qt's units; the same tokens where no character lies beyond the basic plane."""
    if _is_basic(text):
        return tokens
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    return [LexToken(units[start], units[end], kind) for start, end, kind in tokens]


def _state_before(block: QTextBlock) -> int:
    """The number of the state in which a line begins; 0 where the line above was not recorded yet."""
    previous = block.previous()
    return max(previous.userState(), 0) if previous.isValid() else 0


def _format(color: QColor) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(color)
    return look


def _colors(theme: Theme) -> dict[TokenKind, QColor]:
    return {
        TokenKind.KEYWORD: theme.keyword,
        TokenKind.FUNCTION: theme.function,
        TokenKind.STRING: theme.string,
        TokenKind.NUMBER: theme.number,
        TokenKind.COMMENT: theme.comment,
        TokenKind.PARAMETER: theme.number,
        TokenKind.VARIABLE: theme.number,
        TokenKind.META_COMMAND: theme.function,
    }
