"""What of a window is written down while it is open."""

import asyncio

import pytest
from pytestqt.qtbot import QtBot

from pgconsole import window_memory
from pgconsole.core.profile import Profile
from pgconsole.core.settings import WindowState
from pgconsole.ui.main_window import MainWindow
from pgconsole.window_memory import WindowMemory
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.waiting import until


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    window.may_close = True
    qtbot.addWidget(window)
    return window


@pytest.fixture
def store() -> SettingsFile:
    return SettingsFile()


async def test_what_changes_is_written_without_an_end(
    window: MainWindow, store: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_memory, "_LOOK_EVERY_S", 0.01)
    keeping = asyncio.create_task(WindowMemory(window, store, WindowState(), lambda: [Profile(id="p")]).keep())
    await until(lambda: store.read_window().last_connections == (Profile(id="p"),), "connections are written")
    window.zoom(3)
    await until(lambda: store.read_window().zoom_pt == 3, "the zoom is written")
    keeping.cancel()
    await asyncio.wait({keeping})


async def test_what_did_not_change_is_not_written_again(window: MainWindow, store: SettingsFile) -> None:
    memory = WindowMemory(window, store, WindowState(), list)
    await memory.save()
    store.window_path.unlink()
    await memory.save()
    assert not store.window_path.exists()


def test_text_comes_back_as_large_as_it_was(window: MainWindow, store: SettingsFile) -> None:
    usual = window.font_size_pt
    WindowMemory(window, store, WindowState(zoom_pt=2), list)
    assert window.font_size_pt == usual + 2
    window.zoom(0)
    assert window.font_size_pt == usual
