"""What a server answers while COPY ... FROM STDIN sends it data, read beside the driver, which waits for the end.

Source: PostgreSQL manual, "Message Formats".
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class CopyAnswers:
    """What the server has said to a script of COPY ... FROM STDIN and other commands, also where one of them failed."""

    tags: list[str] = field(default_factory=list)
    """Of the commands that were carried out, in their order."""
    notice_places: list[int] = field(default_factory=list)
    """For each notice how many tags came before it."""


class CopyWatch:
    """Hears whether the server has given up a COPY ... FROM STDIN, which the driver notices only at the data's end.

    The driver must not be stopped after that: it would wait for another answer for ever.
    """

    __slots__ = ("_answers", "_pending", "has_failed")

    def __init__(self, answers: CopyAnswers) -> None:
        self.has_failed = False
        self._answers = answers
        self._pending = bytearray()

    def hear(self, data: bytes) -> None:
        """Follow the messages from the server; the first error decides."""
        self._pending += data
        while not self.has_failed and len(self._pending) >= 5:
            length = 1 + int.from_bytes(self._pending[1:5], "big")
            self.has_failed = self._pending[0] == ord("E")
            if len(self._pending) < length:
                return
            if self._pending[0] == ord("C"):
                self._answers.tags.append(self._pending[5 : length - 1].decode())
            elif self._pending[0] == ord("N"):
                self._answers.notice_places.append(len(self._answers.tags))
            del self._pending[:length]
