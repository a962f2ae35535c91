"""Saved connections of a kind, for windows whose guards depend on it."""

from collections.abc import Awaitable, Callable

import pytest

from pgconsole.core.profile import ConnectionKind, Profile, SessionOptions
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

OpenProfile = Callable[..., Awaitable[User]]


@pytest.fixture
async def open_profile(windows: Windows, database_dsn: str, monkeypatch: pytest.MonkeyPatch) -> OpenProfile:
    """Opens a window on a saved connection to the test's database."""

    async def open_it(kind: ConnectionKind = ConnectionKind.DEVELOPMENT, *, read_only: bool = False) -> User:
        keywords = dict(parse_keywords(database_dsn))
        monkeypatch.setenv("PGPASSWORD", keywords.pop("password"))
        profile = Profile(
            id="saved",
            name="shop <b>live</b>",
            kind=kind,
            server=dict(keywords),
            session=SessionOptions(read_only=read_only),
        )
        await SettingsFile().put_profile(profile)
        user = await windows.open()
        user.window.start_page.profile_chosen.emit(profile)
        await until(lambda: user.window.tabs.count() == 1 and user.tab.state.connected, "it is connected")
        return user

    return open_it
