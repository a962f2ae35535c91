"""Failures in one line."""

import pytest

from pgconsole.core.errors import (
    ConnectFailed,
    ConnectionLost,
    DriverFault,
    FileError,
    PgconsoleError,
    StatementInvalid,
)
from pgconsole.core.server_report import ServerReport
from pgconsole.ui.window.notice_words import notice_words

_ENDED = ServerReport(message="terminating connection due to administrator command", sqlstate="57P01", severity="FATAL")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ConnectionLost("An administrator ended it.", _ENDED.message, "Reconnect to go on.", report=_ENDED),
            "The connection was lost. An administrator ended it. The server said: terminating connection due to"
            " administrator command. Reconnect to go on.",
        ),
        (
            ConnectionLost(
                "The connection of this tab was lost.", "Somebody ended it.", report=_ENDED, lost=("a", "b")
            ),
            "The connection of this tab was lost. Lost: a, b. Somebody ended it.",
        ),
        (
            ConnectFailed("Connecting failed.", "no such role", report=ServerReport(message="no such role")),
            "Connecting failed. The server said: no such role.",
        ),
        (ConnectFailed("Connecting failed.", "Nothing listens there."), "Connecting failed. Nothing listens there."),
        (StatementInvalid("no column x", "It is in Messages.", "Look."), "no column x. Look."),
        (FileError("a.txt can't be written.", "No space left."), "a.txt can't be written. No space left."),
        (DriverFault("It fell.", "at once"), "A fault of pgconsole: It fell."),
    ],
)
def test_failure_is_told_in_one_line(error: PgconsoleError, words: str) -> None:
    assert notice_words(error) == words
