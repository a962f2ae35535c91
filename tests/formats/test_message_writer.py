"""The formats of exported messages, to the byte."""

import csv
import io
import json
import time

import pytest

from pgconsole.core.message_log import Entry, Gap, Message
from pgconsole.formats.message_writer import CSV_HEADER, message_text

ENTRIES: tuple[Entry, ...] = (
    Message(0, 0.25, "orders", 17, '{"id": 1.50, "t": "ä"}'),
    Gap(1.0, 2.5),
    Message(1, 3.0, 'a,"b"', -1, "two\nlines, = +"),
)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def test_json_lines() -> None:
    lines = message_text(ENTRIES, "ndjson")
    assert lines.splitlines()[1] == (
        '{"gap_began": "1970-01-01 00:00:01.000+00:00", "gap_ended": "1970-01-01 00:00:02.500+00:00"}'
    )
    first = json.loads(lines.splitlines()[0])
    assert first == {
        "time": "1970-01-01 00:00:00.250+00:00",
        "channel": "orders",
        "pid": 17,
        "payload": '{"id": 1.50, "t": "ä"}',
    }
    assert lines.count("\n") == 3


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO(CSV_HEADER + message_text(ENTRIES, "csv"), newline="")))
    assert rows[0] == ["time", "channel", "pid", "payload"]
    assert rows[3] == ["1970-01-01 00:00:03.000+00:00", 'a,"b"', "-1", "two\nlines, = +"]
    assert rows[2][1:3] == ["", ""]


def test_text() -> None:
    assert message_text(ENTRIES[:2], "text") == (
        '1970-01-01 00:00:00.250+00:00  orders  17  {"id": 1.50, "t": "ä"}\n'
        "--- Nobody listened from 1970-01-01 00:00:01.000+00:00 to 1970-01-01 00:00:02.500+00:00.\n"
    )
