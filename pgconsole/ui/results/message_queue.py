"""Messages that wait to be written, in bounded memory: the oldest give way."""

from collections import deque

from pgconsole.core.messages import Message

KEPT_AT_MOST = 10_000
KEPT_CHARS = 16 << 20
"""Of all texts together; a server may send notices of a megabyte each."""


def size_of(message: Message) -> int:
    """How many characters a message holds."""
    return len(message.text) + len(message.statement) + sum(len(text) for _label, text in message.fields)


class MessageQueue:
    """First in, first out; at most so many, and so many characters, but for a single one of any length."""

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()
        self._chars = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def push(self, message: Message) -> int:
        """Add one at the end; how many old ones gave way."""
        self._waiting.append(message)
        self._chars += size_of(message)
        dropped = 0
        while len(self._waiting) > KEPT_AT_MOST or (self._chars > KEPT_CHARS and len(self._waiting) > 1):
            self.pop()
            dropped += 1
        return dropped

    def pop(self) -> Message:
        """Take the oldest."""
        message = self._waiting.popleft()
        self._chars -= size_of(message)
        return message

    def clear(self) -> None:
        """Forget all of them."""
        self._waiting.clear()
        self._chars = 0
