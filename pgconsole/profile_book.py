"""The list of saved connections without its widgets: copy, order, exchange with others. Opening is `connections`'."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import Profile, new_profile_id
from pgconsole.core.profile_groups import moved
from pgconsole.core.wording import plural
from pgconsole.db.service_file import service_names
from pgconsole.workers.profile_exchange import export_profiles, import_profiles
from pgconsole.workers.settings_file import SettingsFile
from pgconsole.workers.task_scope import TaskScope


class BookView(Protocol):
    """What shows the list; every call returns at once."""

    def show_services(self, names: Sequence[str]) -> None:
        """Offer the services of the service file that are no connections yet."""

    def select(self, profile_id: str) -> None:
        """Make a profile the current one of the list."""

    def tell(self, text: str) -> None:
        """One sentence that is no failure."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""


class ProfileBook:
    """Changes the saved profiles; `reload` has them read and shown anew, and `profiles` are those that are shown."""

    def __init__(
        self,
        view: BookView,
        store: SettingsFile,
        profiles: Callable[[], tuple[Profile, ...]],
        reload: Callable[[], Awaitable[None]],
    ) -> None:
        self._view = view
        self._store = store
        self._profiles = profiles
        self._reload = reload
        self._scope = TaskScope("connection list", view.report)

    def look_for_services(self) -> None:
        """Read the service files, and show what they name."""
        self._scope.start(self._look_for_services(), "services")

    async def _look_for_services(self) -> None:
        names = await asyncio.to_thread(service_names, os.environ, Path.home())
        known = {profile.keyword("service") for profile in self._profiles()}
        self._view.show_services([name for name in names if name not in known])

    def add_service(self, name: str) -> None:
        """Save a connection that follows a service of the service file."""
        self._scope.start(self._add([Profile(id=new_profile_id(), name=name, server={"service": name})]), "add service")

    def duplicate(self, profile_id: str) -> None:
        """Save a copy of a profile; its secrets do not come along."""
        found = [copy_of(profile) for profile in self._profiles() if profile.id == profile_id]
        self._scope.start(self._add(found), "duplicate")

    async def _add(self, profiles: Sequence[Profile]) -> None:
        for profile in profiles:
            await self._store.put_profile(profile)
        await self._reload()
        if profiles:
            self._view.select(profiles[-1].id)
        await self._look_for_services()

    def move(self, profile_id: str, by: int) -> None:
        """Move a profile up or down among those of its group."""
        self._scope.start(self._move(profile_id, by), "move")

    async def _move(self, profile_id: str, by: int) -> None:
        await self._store.order_profiles(moved(self._profiles(), profile_id, by))
        await self._reload()
        self._view.select(profile_id)

    def export_to(self, path: Path) -> None:
        """Write every saved profile to a file, without secrets."""
        self._scope.start(self._export(path), "export")

    async def _export(self, path: Path) -> None:
        profiles = self._profiles()
        await asyncio.to_thread(export_profiles, path, profiles)
        self._view.tell(f"{plural(len(profiles), 'connection')} written to {path}, without passwords.")

    def import_from(self, path: Path) -> None:
        """Save what a file of connections, or a service file, holds; what is there already is left alone."""
        self._scope.start(self._import(path), "import")

    async def _import(self, path: Path) -> None:
        found = await asyncio.to_thread(import_profiles, path)
        known = {_identity(profile) for profile in self._profiles()}
        new = [profile for profile in found.profiles if _identity(profile) not in known]
        await self._add(new)
        there = len(found.profiles) - len(new)
        told = [f"{plural(len(new), 'connection')} added from {path.name}."]
        told += [f"{there:,} were there already."] if there else []
        self._view.tell(" ".join([*told, *found.problems]))

    async def aclose(self) -> None:
        """End what still runs."""
        await self._scope.aclose()


def copy_of(profile: Profile) -> Profile:
    """A profile like this one under an id and a name of its own."""
    return msgspec.structs.replace(profile, id=new_profile_id(), name=f"{profile.title} (copy)")


def _identity(profile: Profile) -> tuple[str, str, tuple[tuple[str, str], ...], str]:
    """By what two profiles are the same to a person."""
    return profile.name, profile.group, tuple(sorted(profile.keywords.items())), profile.tunnel.hops
