import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from pgconsole.connections import Connections, EditedConnection, PasswordStorageReport, duplicate, failure_findings
from pgconsole.core.connection_state import Finding, ServerFacts
from pgconsole.core.errors import AuthenticationFailed, ConnectFailed, PgconsoleError
from pgconsole.core.profile import Profile, RecentConnection
from pgconsole.core.server_report import ServerReport
from pgconsole.db.credentials import Credentials
from pgconsole.workers.settings_file import SettingsFile

_FACTS = ServerFacts("18.1", "anna", "shop", 0.4, 12, "local")
_SHOP = Profile(id="shop", name="Shop", server={"host": "h"}, password_storage="keyring")


class _View:
    """Notes what it is told, and says when something came."""

    def __init__(self) -> None:
        self.profiles: tuple[Profile, ...] = ()
        self.recent: tuple[RecentConnection, ...] = ()
        self.forms: list[Profile] = []
        self.storage: list[PasswordStorageReport] = []
        self.tests: list[tuple[bool, tuple[Finding, ...]]] = []
        self.saved: list[Profile] = []
        self.failed: list[PgconsoleError] = []
        self.asked: list[Profile] = []
        self.told: list[str] = []
        self.reported: list[PgconsoleError] = []
        self._came = asyncio.Event()

    def show_connections(self, profiles: Sequence[Profile], recent: Sequence[RecentConnection]) -> None:
        self.profiles, self.recent = tuple(profiles), tuple(recent)
        self._came.set()

    def show_form(self, profile: Profile) -> None:
        self.forms.append(profile)

    def show_password_storage(self, storage: PasswordStorageReport) -> None:
        self.storage.append(storage)
        self._came.set()

    def show_test(self, running: bool, lines: Sequence[Finding]) -> None:
        self.tests.append((running, tuple(lines)))
        self._came.set()

    def show_saved(self, profile: Profile) -> None:
        self.saved.append(profile)
        self._came.set()

    def show_save_failed(self, error: PgconsoleError) -> None:
        self.failed.append(error)
        self._came.set()

    def ask_password(self, profile: Profile, error: PgconsoleError) -> None:
        self.asked.append(profile)
        self._came.set()

    def tell(self, text: str) -> None:
        self.told.append(text)
        self._came.set()

    def report(self, error: PgconsoleError) -> None:
        self.reported.append(error)
        self._came.set()

    async def until(self, what: str, count: int = 1) -> None:
        async with asyncio.timeout(5):
            while len(getattr(self, what)) < count:
                self._came.clear()
                await self._came.wait()


class _Keyring:
    """A backend as keyring's own are, but for where it keeps things."""

    name = "a test's keyring"

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, key: str) -> str | None:
        return self.kept.get(key)

    def set_password(self, service: str, key: str, password: str) -> None:
        self.kept[key] = password

    def delete_password(self, service: str, key: str) -> None:
        del self.kept[key]


class _Server:
    """Takes one password; a gate holds probes up."""

    def __init__(self) -> None:
        self.password: str | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.opened: list[tuple[str, str | None]] = []

    def _admit(self, password: str | None) -> None:
        if self.password is not None and password != self.password:
            raise AuthenticationFailed("The password was not accepted.", "", "Type it again.")

    async def probe(self, profile: Profile, password: str | None) -> ServerFacts:
        await self.gate.wait()
        self._admit(password)
        return _FACTS

    async def open(self, profile: Profile, password: str | None) -> None:
        self._admit(password)
        self.opened.append((profile.title, password))


