import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from pgconsole.connections import Connections, EditedConnection, PasswordStorageReport
from pgconsole.core.connection_state import Finding, failure_findings
from pgconsole.core.errors import (
    AuthenticationFailed,
    ConnectFailed,
    HostKeyUnknown,
    PgconsoleError,
    SecretWanted,
)
from pgconsole.core.profile import Profile, RecentConnection
from pgconsole.core.server_report import ServerReport
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.credentials import Credentials
from pgconsole.workers.settings_file import SettingsFile

_FACTS = Finding("ok", "PostgreSQL 18.1.", "Version")
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
        self.asked: list[tuple[str, Callable[[str], None]]] = []
        self.keys: list[tuple[str, Callable[[], None]]] = []
        self.offered: list[Profile] = []
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

    def ask_secret(self, what: str, error: PgconsoleError, give: Callable[[str], None]) -> None:
        self.asked.append((what, give))
        self._came.set()

    def ask_host_key(self, error: HostKeyUnknown, trust: Callable[[], None]) -> None:
        self.keys.append((error.fingerprint, trust))
        self._came.set()

    def offer_pgbouncer(self, profile: Profile, error: PgconsoleError) -> None:
        self.offered.append(profile)
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
        self.failures: list[PgconsoleError] = []
        self.further_secrets: list[dict[str, str]] = []

    def _admit(self, password: str | None) -> None:
        if self.password is not None and password != self.password:
            raise AuthenticationFailed("The password was not accepted.", "", "Type it again.")

    async def diagnose(
        self, profile: Profile, password: str | None, secrets: Mapping[str, str]
    ) -> AsyncGenerator[Finding]:
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        self._admit(password)
        yield _FACTS

    async def open(self, profile: Profile, password: str | None, secrets: Mapping[str, str]) -> None:
        self.further_secrets.append(dict(secrets))
        if self.failures:
            raise self.failures.pop(0)
        self._admit(password)
        self.opened.append((profile.title, password))


class _Rig:
    def __init__(self, folder: Path) -> None:
        self.view, self.keyring, self.server = _View(), _Keyring(), _Server()
        self.files = SettingsFile(folder / "config", folder / "state")
        self.has_keyring = True
        self.credentials = Credentials(lambda: self.keyring if self.has_keyring else None)
        self.connections = Connections(self.view, self.files, self.credentials, self.server.diagnose, self.server.open)

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
    assert rig.view.told[0].startswith("Passwords are kept for this run only. ")
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
    await rig.view.until("tests", 3)
    assert rig.view.tests == [(True, ()), (True, (_FACTS,)), (False, (_FACTS,))]


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
    await rig.view.until("tests", 3)
    assert rig.view.tests[2][1][0].level == "ok"


async def test_newer_test_drops_the_older_one(rig: _Rig) -> None:
    rig.server.gate.clear()
    rig.connections.test(EditedConnection(_SHOP, "first"))
    await asyncio.sleep(0)
    rig.connections.test(EditedConnection(_SHOP, "second"))
    rig.server.gate.set()
    await rig.view.until("tests", 4)
    assert [running for running, _ in rig.view.tests] == [True, True, True, False]


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
    assert rig.view.asked[0][0] == "Shop"
    rig.view.asked[0][1]("s3cret")
    await rig.view.until("recent")
    rig.connections.open(_SHOP)
    await rig.until(lambda: len(rig.server.opened) == 2)


