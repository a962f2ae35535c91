"""Saved and recent connections without their widgets: list, edit, test, save, remove, open.

Owns what is known of profiles and which passwords were typed in this run. Leaves files to `workers.settings_file`, the
keyring to `db.credentials`, and making a session or a pool to the functions that it is given.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import msgspec

from pgconsole.core.connection_state import Finding, failure_findings
from pgconsole.core.errors import AuthenticationFailed, HostKeyUnknown, PgconsoleError, SecretWanted
from pgconsole.core.pooler_signs import speaks_of_pooler
from pgconsole.core.profile import Profile, RecentConnection, new_profile_id, without_secrets
from pgconsole.db.credentials import Credentials
from pgconsole.db.known_hosts import add_known_host
from pgconsole.workers.login_secrets import LoginSecrets
from pgconsole.workers.settings_file import SettingsFile
from pgconsole.workers.task_scope import TaskScope

Diagnose = Callable[[Profile, str | None, Mapping[str, str]], AsyncGenerator[Finding]]
"""Tests a way to a server with a password and those of the SSH tunnel; raises `PgconsoleError` where it can't begin."""

OpenConnection = Callable[[Profile, str | None, Mapping[str, str]], Awaitable[None]]
"""Opens a connection in the window, by the same; raises `PgconsoleError`."""

_WRONG_PASSWORD = ("28P01", "")
"""What a new password may help against; any other refusal at the login is not about the password."""


@dataclass(frozen=True, slots=True)
class PasswordStorageReport:
    """Where the password of the connection in the form is, or would be."""

    keyring: str
    """The name of the keyring; empty where passwords can be kept for this run only."""
    why_not: str = ""
    has_password: bool = False
    """One is known already, and need not be typed."""


@dataclass(frozen=True, slots=True)
class EditedConnection:
    """What the form holds; an empty password stands for the one that is kept, if any."""

    profile: Profile
    password: str = field(default="", repr=False)


