"""Remembers in a file which channels each connection listened on, so that the next start takes them up again.

A connection is known by its profile, else by where it leads: one that is typed has a new profile each time.
"""

import asyncio
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from pgconsole.core.channels import Channel
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.notification_rules import Rule
from pgconsole.core.profile import Profile, without_secrets
from pgconsole.workers.private_files import locked, state_dir, write_private

KEPT: Final = 100
"""Connections beyond these are forgotten, the one changed longest ago first."""


class Remembered(Struct, frozen=True, kw_only=True):
    """What the notifications of one connection were like."""

    profile_id: str = ""
    server: dict[str, str] = {}
    """Keywords of libpq without secrets."""
    channels: tuple[Channel, ...] = ()
    direct: str = ""
    """The server's own address, where the connection goes by way of a pooler."""
    rules: tuple[Rule, ...] = ()


class ChannelMemory:
    """The file of one user; what can't be read is forgotten."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or state_dir() / "channels.json"

    async def load(self, profile: Profile) -> Remembered:
        """What is remembered of a connection; something empty where nothing is."""
        found = await asyncio.to_thread(self._read)
        server = without_secrets(profile.keywords)
        by_profile = [each for each in found if each.profile_id == profile.id]
        by_server = [each for each in found if each.server == server]
        return next(iter(by_profile + by_server), Remembered())

    async def save(self, profile: Profile, channels: tuple[Channel, ...], direct: str, rules: tuple[Rule, ...]) -> None:
        """Put it in place of what was remembered; raises `PgconsoleError` where the file can't be written."""
        server = without_secrets(profile.keywords)
        entry = Remembered(profile_id=profile.id, server=server, channels=channels, direct=direct, rules=rules)
        try:
            await asyncio.to_thread(self._put, entry)
        except OSError as error:
            raise PgconsoleError(f"{self.path} can't be written.", str(error), "Check the free disk space.") from error

    def _put(self, entry: Remembered) -> None:
        with locked(self.path.with_name(f".{self.path.name}.lock")):
            others = [each for each in self._read() if not _is_same(each, entry)]
            text = msgspec.json.format(msgspec.json.encode([entry, *others][:KEPT]), indent=1).decode()
            write_private(self.path, text + "\n")

    def _read(self) -> list[Remembered]:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=list[Remembered])
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return []


def _is_same(one: Remembered, other: Remembered) -> bool:
    return one.profile_id == other.profile_id or one.server == other.server