async def test_failure_to_open_goes_the_one_road(rig: _Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.view.told.append("expected")

    async def refuse(_profile: Profile, _password: str | None, _secrets: Mapping[str, str]) -> None:
        raise ConnectFailed("Nobody listens there.")

    refusing = Connections(rig.view, rig.files, rig.credentials, rig.server.diagnose, refuse)
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


def test_password_is_in_no_repr() -> None:
    assert "s3cret" not in repr(EditedConnection(_SHOP, "s3cret"))


def test_server_s_own_words_are_told_once() -> None:
    error = ConnectFailed("No.", "Because.", "Try.", report=ServerReport(message="role is not permitted"))
    assert [line.text for line in failure_findings(error)] == ["No.", "Because.", "role is not permitted", "Try."]


async def _saved(rig: _Rig, profile: Profile = _SHOP) -> None:
    rig.connections.save(EditedConnection(profile))
    await rig.view.until("saved")


async def test_wrong_password_asks_again_without_a_loop_and_leaves_the_keyring_as_it_was(rig: _Rig) -> None:
    rig.keyring.kept["shop"] = "older"
    rig.server.password = "s3cret"
    await _saved(rig)
    rig.connections.open(_SHOP)
    await rig.view.until("asked")
    rig.view.asked[0][1]("wrong")
    await rig.view.until("asked", 2)
    assert rig.keyring.kept == {"shop": "older"}
    assert rig.server.opened == []
    rig.view.asked[1][1]("s3cret")
    await rig.until(lambda: rig.keyring.kept == {"shop": "s3cret"})
    assert len(rig.server.further_secrets) == 3


async def test_password_typed_with_save_and_connect_is_kept_once_the_server_has_taken_it(rig: _Rig) -> None:
    rig.server.password = "s3cret"
    rig.connections.save(EditedConnection(_SHOP, "wrong"), then_open=True)
    await rig.view.until("asked")
    assert rig.keyring.kept == {}


async def test_refused_role_is_told_and_no_password_is_asked_for(rig: _Rig) -> None:
    rig.view.told.append("expected")
    report = ServerReport(message="no pg_hba.conf entry", sqlstate="28000", severity="FATAL")
    rig.server.failures.append(AuthenticationFailed("The server does not let this role in.", report=report))
    rig.connections.open(_SHOP)
    await rig.view.until("reported")
    assert rig.view.asked == []


async def test_password_of_a_command_is_never_asked_for(rig: _Rig) -> None:
    rig.view.told.append("expected")
    rig.keyring.kept["shop"] = "in the keyring"
    rig.server.password = "s3cret"
    rig.connections.open(Profile(id="shop", server={"host": "h"}, password_command=("vault", "read")))
    await rig.view.until("reported")
    assert rig.view.asked == []


async def test_unknown_ssh_server_is_asked_about_and_then_known(rig: _Rig, home: Path) -> None:
    rig.server.failures.append(HostKeyUnknown("gate", "ed25519", "SHA256:abc", "gate ssh-ed25519 AAAA"))
    rig.connections.open(_SHOP)
    await rig.view.until("keys")
    assert rig.view.keys[0][0] == "SHA256:abc"
    assert not (home / ".ssh").exists()
    rig.view.keys[0][1]()
    await rig.view.until("recent")
    assert (home / ".ssh" / "known_hosts").read_text() == "gate ssh-ed25519 AAAA\n"


async def test_password_of_the_tunnel_is_asked_for_by_what_it_is_for_and_kept_when_right(rig: _Rig) -> None:
    shop = msgspec.structs.replace(_SHOP, tunnel=TunnelOptions(hops="ann@gate", key_file="k"))
    await _saved(rig, shop)
    rig.server.failures.append(SecretWanted("the key k", "It is encrypted."))
    rig.connections.open(shop)
    await rig.view.until("asked")
    assert rig.view.asked[0][0] == "the key k"
    rig.view.asked[0][1]("s3cret")
    await rig.view.until("recent")
    assert rig.server.further_secrets[-1] == {"the key k": "s3cret"}
    await rig.until(lambda: rig.keyring.kept == {"shop the key k": "s3cret"})
    rig.connections.remove("shop")
    await rig.until(lambda: not rig.keyring.kept)


async def test_test_that_lacks_something_goes_on_when_it_is_given(rig: _Rig) -> None:
    rig.server.failures.append(SecretWanted("gate", "It wants one."))
    rig.connections.test(EditedConnection(_SHOP))
    await rig.view.until("asked")
    rig.view.asked[0][1]("s3cret")
    await rig.until(lambda: rig.view.tests[-1] == (False, (_FACTS,)))


async def test_pooler_s_error_brings_the_offer_and_the_switch_is_saved(rig: _Rig) -> None:
    report = ServerReport(message="unsupported startup parameter: lock_timeout", sqlstate="08P01", severity="FATAL")
    await _saved(rig)
    rig.server.failures.append(ConnectFailed("Connecting failed.", report=report))
    rig.connections.open(_SHOP)
    await rig.view.until("offered")
    rig.connections.switch_to_pgbouncer(rig.view.offered[0])
    await rig.until(lambda: len(rig.server.opened) == 1)
    assert rig.connections.profiles[0].pgbouncer is True


async def test_password_that_ended_while_the_connection_is_open_is_asked_for(rig: _Rig) -> None:
    given: list[str] = []
    rig.connections.ask_again(_SHOP, AuthenticationFailed("The password was not accepted."), given.append)
    rig.connections.ask_again(_SHOP, ConnectFailed("Nobody listens there."), given.append)
    assert len(rig.view.asked) == 1
    rig.view.asked[0][1]("s3cret")
    assert given == ["s3cret"]