class ConnectionsView(Protocol):
    """What shows connections; every call returns at once."""

    def show_connections(self, profiles: Sequence[Profile], recent: Sequence[RecentConnection]) -> None:
        """Show what there is to choose from."""

    def show_form(self, profile: Profile) -> None:
        """Open the form with this profile in it."""

    def show_password_storage(self, storage: PasswordStorageReport) -> None:
        """Say in the open form where a password would be kept, and whether one is."""

    def show_test(self, running: bool, lines: Sequence[Finding]) -> None:
        """Show how the test of the edited connection goes, or went."""

    def show_saved(self, profile: Profile) -> None:
        """The edited profile is in its file: the form can go."""

    def show_save_failed(self, error: PgconsoleError) -> None:
        """The edited profile is not saved: the form stays, and says why."""

    def ask_secret(self, what: str, error: PgconsoleError, give: Callable[[str], None]) -> None:
        """Ask for the password of `what`, telling why; `give` takes it, and is not called where the user gives up."""

    def ask_host_key(self, error: HostKeyUnknown, trust: Callable[[], None]) -> None:
        """Ask whether an SSH server's key is to be trusted from now on."""

    def show_opening(self, is_opening: bool) -> None:
        """Say whether connections are being made, which `Connections.give_up` would end."""

    def offer_pgbouncer(self, profile: Profile, error: PgconsoleError) -> None:
        """Tell of a failure that the switch for PgBouncer would get past, and offer it."""

    def tell(self, text: str) -> None:
        """One sentence that is no failure."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""


class Connections:
    """The connections of one user, as one window sees them; intents come in as method calls, which return at once."""

    def __init__(
        self,
        view: ConnectionsView,
        store: SettingsFile,
        credentials: Credentials,
        diagnose: Diagnose,
        opens: OpenConnection,
    ) -> None:
        self._view = view
        self._store = store
        self._secrets = LoginSecrets(credentials, view.tell)
        self._diagnose = diagnose
        self._opens = opens
        self._scope = TaskScope("connections", view.report)
        self._test: asyncio.Task[None] | None = None
        self._opening: set[asyncio.Timeout] = set()
        self._profiles: tuple[Profile, ...] = ()
        self._recent: tuple[RecentConnection, ...] = ()

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The saved profiles in the order of their file."""
        return self._profiles

    @property
    def recent(self) -> tuple[RecentConnection, ...]:
        """The connections used lately, the newest first."""
        return self._recent

    def profile(self, profile_id: str) -> Profile | None:
        """A saved profile; None where it is gone."""
        return next((profile for profile in self._profiles if profile.id == profile_id), None)

    async def load(self) -> None:
        """Read the files anew, and show and tell what they hold."""
        loaded = await self._store.load_profiles()
        self._profiles = loaded.value
        self._recent = await asyncio.to_thread(self._store.read_recent)
        for problem in loaded.problems:
            self._view.tell(str(problem))
        self._view.show_connections(self._profiles, self._recent)

    # Editing

    def edit(self, profile: Profile | None = None) -> None:
        """Open the form with a profile, or with a new one; the keyring is asked meanwhile."""
        profile = profile or Profile(id=new_profile_id())
        self._view.show_form(profile)
        self._scope.start(self._tell_password_storage(profile), "ask the keyring")

    async def _tell_password_storage(self, profile: Profile) -> None:
        report = await self._secrets.backend_report()
        known = await self._secrets.password(profile) is not None
        name = report.name if report.usable else ""
        self._view.show_password_storage(PasswordStorageReport(name, report.why, known))

    # Testing

    def test(self, edited: EditedConnection) -> None:
        """Try what the form holds, without saving; a test that still runs is given up."""
        self.stop_test()
        self._view.show_test(True, ())
        self._test = self._scope.start(self._run_test(edited), "test")

    def stop_test(self) -> None:
        """Give up the running test: nothing of it is shown any more."""
        if self._test is not None:
            self._test.cancel()
            self._test = None

    async def _run_test(self, edited: EditedConnection) -> None:
        profile = edited.profile
        again = partial(self.test, edited)
        lines: list[Finding] = []
        try:
            password = edited.password or await self._secrets.password(profile)
            steps = self._diagnose(profile, password, await self._secrets.further(profile))
            async with aclosing(steps):
                async for finding in steps:
                    lines.append(finding)
                    self._view.show_test(True, lines)
        except PgconsoleError as error:
            lines += failure_findings(error)
            self._ask_what_is_missing(profile, error, again)
        self._view.show_test(False, lines)

    # Saving

    def save(self, edited: EditedConnection, *, then_open: bool = False) -> None:
        """Write the profile, keep the password where its profile says, and open the connection where that is asked."""
        self._scope.start(self._save(edited, then_open), "save")

    async def _save(self, edited: EditedConnection, then_open: bool) -> None:
        profile = edited.profile
        try:
            await self._store.put_profile(profile)
        except PgconsoleError as error:
            self._view.show_save_failed(error)
            return
        # A keyring may wait for its owner to unlock it; the form does not wait with it.
        self._scope.start(self._secrets.forget_where_not_wanted(profile), "forget the password")
        if edited.password:
            self._secrets.typed(profile, edited.password)
            if not then_open:
                self._scope.start(self._secrets.keep(profile), "keep the password")
        await self.load()
        self._view.show_saved(profile)
        if then_open:
            await self.connect(profile, edited.password or None)

    def remove(self, profile_id: str) -> None:
        """Take a profile and its secrets away; an open connection stays open."""
        self._scope.start(self._remove(profile_id), "remove")

    async def _remove(self, profile_id: str) -> None:
        profile = self.profile(profile_id) or Profile(id=profile_id)
        await self._store.remove_profile(profile_id)
        await self._store.forget_connection(RecentConnection(title="", used_at=0, profile_id=profile_id))
        await self.load()
        await self._secrets.forget(profile)

    def forget(self, recent: RecentConnection) -> None:
        """Take a connection out of the recent ones."""
        self._scope.start(self._forget(recent), "forget")

    async def _forget(self, recent: RecentConnection) -> None:
        await self._store.forget_connection(recent)
        await self.load()

    # Opening

    def knows(self, profile: Profile, password: str) -> None:
        """Take a password that nobody needs to type, as that of the local server."""
        self._secrets.typed(profile, password)

    def open(self, profile: Profile, password: str | None = None) -> None:
        """Open a connection, with the password typed in this run or kept where none is given."""
        self._scope.start(self.connect(profile, password), f"open {profile.id}")

    def open_recent(self, recent: RecentConnection) -> None:
        """Open a connection again; a profile that is gone meanwhile is told."""
        profile = self.profile(recent.profile_id) if recent.profile_id else unsaved_profile(recent.server)
        if profile is None:
            gone = f"The connection {recent.title} is no longer saved."
            self._view.report(PgconsoleError(gone, "Its profile was removed.", "Make it anew, or open another."))
            self.forget(recent)
            return
        self.open(profile)

    def open_keywords(self, keywords: Mapping[str, str]) -> None:
        """Open what a pasted connection string says, without saving it; its password serves this run only."""
        self.open(unsaved_profile(keywords), keywords.get("password") or None)

    async def connect(self, profile: Profile, password: str | None = None) -> None:
        """Open a connection as `open` does, and return when that has ended.

        What the user can help with is asked for, and the rest is raised.
        """
        if password:
            self._secrets.typed(profile, password)
        try:
            is_there = await self._open_unless_given_up(profile)
        except PgconsoleError as error:
            if not self._ask_what_is_missing(profile, error, partial(self.open, profile)):
                raise
            return
        if not is_there:
            self._view.tell(f"Connecting to {profile.title} was given up.")
            return
        # Only now is it known that they are the right ones.
        if self.profile(profile.id) is not None:
            self._scope.start(self._secrets.keep(profile), "keep the password")
        await self._remember(profile)

    async def _open_unless_given_up(self, profile: Profile) -> bool:
        """Open a connection, however long that takes; False where the user would not wait."""
        attempt = asyncio.timeout(None)
        self._opening.add(attempt)
        self._view.show_opening(True)
        try:
            async with attempt:
                await self._opens(profile, await self._secrets.password(profile), await self._secrets.further(profile))
        except TimeoutError:
            if not attempt.expired():
                raise
            return False
        finally:
            self._opening.discard(attempt)
            self._view.show_opening(bool(self._opening))
        return True

    def give_up(self) -> None:
        """End every attempt to open a connection that still goes on."""
        while self._opening:
            self._opening.pop().reschedule(asyncio.get_running_loop().time())

    def _ask_what_is_missing(self, profile: Profile, error: PgconsoleError, again: Callable[[], None]) -> bool:
        """Ask for what would get past a failure and then try again; False where the user can't help."""
        if isinstance(error, HostKeyUnknown):
            self._view.ask_host_key(error, partial(self._trust, error, again))
        elif isinstance(error, SecretWanted):
            self._secrets.wrong_further(profile, error.wanted)
            self._view.ask_secret(error.wanted, error, partial(self._give_further, profile, error.wanted, again))
        elif is_about_password(error) and not profile.password_command:
            self._secrets.wrong(profile)
            self._view.ask_secret(profile.title, error, partial(self._give, profile, again))
        elif speaks_of_pooler(error) and not profile.pgbouncer:
            self._view.offer_pgbouncer(profile, error)
        else:
            return False
        return True

    def ask_again(self, profile: Profile, error: PgconsoleError, use: Callable[[str], None]) -> None:
        """Ask for a password that ceased to be right while the connection was open; `use` takes the new one."""
        if is_about_password(error) and not profile.password_command:
            self._secrets.wrong(profile)
            self._view.ask_secret(profile.title, error, use)

    def _trust(self, error: HostKeyUnknown, again: Callable[[], None]) -> None:
        self._scope.start(self._add_known_host(error, again), "trust")

    async def _add_known_host(self, error: HostKeyUnknown, again: Callable[[], None]) -> None:
        await asyncio.to_thread(add_known_host, error.known_hosts_line)
        again()

    def _give(self, profile: Profile, again: Callable[[], None], password: str) -> None:
        self._secrets.typed(profile, password)
        again()

    def _give_further(self, profile: Profile, wanted: str, again: Callable[[], None], secret: str) -> None:
        self._secrets.typed_further(profile, wanted, secret)
        again()

    def switch_to_pgbouncer(self, profile: Profile) -> None:
        """Have a connection go by what PgBouncer in transaction mode takes, now and, where it is saved, from now on."""
        switched = msgspec.structs.replace(profile, pgbouncer=True)
        if self.profile(profile.id) is None:
            self.open(switched)
        else:
            self.save(EditedConnection(switched), then_open=True)

    async def _remember(self, profile: Profile) -> None:
        saved = self.profile(profile.id) is not None
        used = RecentConnection(
            title=profile.title,
            used_at=time.time(),
            profile_id=profile.id if saved else "",
            server={} if saved else profile.keywords,
        )
        await self._store.remember_connection(used)
        self._recent = await asyncio.to_thread(self._store.read_recent)
        self._view.show_connections(self._profiles, self._recent)

    async def aclose(self) -> None:
        """End what still runs."""
        await self._scope.aclose()


def unsaved_profile(keywords: Mapping[str, str]) -> Profile:
    """A profile of this run alone."""
    server: dict[str, str | int] = dict(without_secrets(dict(keywords)))
    return Profile(id=new_profile_id(), server=server)


def is_about_password(error: PgconsoleError) -> bool:
    """Whether the server refused the password, and not the role, the database or the way."""
    return isinstance(error, AuthenticationFailed) and error.sqlstate in _WRONG_PASSWORD
