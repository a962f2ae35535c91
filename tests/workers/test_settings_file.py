import asyncio
import os
from pathlib import Path

import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import ConnectionKind, Profile, RecentConnection
from pgconsole.core.settings import Settings, WindowState
from pgconsole.workers.settings_file import RECENT_KEPT, SettingsFile


@pytest.fixture
def files(tmp_path: Path) -> SettingsFile:
    (tmp_path / "config").mkdir()
    return SettingsFile(tmp_path / "config", tmp_path / "state")


def _kept(path: Path) -> list[str]:
    return [file.read_text() for file in sorted(path.parent.glob(path.name + ".kept-*"))]


def test_defaults_hold_where_there_is_no_file(files: SettingsFile) -> None:
    assert files.read_settings().value == Settings()
    assert files.read_settings().problems == ()
    assert files.read_profiles().value == ()
    assert files.read_window() == WindowState()
    assert files.read_recent() == ()


async def test_settings_come_back_as_they_were_saved(files: SettingsFile) -> None:
    changed = Settings(theme="dark", editor_font_pt=12.5, always_cursor=True)
    await files.save_settings(Settings(), changed)
    assert (await files.load_settings()).value == changed


async def test_saved_setting_explains_itself_in_the_file(files: SettingsFile) -> None:
    await files.save_settings(Settings(), Settings(theme="dark"))
    assert files.settings_path.read_text() == '# Theme. Light or dark, or as the system has it.\ntheme = "dark"\n'


async def test_setting_back_at_its_default_leaves_the_file(files: SettingsFile) -> None:
    await files.save_settings(Settings(), Settings(theme="dark"))
    await files.save_settings(Settings(theme="dark"), Settings())
    assert files.settings_path.read_text() == ""


async def test_two_consoles_do_not_undo_each_other(files: SettingsFile) -> None:
    await files.save_settings(Settings(), Settings(theme="dark"))
    await files.save_settings(Settings(), Settings(manual_commit=True))
    assert files.read_settings().value == Settings(theme="dark", manual_commit=True)


async def test_unknown_keys_and_comments_stay_and_are_told(files: SettingsFile) -> None:
    files.settings_path.write_text('# mine\nfuture = 3\ntheme = "dark" # at night\n')
    (problem,) = files.read_settings().problems
    assert (problem.line, "future" in problem.reason) == (2, True)
    await files.save_settings(Settings(theme="dark"), Settings(theme="light"))
    assert files.settings_path.read_text() == '# mine\nfuture = 3\ntheme = "light"  # at night\n'


async def test_wrong_value_is_told_with_its_line_and_left_alone(files: SettingsFile) -> None:
    files.settings_path.write_text('theme = "pink"\nread_ahead_rows = 500\n')
    loaded = files.read_settings()
    assert loaded.value == Settings(read_ahead_rows=500)
    assert str(loaded.problems[0]).startswith(f"{files.settings_path}, line 1: “theme”: Invalid enum value 'pink'")
    await files.save_settings(loaded.value, Settings(read_ahead_rows=600))
    assert 'theme = "pink"' in files.settings_path.read_text()


async def test_broken_settings_are_told_with_their_line_and_kept_aside(files: SettingsFile) -> None:
    broken = 'theme = "dark"\nread_ahead_rows == 3\n'
    files.settings_path.write_text(broken)
    loaded = files.read_settings()
    assert loaded.value == Settings()
    assert [problem.line for problem in loaded.problems] == [2]
    await files.save_settings(Settings(), Settings(theme="light"))
    assert files.read_settings().value == Settings(theme="light")
    assert _kept(files.settings_path) == [broken]


def test_file_that_is_not_text_is_told(files: SettingsFile) -> None:
    files.settings_path.write_bytes(b"theme = \xff")
    assert "not UTF-8" in files.read_settings().problems[0].reason


async def test_file_that_is_not_text_is_not_overwritten(files: SettingsFile) -> None:
    files.settings_path.write_bytes(b"theme = \xff")
    with pytest.raises(PgconsoleError, match="can't be written"):
        await files.save_settings(Settings(), Settings(theme="dark"))
    assert files.settings_path.read_bytes() == b"theme = \xff"


async def test_profiles_keep_their_order_through_changes(files: SettingsFile) -> None:
    first, second = Profile(id="1", name="one"), Profile(id="2", name="two", server={"port": 5433})
    await files.put_profile(first)
    await files.put_profile(second)
    renamed = Profile(id="1", name="uno", kind=ConnectionKind.TEST)
    await files.put_profile(renamed)
    assert (await files.load_profiles()).value == (renamed, second)
    await files.remove_profile("1")
    await files.remove_profile("gone already")
    assert files.read_profiles().value == (second,)


async def test_wrong_profile_and_unknown_keys_stay_in_the_file(files: SettingsFile) -> None:
    files.profiles_path.write_text(
        '# my servers\n\n[[profile]]\nid = "1"\nname = "bad"\nkind = "staging"\n\n'
        '[[profile]]\nid = "2"\nnote = "mine"\n'
    )
    loaded = files.read_profiles()
    assert [profile.id for profile in loaded.value] == ["2"]
    assert "profile “bad”: kind: Invalid enum value 'staging'" in str(loaded.problems[0])
    await files.put_profile(Profile(id="2", name="two"))
    text = files.profiles_path.read_text()
    assert text.startswith("# my servers\n\n[[profile]]")
    assert 'kind = "staging"' in text
    assert 'note = "mine"' in text


async def test_broken_profiles_are_kept_aside(files: SettingsFile) -> None:
    files.profiles_path.write_text("[[profile]\n")
    assert files.read_profiles().problems[0].line == 1
    await files.put_profile(Profile(id="1"))
    assert _kept(files.profiles_path) == ["[[profile]\n"]
    assert files.read_profiles().value == (Profile(id="1"),)


async def test_many_writers_lose_nothing(files: SettingsFile) -> None:
    others = [SettingsFile(files.profiles_path.parent, files.window_path.parent) for _ in range(4)]
    await asyncio.gather(*(other.put_profile(Profile(id=str(number))) for number, other in enumerate(others)))
    assert {profile.id for profile in files.read_profiles().value} == {"0", "1", "2", "3"}


async def test_window_comes_back_as_it_was_left(files: SettingsFile) -> None:
    state = WindowState(geometry="AbC=", splitter_px=(300, 500), last_connections=(Profile(id="p"),))
    await files.save_window(state)
    assert files.read_window() == state


async def test_unreadable_memory_is_forgotten(files: SettingsFile) -> None:
    await files.save_window(WindowState())
    files.window_path.write_text('{"splitter_px": "wide"}')
    assert files.read_window() == WindowState()


async def test_recent_connections_are_newest_first_once_each_and_bounded(files: SettingsFile) -> None:
    for number in range(RECENT_KEPT + 2):
        await files.remember_connection(RecentConnection(title=str(number), used_at=number, profile_id=str(number)))
    await files.remember_connection(RecentConnection(title="again", used_at=99, profile_id="5"))
    titles = [recent.title for recent in files.read_recent()]
    assert titles[:2] == ["again", "21"]
    assert "5" not in titles
    assert len(titles) == RECENT_KEPT
    await files.forget_connection(files.read_recent()[0])
    assert files.read_recent()[0].title == "21"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_folder_that_can_not_be_made_is_a_failure_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    files = SettingsFile(tmp_path / "file" / "config", tmp_path / "state")
    with pytest.raises(PgconsoleError) as raised:
        await files.save_settings(Settings(), Settings(theme="dark"))
    assert "settings.toml can't be written" in raised.value.what
    assert raised.value.remedy
