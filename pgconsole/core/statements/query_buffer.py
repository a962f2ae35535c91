"""The text of the statement that is being collected, with where each stretch of it came from in the script."""

from pgconsole.core.statements.statement import Segment


class QueryBuffer:
    """Collects stretches of the script, and values that stand for a place in it, into one text.

    A run of the script that grows at its end is kept as two offsets, so that a statement without variables or blank
    lines costs one slice, whatever its length.
    """

    __slots__ = ("_closed_length", "_pieces", "_run_end", "_run_start", "_script", "cuts")

    def __init__(self, script: str) -> None:
        self._script = script
        self.clear()

    def clear(self) -> None:
        """Forget everything collected."""
        self._pieces: list[tuple[str, int, bool]] = []
        self._closed_length = 0
        self._run_start = self._run_end = 0
        self.cuts: list[int] = []

    def __len__(self) -> int:
        return self._closed_length + self._run_end - self._run_start

    def take(self, start: int, end: int) -> None:
        """Add a stretch of the script."""
        if start == self._run_end and self._run_end > self._run_start:
            self._run_end = end
        elif end > start:
            self._close_run()
            self._run_start, self._run_end = start, end

    def put(self, text: str, place: int) -> None:
        """Add text that stands for a place of the script."""
        self._close_run()
        if text:
            self._pieces.append((text, place, False))
            self._closed_length += len(text)

    def cut(self) -> None:
        """Note that the character added last is a semicolon from `\\;`."""
        self.cuts.append(len(self) - 1)

    def truncate(self, length: int) -> None:
        """Forget what was added beyond that length."""
        self._close_run()
        while self._closed_length > length:
            text, place, verbatim = self._pieces.pop()
            self._closed_length -= len(text)
            if self._closed_length < length:
                text = text[: length - self._closed_length]
                self._pieces.append((text, place, verbatim))
                self._closed_length += len(text)
        self.cuts = [cut for cut in self.cuts if cut < length]

    def drop_newline_at(self, place: int) -> None:
        """Forget the script's newline in front of that place, where it was added last."""
        if self._run_end == place > self._run_start and self._script[place - 1] == "\n":
            self._run_end -= 1

    @property
    def start(self) -> int:
        """Where in the script the text begins."""
        return self._pieces[0][1] if self._pieces else self._run_start

    def text(self) -> str:
        """Everything collected."""
        if not self._pieces:
            return self._script[self._run_start : self._run_end]
        self._close_run()
        return "".join(piece[0] for piece in self._pieces)

    def segments(self) -> tuple[Segment, ...]:
        """Where each stretch of the text came from; empty for one stretch of the script, which begins at `start`."""
        if not self._pieces:
            return ()
        self._close_run()
        found, length = [], 0
        for text, place, verbatim in self._pieces:
            found.append(Segment(length, place, verbatim))
            length += len(text)
        return tuple(found)

    def _close_run(self) -> None:
        if self._run_end > self._run_start:
            self._pieces.append((self._script[self._run_start : self._run_end], self._run_start, True))
            self._closed_length += self._run_end - self._run_start
        self._run_start = self._run_end = 0
