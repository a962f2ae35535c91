"""No room left: on the server's disk, and on this machine's while rows are spilled or written to a file."""

import shutil
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.core.message_log import MessageLog
from pgconsole.core.message_rows import MessageRows
from pgconsole.db.session import Session
from pgconsole.workers.message_export import export_messages
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_full_disk_of_the_server_is_told(user: User, small_disk: Path, outside: Session) -> None:
    place = small_disk / "space"
    place.mkdir()
    shutil.chown(place, "nobody")
    for folder in list(small_disk.parents)[:-2]:
        folder.chmod(0o755)
    await outside.execute(f"create tablespace small location '{place}'")
    try:
        await user.run(
            "create table t (x text) tablespace small;"
            "insert into t select repeat('x', 1000) from generate_series(1, 10000)",
            "query.run_all",
        )
        assert "No space left on device" in user.messages
        assert "53100" in user.messages
        assert "Free space on the server." in user.messages or "Check free disk space." in user.messages
    finally:
        await outside.execute("drop table if exists t")
        await outside.execute("drop tablespace small")


async def test_full_disk_while_spilling_keeps_the_rows_so_far(
    windows: Windows, database_dsn: str, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(small_disk))
    user = await windows.open(database_dsn)
    monkeypatch.setattr("pgconsole.core.settings.Settings.result_memory_bytes", 1 << 20)
    await user.run("select n, repeat(md5(n::text), 20) from generate_series(1, 20000) n", "query.run_to_end")
    why = user.tab.results.result.stopped_because if user.tab.results.result is not None else ""
    folder = small_disk / "pgconsole/spill"
    assert why == f"Rows could not be written to a temporary file in {folder}: No space left on device."
    assert "fault" not in user.notice
    user.results.setCurrentIndex(0)
    assert user.cell(0) == "1"
    assert user.grid.property("rowsFinal") is False
    assert user.grid.property("rowsKnown") > 100
    await user.run("select 'goes on'")
    assert user.cell(0) == "goes on"
    await until(lambda: not list(small_disk.rglob("spill/*")), "no file of rows is left")
    await windows.close(user)


async def test_full_disk_while_messages_are_exported_leaves_no_part_of_a_file(small_disk: Path) -> None:
    log = MessageLog(100_000, 64 << 20)
    log.append([(7, "a", "x" * 1000) for _ in range(4000)], 1_700_000_000.0)
    with pytest.raises(FileError, match="No space left on device"):
        await export_messages(log, MessageRows(log), small_disk / "messages.csv", "csv")
    assert files_in(small_disk) == []


async def test_full_disk_while_the_output_of_a_copy_is_saved_keeps_its_lines_and_no_part_of_a_file(
    user: User, small_disk: Path
) -> None:
    await user.run("copy (select n, repeat('x', 1000) from generate_series(1, 4000) n) to stdout", "query.run_to_end")
    user.trigger("result.save_copy")
    await user.choose(small_disk / "rows.tsv")
    await until(lambda: "No space left on device" in user.notice, "it is told")
    assert files_in(small_disk) == []
    assert user.grid.property("rowsKnown") == 4000
    assert user.cell(3999) is not None
