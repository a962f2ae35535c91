"""Files written beside the window: whole or not at all."""

import os
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.workers.side_files import SideFiles


async def test_csv_is_utf8_with_quotes_where_they_are_needed(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    await SideFiles().write_csv(file, [("time", "statement"), ("1", 'select "ä",\n2')])
    assert file.read_bytes() == 'time,statement\n1,"select ""ä"",\n2"\n'.encode()


async def test_failure_leaves_what_was_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="could not be written"):
        await SideFiles().write_bytes(tmp_path / "no such folder" / "a.png", b"x")
    file = tmp_path / "log.csv"
    file.write_text("before")

    def broken() -> object:
        yield ("one",)
        raise OSError("the disk is full")

    with pytest.raises(FileError):
        await SideFiles().write_csv(file, broken())  # type: ignore[arg-type]
    assert file.read_text() == "before"
    assert sorted(os.listdir(tmp_path)) == ["home", "log.csv"]  # noqa: PTH208


async def test_module_is_loaded() -> None:
    import sys

    await SideFiles().load("colorsys")
    assert "colorsys" in sys.modules
