"""Files of the user's: read in pieces, and written whole or not at all."""

import asyncio
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.workers.file_chunks import read_chunks, read_whole, write_pieces
from tests.fixtures.waiting import until

CHUNK = 1 << 18


async def chunks_of(path: Path) -> list[bytes]:
    return [chunk async for chunk in read_chunks(path)]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_file_is_read_in_pieces_that_join_to_it(tmp_path: Path) -> None:
    file = tmp_path / "data"
    content = os.urandom(2 * CHUNK + 7)
    file.write_bytes(content)
    chunks = await chunks_of(file)
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 7]
    assert b"".join(chunks) == content


async def test_an_empty_file_has_no_pieces(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert await chunks_of(tmp_path / "empty") == []


async def test_what_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.sql", ".", "pipe"):
        with pytest.raises(FileError, match="could not be"):
            await chunks_of(tmp_path / name)
        with pytest.raises(FileError, match="could not be"):
            await read_whole(tmp_path / name)


async def test_reading_that_is_given_up_closes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_bytes(bytes(3 * CHUNK))
    reading = read_chunks(file)
    async for _chunk in reading:
        break
    await reading.aclose()  # type: ignore[attr-defined]  # an open file would warn, which fails the test
    reading = read_chunks(file)
    task = asyncio.ensure_future(anext(reading))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_pieces_are_joined_in_order_and_taken_on_the_loops_thread(tmp_path: Path) -> None:
    file, takers = tmp_path / "rows", set()

    def pieces() -> Iterator[bytes]:
        for number in range(100_000):
            takers.add(threading.current_thread())
            yield b"%d\n" % number

    await write_pieces(file, pieces())
    assert file.read_bytes() == b"".join(b"%d\n" % number for number in range(100_000))
    assert takers == {threading.current_thread()}


async def test_a_new_file_has_the_permissions_of_the_users_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        await write_pieces(tmp_path / "new.sql", [b"select 1"])
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new.sql").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
async def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "script.sql"
    file.write_text("old")
    file.chmod(mode)
    await write_pieces(file, [b"new"])
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
async def test_a_file_that_is_replaced_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "script.sql"
    file.write_text("old")
    os.chown(file, 12345, 54321)
    await write_pieces(file, [b"new"])
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 54321)


async def test_a_link_stays_a_link_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    file, link = tmp_path / "elsewhere" / "script.sql", tmp_path / "link.sql"
    file.write_text("old")
    link.symlink_to(file)
    await write_pieces(link, [b"new"])
    assert link.is_symlink()
    assert file.read_text() == "new"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
async def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    full = Path("/dev/full")
    (tmp_path / "link").symlink_to(full)
    for path in (full, tmp_path / "link"):
        with pytest.raises(FileError, match="could not be written"):
            await write_pieces(path, [b"select 1"])
    assert (tmp_path / "link").readlink() == full


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"script\.sql could not be written"):
        await write_pieces(tmp_path / "nowhere" / "script.sql", [b"select 1"])


async def test_pieces_that_fail_leave_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "rows"
    file.write_text("old")

    def pieces() -> Iterator[bytes]:
        yield bytes(2 * CHUNK)
        raise LookupError("gone")

    with pytest.raises(LookupError):
        await write_pieces(file, pieces())
    assert file.read_text() == "old"
    assert names_in(tmp_path) == {"home", "rows"}


async def test_writing_that_is_cancelled_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file, taken = tmp_path / "rows", 0
    file.write_text("old")

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(CHUNK)

    writing = asyncio.ensure_future(write_pieces(file, pieces()))
    await until(lambda: taken > 2, "it writes")
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert file.read_text() == "old"
    assert names_in(tmp_path) == {"home", "rows"}


async def test_a_write_that_is_cancelled_while_its_file_is_opened_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    is_open, may_go_on = threading.Event(), threading.Event()
    open_it = Path.open

    def open_slowly(path: Path, mode: str = "r") -> object:
        opened = open_it(path, mode)
        is_open.set()
        may_go_on.wait(25)
        return opened

    monkeypatch.setattr(Path, "open", open_slowly)
    writing = asyncio.create_task(write_pieces(folder / "data", [b"new"]))
    await until(is_open.is_set, "the file is open")
    writing.cancel()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert names_in(folder) == set()
