"""The rows of a message log as Qt's views and tests read them; told of changes once for all that came in a frame."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from time import perf_counter
from typing import Any, Final, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pgconsole.core.listening_state import ListeningState
from pgconsole.core.message_filter import Matcher
from pgconsole.core.message_log import Entry, Gap, Message
from pgconsole.core.payloads import payload_kind
from pgconsole.core.plain_text import cut_line
from pgconsole.core.wording import format_duration_ms
from pgconsole.formats.message_writer import time_text

COLUMNS: Final = ("Time", "Channel", "Sender", "Payload")
TIME, CHANNEL, SENDER, PAYLOAD = range(4)
_SHOWN_CHARS: Final = 600
_CACHED: Final = 512
_SCAN_S: Final = 0.004
_JUDGE_S: Final = 0.004
"""One search may take 15 ms, and a paint shows some fifty rows: what is left is judged in the next one."""
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

Mark = Literal["", "found", "rule"]
"""Why a row stands out: it is what is looked for, or what a rule waits for."""


@dataclass(frozen=True, slots=True)
class RowTexts:
    """A message as one line shows it, hidden characters made visible."""

    clock: str
    channel: str
    payload: str
    is_malformed: bool
    """The payload looks like JSON and is none."""


class MessageModel(QAbstractTableModel):
    """Time, channel, sender and payload of each row; UserRole has them whole, the sender's as its process id."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: ListeningState | None = None
        self._first = self._end = 0
        self._generation = -1
        self._cache: dict[int, Entry | None] = {}
        self._texts: dict[int, RowTexts] = {}
        self._searches: tuple[tuple[Mark, Matcher], ...] = ()
        self._marks: dict[int, Mark] = {}
        self._searched: dict[int, int] = {}
        """How many of the searches have looked at a message that is not judged yet."""
        self._judging_s, self._longest_judging_s = 0.0, inf
        self.owes_marks = False
        """Whether a paint has left messages unjudged, for want of time."""

    def set_marks(self, found: Matcher | None, by_rules: Sequence[Matcher]) -> None:
        """Have rows stand out from now on: those that are looked for, and those that rules wait for."""
        looked_for: tuple[tuple[Mark, Matcher], ...] = (("found", found),) if found is not None else ()
        self._searches = (*looked_for, *(("rule", matches) for matches in by_rules))
        self._forget_marks()

    def _forget_marks(self) -> None:
        self._marks.clear()
        self._searched.clear()

    def set_state(self, state: ListeningState | None) -> None:
        """Show another connection's messages, or none."""
        self._state = state
        self._generation = -1
        self.sync()

    def sync(self) -> tuple[int, bool]:
        """Take over what changed; how many rows went at the top, and whether a filter still has entries to look at."""
        state = self._state
        if state is None:
            self._reset(0, 0)
            return 0, False
        rows, until = state.rows, perf_counter() + _SCAN_S
        rows.advance(until)
        while rows.is_behind and perf_counter() < until:
            rows.advance(until)
        if rows.generation != self._generation:
            self._generation = rows.generation
            self._reset(rows.first, rows.end)
            return 0, rows.is_behind
        gone = min(rows.first, self._end) - self._first
        if gone > 0:
            self.beginRemoveRows(_NOWHERE, 0, gone - 1)
            self._first += gone
            self.endRemoveRows()
        if self._first == self._end:
            self._first = self._end = rows.first
        if rows.end > self._end:
            self.beginInsertRows(_NOWHERE, self._end - self._first, rows.end - self._first - 1)
            self._end = rows.end
            self.endInsertRows()
        return max(gone, 0), rows.is_behind

    def _reset(self, first: int, end: int) -> None:
        self.beginResetModel()
        self._first, self._end = first, end
        self._cache.clear()
        self._texts.clear()
        self._forget_marks()
        self.endResetModel()

    # What is in a row

    def number(self, row: int) -> int | None:
        """The number in the log of a row's entry; None for a row that is gone."""
        if self._state is None:
            return None
        try:
            return self._state.rows.number(self._first + row)
        except IndexError:
            return None

    def row_of(self, number: int) -> int:
        """The row of an entry, or of the first one behind it."""
        return 0 if self._state is None else self._state.rows.row_of(number) - self._first

    def entry(self, row: int) -> Entry | None:
        """The entry of a row; None for one that the log has let go of just now."""
        number = self.number(row)
        if number is None or self._state is None:
            return None
        if number not in self._cache:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
                self._texts.clear()
                self._forget_marks()
            try:
                self._cache[number] = self._state.log.entry(number)
            except IndexError:
                return None
        return self._cache[number]

    def texts(self, entry: Message) -> "RowTexts":
        """What of a message does not change; kept while it is looked at."""
        found = self._texts.get(entry.number)
        if found is None:
            found = self._texts[entry.number] = RowTexts(
                clock_text(entry.time_s),
                cut_line(entry.channel, _SHOWN_CHARS),
                cut_line(entry.payload, _SHOWN_CHARS),
                payload_kind(entry.payload) == "malformed",
            )
        return found

    @contextmanager
    def judging_briefly(self) -> Iterator[None]:
        """Judge messages for no longer than a paint has time; `owes_marks` tells whether some were left."""
        self._judging_s, self._longest_judging_s = 0.0, _JUDGE_S
        self.owes_marks = False
        yield
        self._longest_judging_s = inf

    def mark(self, entry: Message) -> Mark:
        """Whether a message stands out, and why; kept while it is looked at."""
        found = self._marks.get(entry.number)
        if found is None:
            found = self._judge(entry)
            if found is None:
                self.owes_marks = True
                return ""
            self._marks[entry.number] = found
        return found

    def _judge(self, entry: Message) -> Mark | None:
        """None where the time is up; the next time goes on where this one stopped."""
        for number in range(self._searched.get(entry.number, 0), len(self._searches)):
            if self._judging_s > self._longest_judging_s:
                self._searched[entry.number] = number
                return None
            why, matches = self._searches[number]
            began_s = perf_counter()
            is_it = matches(entry.channel, entry.payload)
            self._judging_s += perf_counter() - began_s
            if is_it:
                return why
        return ""

    def sender_text(self, entry: Message) -> str:
        """The process id, and what is known of the process."""
        sender = self._state.sender_of(entry) if self._state is not None else None
        return f"{entry.pid} {cut_line(sender.application or sender.user, 60)}" if sender else str(entry.pid)

    def colour(self, entry: Message) -> int:
        """Which colour the message's channel has."""
        channel = self._state.channels.get(entry.channel) if self._state is not None else None
        return channel.colour if channel is not None else 0

    # Qt's questions

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many rows are shown."""
        return 0 if parent.isValid() else self._end - self._first

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Time, channel, sender, payload."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The columns' titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell as it is shown, or whole."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole) or not index.isValid():
            return None
        entry = self.entry(index.row())
        if entry is None:
            return None
        if isinstance(entry, Gap):
            return _of_gap(entry, index.column())
        if role == Qt.ItemDataRole.UserRole:
            return (time_text(entry.time_s), entry.channel, entry.pid, entry.payload)[index.column()]
        texts = self.texts(entry)
        return (texts.clock, texts.channel, self.sender_text(entry), texts.payload)[index.column()]


def clock_text(time_s: float) -> str:
    """A moment to the millisecond, without its date."""
    return datetime.fromtimestamp(time_s).strftime("%H:%M:%S.%f")[:-3]


def gap_line(gap: Gap) -> str:
    """A gap in one line, with both its times."""
    lasted = format_duration_ms((gap.ended_s - gap.began_s) * 1000)
    return (
        f"Not listening from {clock_text(gap.began_s)} to {clock_text(gap.ended_s)} ({lasted}): what was sent is lost"
    )


def _of_gap(gap: Gap, column: int) -> str:
    return {TIME: clock_text(gap.began_s), PAYLOAD: gap_line(gap)}.get(column, "")