class _Rig:
    def __init__(self, folder: Path) -> None:
        self.view, self.keyring, self.server = _View(), _Keyring(), _Server()
        self.files = SettingsFile(folder / "config", folder / "state")
        self.has_keyring = True
        self.credentials = Credentials(lambda: self.keyring if self.has_keyring else None)
        self.connections = Connections(self.view, self.files, self.credentials, self.server.probe, self.server.open)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what the view is not told of."""
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.001)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[_Rig]:
    # A loop of an earlier test, collected while a thread runs, would stop its timers from there.
    gc.collect()
    rig = _Rig(tmp_path)
    yield rig
    await rig.connections.aclose()
    if "expected" not in rig.view.told:
        for error in rig.view.reported:
            raise error


async def test_saved_connection_is_listed_and_the_form_may_go(rig: _Rig) -> None:
    rig.connections.save(EditedConnection(_SHOP, "s3cret"))
    await rig.view.until("saved")
    assert rig.view.profiles == rig.connections.profiles == (_SHOP,)
    await rig.until(lambda: rig.keyring.kept == {"shop": "s3cret"})
    assert "s3cret" not in rig.files.profiles_path.read_text()


async def test_password_that_is_not_to_be_kept_serves_this_run_and_leaves_the_keyring(rig: _Rig) -> None:
    rig.keyring.kept["shop"] = "older"
    asked = Profile(id="shop", name="Shop", password_storage="ask")
    rig.connections.save(EditedConnection(asked, "s3cret"))
    await rig.view.until("saved")
    await rig.until(lambda: not rig.keyring.kept)
    rig.connections.open(asked)
    await rig.view.until("recent")
    assert rig.server.opened == [("Shop", "s3cret")]


async def test_without_a_keyring_the_password_is_said_to_serve_this_run_only(rig: _Rig) -> None:
    rig.has_keyring = False
    rig.connections.edit(_SHOP)
    await rig.view.until("storage")
    assert rig.view.forms == [_SHOP]
    assert rig.view.storage[0].keyring == ""
    assert rig.view.storage[0].why_not
    rig.connections.save(EditedConnection(_SHOP, "s3cret"), then_open=True)
    await rig.view.until("recent")
    await rig.view.until("told")
    assert rig.view.told[0].startswith("The password is kept for this run only. ")
    assert rig.server.opened == [("Shop", "s3cret")]


async def test_form_hears_of_the_keyring_and_of_a_password_in_it(rig: _Rig) -> None:
    rig.keyring.kept["shop"] = "s3cret"
    rig.connections.edit(_SHOP)
    rig.connections.edit()
    await rig.view.until("storage", 2)
    new = rig.view.forms[1]
    assert (new.server, len(new.id)) == ({}, 16)
    assert {told.keyring for told in rig.view.storage} == {"a test's keyring"}
    assert {told.has_password for told in rig.view.storage} == {True, False}


async def test_failed_save_keeps_the_form(rig: _Rig) -> None:
    rig.files.profiles_path.parent.write_text("a file where a folder should be")
    rig.connections.save(EditedConnection(_SHOP), then_open=True)
    await rig.view.until("failed")
    assert rig.view.saved == []
    assert rig.server.opened == []


async def test_test_tells_what_it_found(rig: _Rig) -> None:
    rig.connections.test(EditedConnection(_SHOP))
    await rig.view.until("tests", 2)
    assert rig.view.tests[0] == (True, ())
    assert rig.view.tests[1][1][0].text.startswith("PostgreSQL 18.1")


async def test_failed_test_tells_what_why_and_what_to_do(rig: _Rig) -> None:
    rig.server.password = "s3cret"
    rig.connections.test(EditedConnection(_SHOP, "wrong"))
    await rig.view.until("tests", 2)
    assert rig.view.tests[1] == (
        False,
        (Finding("failed", "The password was not accepted."), Finding("hint", "Type it again.")),
    )


async def test_test_uses_the_kept_password_where_none_is_typed(rig: _Rig) -> None:
    rig.server.password = rig.keyring.kept["shop"] = "s3cret"
    rig.connections.test(EditedConnection(_SHOP))
    await rig.view.until("tests", 2)
    assert rig.view.tests[1][1][0].level == "ok"


async def test_newer_test_drops_the_older_one(rig: _Rig) -> None:
    rig.server.gate.clear()
    rig.connections.test(EditedConnection(_SHOP, "first"))
    await asyncio.sleep(0)
    rig.connections.test(EditedConnection(_SHOP, "second"))
    rig.server.gate.set()
    await rig.view.until("tests", 3)
    assert [running for running, _ in rig.view.tests] == [True, True, False]


async def test_opened_connection_is_recent_by_its_profile(rig: _Rig) -> None:
    rig.connections.save(EditedConnection(_SHOP), then_open=True)
    await rig.view.until("recent")
    assert [(used.title, used.profile_id) for used in rig.view.recent] == [("Shop", "shop")]
    rig.connections.open_recent(rig.view.recent[0])
    await rig.until(lambda: len(rig.server.opened) == 2)


async def test_pasted_connection_is_recent_without_its_password(rig: _Rig) -> None:
    rig.connections.open_keywords({"host": "h", "dbname": "d", "password": "s3cret"})
    await rig.view.until("recent")
    assert rig.server.opened == [("d @ h", "s3cret")]
    assert rig.view.recent[0].server == {"host": "h", "dbname": "d"}
    assert "s3cret" not in rig.files.recent_path.read_text()


async def test_wanted_password_is_asked_for_and_then_known_for_this_run(rig: _Rig) -> None:
    rig.server.password = "s3cret"
    rig.connections.open(_SHOP)
    await rig.view.until("asked")
    assert rig.view.recent == ()
    rig.connections.open(_SHOP, "s3cret")
    await rig.view.until("recent")
    rig.connections.open(_SHOP)
    await rig.until(lambda: len(rig.server.opened) == 2)


async def test_failure_to_open_goes_the_one_road(rig: _Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.view.told.append("expected")

    async def refuse(_profile: Profile, _password: str | None) -> None:
        raise ConnectFailed("Nobody listens there.")

    refusing = Connections(rig.view, rig.files, rig.credentials, rig.server.probe, refuse)
    refusing.open(_SHOP)
    await rig.view.until("reported")
    assert rig.view.reported[0].what == "Nobody listens there."
    await refusing.aclose()


async def test_recent_connection_whose_profile_is_gone_is_told_and_forgotten(rig: _Rig) -> None:
    rig.view.told.append("expected")
    gone = RecentConnection(title="Shop", used_at=1, profile_id="shop")
    await rig.files.remember_connection(gone)
    await rig.connections.load()
    assert rig.view.recent == (gone,)
    rig.connections.open_recent(gone)
    await rig.until(lambda: not rig.view.recent)
    assert "no longer saved" in rig.view.reported[0].what


async def test_removed_connection_is_gone_with_its_password(rig: _Rig) -> None:
    rig.connections.save(EditedConnection(_SHOP, "s3cret"), then_open=True)
    await rig.view.until("recent")
    await rig.until(lambda: bool(rig.keyring.kept))
    rig.connections.remove("shop")
    await rig.until(lambda: not rig.keyring.kept)
    assert rig.view.profiles == ()
    assert rig.view.recent == ()


async def test_what_is_wrong_in_the_file_is_told(rig: _Rig) -> None:
    rig.files.profiles_path.parent.mkdir(parents=True)
    rig.files.profiles_path.write_text("[[profile]\n")
    await rig.connections.load()
    assert "profiles.toml, line 1: " in rig.view.told[0]


def test_copy_has_an_id_and_a_name_of_its_own() -> None:
    copy = duplicate(_SHOP)
    assert copy.id != _SHOP.id
    assert (copy.name, copy.server) == ("Shop (copy)", _SHOP.server)


def test_password_is_in_no_repr() -> None:
    assert "s3cret" not in repr(EditedConnection(_SHOP, "s3cret"))


def test_server_s_own_words_are_told_once() -> None:
    error = ConnectFailed("No.", "Because.", "Try.", report=ServerReport(message="role is not permitted"))
    assert [line.text for line in failure_findings(error)] == ["No.", "Because.", "role is not permitted", "Try."]
