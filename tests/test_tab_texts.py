"""Texts of tabs on disk: drafts that come back, scripts and COPY output in files of the user's."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog

from pgconsole import tab_texts
from pgconsole.core.draft import Draft
from pgconsole.core.script_file import ScriptFile
from pgconsole.workers.draft_store import DraftStore
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

# Drafts


async def test_a_tab_with_text_closes_unasked_and_comes_back_whole(user: User) -> None:
    script = "select 'kept \N{GRINNING FACE}'"
    user.write(script, caret=7)
    user.trigger("tab.close")
    await user.tabs(0)
    assert not user.dialogs()
    user.trigger("tab.reopen")
    await user.tabs(1)
    assert user.editor.script() == script
    assert user.editor.caret() == 7
    await user.run(script)
    assert user.cell(0) == "kept \N{GRINNING FACE}"


async def test_closed_tabs_come_back_the_last_one_first(user: User) -> None:
    for script in ("select 1", "select 2"):
        user.trigger("tab.new")
        user.write(script)
    for left in (2, 1):
        user.trigger("tab.close")
        await user.tabs(left)
    for count, script in ((2, "select 1"), (3, "select 2")):
        user.trigger("tab.reopen")
        await user.tabs(count)
        assert user.editor.script() == script
    assert not user.window.actions_by_id["tab.reopen"].isEnabled()


async def test_a_save_while_a_tab_closes_leaves_it_closed(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    close_draft, save, saved = DraftStore.close_draft, DraftStore.save, list[int]()

    async def save_and_note(store: DraftStore, drafts: Iterable[Draft]) -> None:
        kept = list(drafts)
        await save(store, kept)
        saved.append(len(kept))

    async def close_while_others_save(store: DraftStore, draft: Draft) -> None:
        await close_draft(store, draft)
        saved.clear()
        user.tab.text_changed.emit()
        await until(lambda: bool(saved), "all texts are saved")

    user.trigger("tab.new")
    user.write("select 'closed'")
    monkeypatch.setattr(DraftStore, "save", save_and_note)
    monkeypatch.setattr(DraftStore, "close_draft", close_while_others_save)
    user.trigger("tab.close")
    await user.tabs(1)
    assert saved == [1]
    user.trigger("tab.reopen")
    await user.tabs(2)
    assert user.editor.script() == "select 'closed'"


async def test_a_closed_tab_comes_back_at_the_next_start(windows: Windows, database_dsn: str) -> None:
    user = await windows.open(database_dsn)
    user.write("select 'closed'")
    user.trigger("tab.close")
    await user.tabs(0)
    await windows.close(user)
    again = await windows.open(database_dsn)
    again.trigger("tab.reopen")
    await until(lambda: again.editor.script() == "select 'closed'", "the tab is back")


async def test_tabs_keep_their_names_however_they_come_back(windows: Windows, database_dsn: str) -> None:
    user = await windows.open(database_dsn)
    user.trigger("tab.new")
    user.trigger("tab.close")
    await user.tabs(1)
    user.trigger("tab.new")
    assert user.titles == ["Query 1", "Query 3"]
    user.trigger("tab.rename")
    dialog = await user.dialog("textQuestion")
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("R&D <b>")
    dialog.accept()
    await until(lambda: user.tab.title == "R&D <b>", "the tab is renamed")
    user.trigger("tab.new")
    user.write("select 4")
    user.trigger("tab.close")
    await user.tabs(2)
    user.trigger("tab.new")
    user.trigger("tab.reopen")
    await user.tabs(4)
    assert user.titles == ["Query 1", "R&&D <b>", "Query 5", "Query 4 *"]
    await windows.close(user)
    again = await windows.open(database_dsn)
    assert again.titles == ["Query 1", "R&&D <b>", "Query 5", "Query 4 *"]
    again.trigger("tab.new")
    assert again.titles[-1] == "Query 6"


async def test_a_tab_keeps_its_file_over_a_restart(windows: Windows, database_dsn: str, tmp_path: Path) -> None:
    saved, changed = tmp_path / "saved.sql", tmp_path / "changed.sql"
    user = await windows.open(database_dsn)
    user.write("select 1")
    user.trigger("file.save")
    await user.choose(saved)
    await until(lambda: user.titles == ["saved.sql"], "the first file is written")
    changed.write_bytes(b"caf\xe9\r\n")
    user.trigger("file.open")
    await user.choose(changed)
    await user.tabs(2)
    user.write("café\nthé\n")
    await windows.close(user)
    again = await windows.open(database_dsn)
    assert again.titles == ["saved.sql", "changed.sql *"]
    again.trigger("file.save")
    await until(lambda: again.titles == ["saved.sql", "changed.sql"], "it is saved unasked")
    assert changed.read_bytes() == b"caf\xe9\r\nth\xe9\r\n"
    again.window.tabs.setCurrentIndex(0)
    saved.write_text("select 'theirs'")
    again.write("select 2")
    again.trigger("file.save")
    await again.answer("question", "Cancel")
    assert saved.read_text() == "select 'theirs'"


async def test_a_tab_keeps_manual_commit_and_read_only_over_a_restart(windows: Windows, database_dsn: str) -> None:
    user = await windows.open(database_dsn)
    user.trigger("query.manual_commit")
    user.trigger("tab.new")
    user.trigger("query.read_only")
    await windows.close(user)
    again = await windows.open(database_dsn)
    states = [tab.state for tab in again.window.query_tabs()]
    assert [(state.auto_commit, state.read_only) for state in states] == [(False, False), (True, True)]
    again.window.tabs.setCurrentIndex(0)
    await again.run("create table t (n int)")
    assert again.tab.property("transaction") == "open"


async def test_a_disconnected_tab_keeps_manual_commit(user: User, other_dsn: str) -> None:
    user.trigger("query.manual_commit")
    await user.disconnect()
    user.window.start_page.text_entered.emit(other_dsn)
    await until(lambda: user.tab.state.connected, "another is there")
    assert not user.tab.state.auto_commit


async def test_two_windows_keep_their_texts_apart(windows: Windows, database_dsn: str) -> None:
    first = await windows.open(database_dsn)
    first.write("select 'first'")
    second = await windows.open(database_dsn)
    assert second.editor.script() == ""
    second.write("select 'second'")
    await windows.close(second)
    await windows.close(first)
    third = await windows.open(database_dsn)
    assert {tab.editor.script() for tab in third.window.query_tabs()} == {"select 'first'", "select 'second'"}


async def test_damaged_drafts_are_told(windows: Windows, home: Path) -> None:
    file = home / ".local/state/pgconsole/drafts.sqlite"
    file.parent.mkdir(mode=0o700, parents=True)
    file.write_bytes(b"this is no database" * 100)
    user = await windows.open()
    assert "is damaged" in user.notice


async def test_a_text_is_kept_in_the_first_pause(user: User, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the pause it would be a minute.
    monkeypatch.setattr(tab_texts, "_AUTOSAVE_S", 60.0)
    user.write("select 'typed'")
    await until(lambda: _kept(home) == ["select 'typed'"], "the text is kept")


async def test_a_text_is_kept_while_it_is_typed(user: User, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The pause never comes.
    monkeypatch.setattr(tab_texts, "_PAUSE_S", 60.0)
    user.write("select 'typed'")
    await until(lambda: _kept(home) == ["select 'typed'"], "the text is kept")


def _kept(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / ".local/state/pgconsole/drafts.sqlite")) as database:
        return [text for (text,) in database.execute("select text from draft")]


# Files


async def test_a_script_is_saved_and_opened_again(user: User, tmp_path: Path) -> None:
    file = tmp_path / "a & b.sql"
    script = "select 'e\N{COMBINING ACUTE ACCENT} \N{GRINNING FACE}';\n"
    user.write(script)
    assert user.titles == ["Query 1 *"]
    user.trigger("file.save")
    await user.choose(file)
    await until(lambda: not user.tab.is_unsaved, "the file is written")
    assert file.read_bytes() == script.encode()
    assert user.titles == ["a && b.sql"]
    user.trigger("file.open")
    await user.choose(file)
    await user.tabs(2)
    assert user.editor.script() == script
    assert user.titles == ["a && b.sql", "a && b.sql"]


async def test_a_tab_that_differs_from_its_file_asks_before_it_closes(user: User, tmp_path: Path) -> None:
    user.write("select 1")
    user.trigger("file.save")
    await user.choose(tmp_path / "one.sql")
    await until(lambda: not user.tab.is_unsaved, "the file is written")
    user.write("select 2")
    user.trigger("tab.close")
    await user.answer("question", "Cancel")
    assert user.window.tabs.count() == 1
    user.trigger("file.save")
    await until(lambda: not user.tab.is_unsaved, "the file is written again")
    assert (tmp_path / "one.sql").read_text() == "select 2"
    user.trigger("tab.close")
    await user.tabs(0)


async def test_a_file_keeps_its_encoding_and_line_ends(user: User, tmp_path: Path) -> None:
    file = tmp_path / "old.sql"
    file.write_bytes(b"select 'caf\xe9';\r\nselect 2;\r\n")
    user.trigger("file.open")
    await user.choose(file)
    await user.tabs(2)
    assert "old.sql was read as Windows-1252" in user.notice
    assert user.editor.script() == "select 'café';\nselect 2;\n"
    assert user.titles[-1] == "old.sql"
    user.editor.replace_range(0, 0, "-")
    assert user.titles[-1] == "old.sql *"
    user.trigger("file.save")
    await until(lambda: not user.tab.is_unsaved, "the file is written")
    assert file.read_bytes() == b"-select 'caf\xe9';\r\nselect 2;\r\n"


async def test_a_character_beyond_the_files_encoding_may_be_saved_in_utf8(user: User, tmp_path: Path) -> None:
    file = tmp_path / "old.sql"
    file.write_bytes(b"caf\xe9\r\n")
    user.trigger("file.open")
    await user.choose(file)
    await user.tabs(2)
    user.write("café 🐘\n")
    user.trigger("file.save")
    await user.answer("question", "Cancel")
    assert file.read_bytes() == b"caf\xe9\r\n"
    user.trigger("file.save")
    await user.answer("question", "Save in UTF-8")
    await until(lambda: not user.tab.is_unsaved, "the file is written")
    assert file.read_bytes() == "café 🐘\r\n".encode()


async def test_a_binary_is_not_opened(user: User, tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x7fELF\x00\x01")
    user.trigger("file.open")
    await user.choose(tmp_path / "program")
    await until(lambda: "program was not opened" in user.notice, "it is told")
    assert user.window.tabs.count() == 1


async def test_a_file_that_another_program_changed_is_not_overwritten_unasked(user: User, tmp_path: Path) -> None:
    file = tmp_path / "one.sql"
    user.write("select 1")
    user.trigger("file.save")
    await user.choose(file)
    await until(lambda: not user.tab.is_unsaved, "the file is written")
    file.write_text("select 'theirs'")
    user.write("select 2")
    user.trigger("file.save")
    await user.answer("question", "Cancel")
    assert file.read_text() == "select 'theirs'"
    assert user.tab.is_unsaved
    user.trigger("file.save")
    await user.answer("question", "Overwrite")
    await until(lambda: not user.tab.is_unsaved, "the file is written again")
    assert file.read_text() == "select 2"
    user.write("select 3")
    user.trigger("file.save")
    await until(lambda: not user.tab.is_unsaved, "the next time nobody asks")
    assert file.read_text() == "select 3"


async def test_saving_twice_at_once_asks_nothing(user: User, tmp_path: Path) -> None:
    user.write("select 1")
    user.trigger("file.save")
    await user.choose(tmp_path / "one.sql")
    await until(lambda: not user.tab.is_unsaved, "the file is written")
    user.write("select 2")
    user.trigger("file.save")
    user.trigger("file.save")
    await until(lambda: not user.tab.is_unsaved, "the file is written again")
    assert not user.dialogs()


async def test_a_file_that_cannot_be_written_is_told(user: User, tmp_path: Path) -> None:
    user.write("select 1")
    user.tab.file = ScriptFile(tmp_path / "missing" / "one.sql")
    user.trigger("file.save")
    await until(lambda: "one.sql could not be written" in user.notice, "the failure is told")
    assert user.tab.is_unsaved


async def test_copy_output_is_saved_byte_for_byte(user: User, tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    await user.run("copy (values (1, E'a\\tb'), (2, null), (3, E'\\\\N \N{GRINNING FACE}')) to stdout")
    user.trigger("result.save_copy")
    await user.choose(file)
    wanted = "1\ta\\tb\n2\t\\N\n3\t\\\\N \N{GRINNING FACE}\n".encode()
    await until(lambda: file.exists() and file.read_bytes() == wanted, "the file is written")


async def test_what_is_no_copy_output_can_not_be_saved_as_such(user: User) -> None:
    await user.run("select 1")
    assert not user.window.actions_by_id["result.save_copy"].isEnabled()
