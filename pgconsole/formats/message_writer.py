"""Writes messages as NDJSON, CSV or text; payloads go out as they came unless it is for a spreadsheet.

A gap is a line of its own kind.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Literal

from pgconsole.core.message_log import Entry, Gap, Message
from pgconsole.core.spreadsheet_cells import safe_cell

MessageFormat = Literal["ndjson", "csv", "spreadsheet", "text"]
"""`spreadsheet` is CSV whose cells no spreadsheet takes for formulas; the others have payloads as they came."""
CSV_HEADER: Final = "time,channel,pid,payload\r\n"


def time_text(time_s: float) -> str:
    """A moment as ISO 8601 has it, to the millisecond, with the local offset."""
    return datetime.fromtimestamp(time_s).astimezone().isoformat(sep=" ", timespec="milliseconds")


def gap_text(gap: Gap) -> str:
    """A gap in one sentence."""
    return f"Nobody listened from {time_text(gap.began_s)} to {time_text(gap.ended_s)}."


def message_text(entries: Iterable[Entry], kind: MessageFormat) -> str:
    """Entries in a format, each line ended; CSV comes without its header."""
    write = _WRITERS[kind]
    return "".join(write(entry) for entry in entries)


def _ndjson(entry: Entry) -> str:
    if isinstance(entry, Gap):
        fields: dict[str, object] = {"gap_began": time_text(entry.began_s), "gap_ended": time_text(entry.ended_s)}
    else:
        fields = {
            "time": time_text(entry.time_s),
            "channel": entry.channel,
            "pid": entry.pid,
            "payload": entry.payload,
        }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _csv(entry: Entry) -> str:
    return _csv_line(_cells(entry))


def _spreadsheet(entry: Entry) -> str:
    return _csv_line([safe_cell(cell) for cell in _cells(entry)])


def _cells(entry: Entry) -> list[str]:
    if isinstance(entry, Message):
        return [time_text(entry.time_s), entry.channel, str(entry.pid), entry.payload]
    return [time_text(entry.began_s), "", "", gap_text(entry)]


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _text(entry: Entry) -> str:
    if isinstance(entry, Gap):
        return f"--- {gap_text(entry)}\n"
    return f"{time_text(entry.time_s)}  {entry.channel}  {entry.pid}  {entry.payload}\n"


_WRITERS: Final[dict[MessageFormat, Callable[[Entry], str]]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "spreadsheet": _spreadsheet,
    "text": _text,
}
