"""What a server said last to an idle session, read from its bytes."""

import struct

import pytest

from pgconsole.db.last_words import read_last_words


def message(kind: bytes, severity: str, sqlstate: str, text: str) -> bytes:
    body = b"".join(
        f"{name}{value}".encode() + b"\0"
        for name, value in zip("SVCM", (severity, severity, sqlstate, text), strict=True)
    )
    return kind + struct.pack("!i", len(body) + 5) + body + b"\0"


FATAL = message(b"E", "FATAL", "57P01", "terminating connection")


@pytest.mark.parametrize(
    "before", [b"", b"S" + struct.pack("!i", 8) + b"a\0b\0", message(b"N", "NOTICE", "00000", "hello")]
)
def test_the_fatal_error_is_found_behind_other_messages(before: bytes) -> None:
    report = read_last_words(before + FATAL)
    assert report is not None
    assert (report.severity, report.sqlstate, report.message) == ("FATAL", "57P01", "terminating connection")


def test_a_warning_that_announces_the_end_counts() -> None:
    report = read_last_words(message(b"N", "WARNING", "57P02", "terminating because of a crash"))
    assert report is not None
    assert report.sqlstate == "57P02"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"E",
        FATAL[:-3],
        b"E" + struct.pack("!i", -5) + b"x" * 20,
        b"E" + struct.pack("!i", 4),
        message(b"E", "ERROR", "42601", "syntax error"),
        b"D" + struct.pack("!i", 1 << 30) + b"E" * 100,
    ],
)
def test_what_is_no_last_word_is_none(data: bytes) -> None:
    assert read_last_words(data) is None


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    report = read_last_words(FATAL.replace(b"terminating", b"terminati\xff\xfe"))
    assert report is not None
    assert "\ufffd" in report.message
