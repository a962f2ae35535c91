"""Keeps the newest messages of a listener under a budget in rows and in bytes, packed into pages, and counts the rest.

A page holds its messages as arrays and one run of UTF-8, so that a hundred thousand messages are a few hundred objects.
Entries are numbered from 0 over the life of the log; gaps, in which nobody listened, are entries among the messages.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

RawMessage = tuple[int, str, str]
"""A sender's process id, a channel and a payload, as the server sent them."""

PAGE_ROWS: Final = 1024
_PAGE_BYTES: Final = 256 << 10
_ROW_BYTES: Final = 24
"""What a message takes beside its payload."""
_NAME_BYTES: Final = 100
_GAP: Final = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One notification, whole."""

    number: int
    time_s: float
    """When it was read, by this machine's clock, in seconds since the epoch."""
    channel: str
    pid: int
    payload: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody listened: what was sent then, the server has kept for nobody."""

    began_s: float
    ended_s: float
    reason: str = ""


Entry = Message | Gap


@dataclass(slots=True)
class _Page:
    first: int
    times: "array[float]" = field(default_factory=lambda: array("d"))
    pids: "array[int]" = field(default_factory=lambda: array("i"))
    channels: "array[int]" = field(default_factory=lambda: array("I"))
    ends: "array[int]" = field(default_factory=lambda: array("I"))
    payloads: bytearray = field(default_factory=bytearray)
    names: list[str] = field(default_factory=lambda: [""])
    """The channels of this page, which go with it; the first stands for gaps."""
    indexes: dict[str, int] = field(default_factory=dict)
    names_bytes: int = 0

    @property
    def end(self) -> int:
        return self.first + len(self.ends)

    @property
    def size_bytes(self) -> int:
        return len(self.payloads) + self.names_bytes + _ROW_BYTES * len(self.ends)

    @property
    def has_room(self) -> bool:
        return len(self.ends) < PAGE_ROWS and len(self.payloads) < _PAGE_BYTES

    def learn(self, channels: set[str]) -> int:
        """Take in the names of channels; how many bytes they take."""
        before = self.names_bytes
        for name in channels - self.indexes.keys():
            self.indexes[name] = len(self.names)
            self.names.append(name)
            self.names_bytes += len(name) + _NAME_BYTES
        return self.names_bytes - before

    def payload(self, index: int) -> bytes:
        return bytes(self.payloads[self.ends[index - 1] if index else 0 : self.ends[index]])


class MessageLog:
    """A ring of messages: the oldest page goes where the budget asks for it, and what it held is counted."""

    def __init__(self, row_budget: int, byte_budget: int) -> None:
        self._row_budget = row_budget
        self._byte_budget = byte_budget
        self._pages: list[_Page] = []
        self._gaps: dict[int, Gap] = {}
        self.first = 0
        """The number of the oldest entry that is kept."""
        self.end = 0
        """The number that the next entry gets."""
        self.size_bytes = 0
        self.received = 0
        """Every message that ever came."""
        self.dropped = 0
        """Messages that went to make room."""

    def append(self, messages: Sequence[RawMessage], time_s: float) -> None:
        """Add messages that were read together."""
        self.received += len(messages)
        for start in range(0, len(messages), PAGE_ROWS):
            self._append_piece(messages[start : start + PAGE_ROWS], time_s)
        self._make_room()

    def append_gap(self, gap: Gap) -> None:
        """Mark that nobody listened for a time."""
        page = self._open_page()
        self._gaps[self.end] = gap
        self._fill(page, [gap.began_s], [0], [_GAP], [len(page.payloads)])

    def clear(self) -> None:
        """Let every entry go; numbers and counts go on."""
        self._pages.clear()
        self._gaps.clear()
        self.first = self.end
        self.size_bytes = 0

    def entry(self, number: int) -> Entry:
        """An entry by its number; raises IndexError where it is not kept."""
        return self._entry(*self._place(number))

    def entries(self, start: int, end: int) -> Iterator[tuple[int, Entry]]:
        """The entries of a half-open range of numbers, those that are kept now, each with its number."""
        number, end = max(start, self.first), min(end, self.end)
        while number < end:
            page, index = self._place(number)
            for each in range(index, min(len(page.ends), end - page.first)):
                yield page.first + each, self._entry(page, each)
            number = page.end

    def previous_of_channel(self, number: int, at_most: int = 10_000) -> Message | None:
        """The message before this one on its channel; looks back over a bounded number of entries."""
        page, index = self._place(number)
        wanted = page.names[page.channels[index]]
        for earlier in range(number - 1, max(self.first, number - at_most) - 1, -1):
            page, index = self._place(earlier)
            if page.channels[index] != _GAP and page.names[page.channels[index]] == wanted:
                found = self.entry(earlier)
                return found if isinstance(found, Message) else None
        return None

    def _entry(self, page: _Page, index: int) -> Entry:
        if page.channels[index] == _GAP:
            return self._gaps[page.first + index]
        return Message(
            page.first + index,
            page.times[index],
            page.names[page.channels[index]],
            page.pids[index],
            page.payload(index).decode("utf-8", "surrogateescape"),
        )

    def _append_piece(self, messages: Sequence[RawMessage], time_s: float) -> None:
        pids, channels, payloads = zip(*messages, strict=True)
        page = self._open_page()
        self.size_bytes += page.learn(set(channels))
        before = len(page.payloads)
        text = "".join(payloads)
        if text.isascii():
            page.payloads += text.encode("ascii")
            sizes = map(len, payloads)
        else:
            encoded = [payload.encode("utf-8", "surrogateescape") for payload in payloads]
            page.payloads += b"".join(encoded)
            sizes = map(len, encoded)
        self.size_bytes += len(page.payloads) - before
        ends = list(accumulate(sizes, initial=before))[1:]
        self._fill(page, [time_s] * len(pids), pids, list(map(page.indexes.__getitem__, channels)), ends)

    def _fill(
        self,
        page: _Page,
        times: Sequence[float],
        pids: Sequence[int],
        channels: Sequence[int],
        ends: Sequence[int],
    ) -> None:
        page.times.extend(times)
        page.pids.extend(pids)
        page.channels.extend(channels)
        page.ends.extend(ends)
        self.end += len(ends)
        self.size_bytes += _ROW_BYTES * len(ends)

    def _open_page(self) -> _Page:
        if not self._pages or not self._pages[-1].has_room:
            self._pages.append(_Page(self.end))
        return self._pages[-1]

    def _make_room(self) -> None:
        """Drop whole pages, the oldest first; the newest stays whatever its size."""
        while len(self._pages) > 1 and (
            self.end - self.first > self._row_budget or self.size_bytes > self._byte_budget
        ):
            page = self._pages.pop(0)
            gaps = [number for number in self._gaps if number < page.end]
            for number in gaps:
                del self._gaps[number]
            self.dropped += len(page.ends) - len(gaps)
            self.size_bytes -= page.size_bytes
            self.first = page.end

    def _place(self, number: int) -> tuple[_Page, int]:
        if not self.first <= number < self.end:
            raise IndexError(number)
        page = self._pages[bisect_right(self._pages, number, key=lambda each: each.first) - 1]
        return page, number - page.first
