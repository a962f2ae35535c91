"""Messages in files: what is shown, whole or not at all."""

from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.core.message_filter import MessageFilter
from pgconsole.core.message_log import Gap, MessageLog
from pgconsole.core.message_rows import MessageRows
from pgconsole.workers.message_export import Exported, export_messages
from tests.fixtures.matchers import matcher


@pytest.fixture
def log() -> MessageLog:
    log = MessageLog(100_000, 64 << 20)
    log.append([(7, "a", f"{n}, x") for n in range(1200)], 1_700_000_000.25)
    log.append_gap(Gap(1_700_000_001.0, 1_700_000_002.0))
    return log


def partial_files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


@pytest.mark.parametrize(("kind", "lines"), [("ndjson", 1201), ("text", 1201), ("csv", 1202), ("spreadsheet", 1202)])
async def test_every_row_is_a_line(log: MessageLog, tmp_path: Path, kind: str, lines: int) -> None:
    file = tmp_path / "messages"
    assert await export_messages(log, MessageRows(log), file, kind) == Exported(1201)  # type: ignore[arg-type]
    assert file.read_bytes().count(b"\n") == lines
    assert partial_files(tmp_path) == []


async def test_only_what_is_shown_is_written(log: MessageLog, tmp_path: Path) -> None:
    rows = MessageRows(log)
    rows.choose(matcher(MessageFilter("7, x")))
    while rows.is_behind:
        rows.advance()
    count = (await export_messages(log, rows, tmp_path / "few", "text")).rows
    assert count == sum(f"{n}, x".endswith("7, x") for n in range(1200)) + 1
    assert (tmp_path / "few").read_text().count("\n") == count


async def test_place_that_cannot_be_written_is_told(log: MessageLog, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="could not be written"):
        await export_messages(log, MessageRows(log), tmp_path / "none" / "file", "text")
    assert partial_files(tmp_path) == []


async def test_file_that_was_there_stays_where_writing_fails(log: MessageLog, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "inside").write_text("x")
    with pytest.raises(FileError):
        await export_messages(log, MessageRows(log), folder, "text")
    assert (folder / "inside").exists()
    assert partial_files(tmp_path) == []


async def test_payloads_that_a_spreadsheet_would_run_are_counted_where_they_go_out_as_they_came(
    log: MessageLog, tmp_path: Path
) -> None:
    log.append([(7, "a", "=1+1"), (7, "a", "-5"), (7, "a", "@SUM(A1)")], 1_700_000_003.0)
    rows = MessageRows(log)
    for kind, formulas in (("csv", 2), ("spreadsheet", 0), ("ndjson", 0)):
        exported = await export_messages(log, rows, tmp_path / kind, kind)  # type: ignore[arg-type]
        assert exported == Exported(1204, formulas)
    assert b",=1+1\r\n" in (tmp_path / "csv").read_bytes()
    assert ",'=1+1" in (tmp_path / "spreadsheet").read_text("utf-8")
