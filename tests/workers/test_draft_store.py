import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pgconsole.core.draft import Draft, new_draft_id
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.script_file import ScriptFile
from pgconsole.core.text_form import TextForm
from pgconsole.workers import draft_store
from pgconsole.workers.draft_store import DraftStore

_A = Draft("a", "mine", "select 1", 8, 3, 0, "profile")
_FILE = ScriptFile(Path("/home/ann/caf\udce9.sql"), "5f2c", TextForm("cp1252", False, "\r\n"))
_B = Draft("b", text="select 2", position=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own" / "drafts.sqlite"


@asynccontextmanager
async def _window(path: Path) -> AsyncIterator[DraftStore]:
    store = await DraftStore.open(path)
    try:
        yield store
    finally:
        await store.aclose()


async def test_drafts_come_back_in_their_order_with_caret_and_selection(path: Path) -> None:
    async with _window(path) as store:
        assert await store.take_over() == ()
        await store.save([_B, _A])
    async with _window(path) as store:
        assert await store.take_over() == (_A, _B)


async def test_what_is_asked_first_is_done_first(path: Path) -> None:
    async with _window(path) as store:
        for _ in range(50):
            await asyncio.gather(store.save([_A]), store.close_draft(_A))
            assert await store.reopen() == _A


async def test_a_tab_comes_back_with_its_file_and_whether_it_differs(path: Path) -> None:
    in_file = replace(_A, file=_FILE)
    differs = replace(_B, file=replace(_FILE, form=TextForm("utf-16-le", True)), is_unsaved=True)
    async with _window(path) as store:
        await store.save([in_file, differs])
    async with _window(path) as store:
        assert await store.take_over() == (in_file, differs)
        await store.close_draft(replace(in_file, text=""))
        assert await store.reopen() == replace(in_file, text="")


async def test_a_tab_comes_back_with_how_its_statements_run(path: Path) -> None:
    careful, reading = replace(_A, manual_commit=True), replace(_B, read_only=True)
    async with _window(path) as store:
        await store.save([careful, reading])
    async with _window(path) as store:
        assert await store.take_over() == (careful, reading)


_FIRST_FORM = """
create table draft (
    id text primary key, window text not null, title text not null, text text not null, caret integer not null,
    anchor integer not null, position integer not null, profile_id text not null, saved_at real not null,
    closed_at real
) without rowid;
create index draft_window on draft (window, closed_at);
insert into draft values ('a', 'w', 'mine', 'select 1', 8, 3, 0, 'profile', 1.0, null);
insert into draft values ('b', 'w', '', 'select 2', 0, 0, 1, '', 2.0, 3.0);
pragma user_version = 1;
"""


async def test_drafts_of_an_older_console_are_taken_over(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as database:
        database.executescript(_FIRST_FORM)
    database.close()
    async with _window(path) as store:
        assert await store.take_over() == (_A,)
        assert [draft.text for draft in await store.closed()] == ["select 2"]
        await store.save([replace(_A, file=_FILE)])
    async with _window(path) as store:
        assert await store.take_over() == (replace(_A, file=_FILE),)


async def test_newest_text_counts(path: Path) -> None:
    async with _window(path) as store:
        await store.save([_A])
        await store.save([replace(_A, text="select 'newer'", caret=2)])
    async with _window(path) as store:
        assert [draft.text for draft in await store.take_over()] == ["select 'newer'"]


async def test_drafts_of_a_living_window_are_left_to_it(path: Path) -> None:
    async with _window(path) as first, _window(path) as second:
        await first.save([_A])
        assert await second.take_over() == ()
        await second.save([replace(_A, text="overwritten")])
        await second.save([_B])
    async with _window(path) as third:
        assert {draft.text for draft in await third.take_over()} == {"select 1", "select 2"}


async def test_tabs_of_several_gone_windows_stand_one_after_the_other(path: Path) -> None:
    async with _window(path) as first, _window(path) as second:
        await first.save([_A, _B])
        await second.save([Draft("c", text="3", position=0), Draft("d", text="4", position=1)])
    async with _window(path) as third:
        taken = await third.take_over()
    assert [draft.position for draft in taken] == [0, 1, 2, 3]
    order = "".join(draft.id for draft in taken)
    assert order in ("abcd", "cdab")


async def test_only_one_of_two_starting_windows_takes_over(path: Path) -> None:
    async with _window(path) as gone:
        await gone.save([_A])
    async with _window(path) as first, _window(path) as second:
        taken = await asyncio.gather(first.take_over(), second.take_over())
        assert sorted(len(drafts) for drafts in taken) == [0, 1]


_WRITER = """
import asyncio, sys
from pathlib import Path
from pgconsole.core.draft import Draft
from pgconsole.workers.draft_store import DraftStore

async def main():
    store = await DraftStore.open(Path(sys.argv[1]))
    await store.save([Draft("a", text="typed before the crash")])
    print("saved", flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


def _start_writer(path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _WRITER, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
async def test_drafts_of_a_killed_process_are_taken_over_but_not_before(path: Path) -> None:
    with _start_writer(path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"saved\n"
        async with _window(path) as store:
            assert await store.take_over() == ()
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait(10)
            assert [draft.text for draft in await store.take_over()] == ["typed before the crash"]
            assert len(list(path.parent.glob("*.window"))) == 1
        assert not list(path.parent.glob("*.window"))


async def test_closed_tabs_open_again_the_last_first(path: Path) -> None:
    async with _window(path) as store:
        await store.save([_A, _B])
        await store.close_draft(_A)
        await store.close_draft(replace(_B, text="select 22"))
        assert [draft.id for draft in await store.closed()] == ["b", "a"]
        assert await store.reopen() == replace(_B, text="select 22")
        assert await store.reopen("a") == _A
        assert await store.reopen() is None


async def test_closed_tab_does_not_come_back_by_itself_but_can_be_opened_after_a_restart(path: Path) -> None:
    async with _window(path) as store:
        await store.save([_A])
        await store.close_draft(_A)
    async with _window(path) as store:
        assert await store.take_over() == ()
        assert await store.reopen() == _A


async def test_closed_tab_without_text_is_forgotten(path: Path) -> None:
    async with _window(path) as store:
        await store.save([_A])
        await store.close_draft(replace(_A, text=" \n"))
        assert await store.closed() == ()


async def test_closed_tabs_are_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_store, "CLOSED_KEPT", 3)
    async with _window(path) as store:
        for number in range(5):
            await store.close_draft(Draft(str(number), text="x"))
        assert [draft.id for draft in await store.closed()] == ["4", "3", "2"]


async def test_any_text_comes_back(path: Path) -> None:
    text = "select '\x00\u202e😀\r\n'" + "x" * 1_000_000
    async with _window(path) as store:
        await store.save([Draft("a", text=text), Draft("b", text="half a pair \ud83d", position=1)])
    async with _window(path) as store:
        first, second = await store.take_over()
    assert first.text == text
    assert second.text == "half a pair ?"


def _damage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 100)


async def test_damaged_file_is_kept_aside_and_told(path: Path) -> None:
    _damage(path)
    async with _window(path) as store:
        assert "is damaged" in store.problem
        await store.save([_A])
    (kept,) = path.parent.glob("drafts.sqlite.kept-*")
    assert kept.read_bytes().startswith(b"this is no database")


def _damage_a_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12288] = os.urandom(4096)
    path.write_bytes(content)


async def test_damage_in_the_midst_of_a_file_is_found_at_the_start(path: Path) -> None:
    async with _window(path) as store:
        await store.save([replace(_A, text="x" * 100_000)])
    _damage_a_page(path)
    async with _window(path) as store:
        assert "is damaged" in store.problem
        assert await store.take_over() == ()


async def test_file_of_a_newer_console_is_left_alone(path: Path) -> None:
    async with _window(path) as store:
        await store.save([_A])
    with sqlite3.connect(path) as database:
        database.execute("pragma user_version = 99")
    database.close()
    with pytest.raises(PgconsoleError, match="newer pgconsole"):
        await DraftStore.open(path)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_only_the_user_may_read_drafts(path: Path) -> None:
    async with _window(path) as store:
        await store.save([_A])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def _plain_file(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file"


async def test_folder_that_can_not_be_made_is_a_failure_in_words(tmp_path: Path) -> None:
    with pytest.raises(PgconsoleError) as raised:
        await DraftStore.open(_plain_file(tmp_path) / "drafts.sqlite")
    assert raised.value.what == "Drafts can't be kept."
    assert raised.value.remedy


async def test_store_that_is_closed_twice_is_closed(path: Path) -> None:
    store = await DraftStore.open(path)
    await store.aclose()
    await store.aclose()
    with pytest.raises(PgconsoleError):
        await store.save([_A])


def test_ids_differ() -> None:
    assert len({new_draft_id() for _ in range(100)}) == 100
