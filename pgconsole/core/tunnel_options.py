"""The way to a server by SSH as a value: over which machines, and by which key. Never a secret.

How a tunnel is made is `db.ssh_tunnel`'s.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta, Struct

SSH_PORT: Final = 22
_HOST: Final = r"(?:\[(?P<v6>[^\]\s]+)\]|(?P<name>[^@\s:\[\]]+))"
_HOP: Final = re.compile(rf"(?:(?P<user>[^@\s]+)@)?{_HOST}(?::(?P<port>\d{{1,5}}))?")


@dataclass(frozen=True, slots=True)
class Hop:
    """One machine on the way."""

    host: str
    port: int = SSH_PORT
    user: str = ""
    """Empty stands for the system's user."""

    @property
    def account(self) -> str:
        """Whose password the machine may ask for."""
        return f"{self.user}@{self.host}" if self.user else self.host

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (f"{self.user}@" if self.user else "") + host + (f":{self.port}" if self.port != SSH_PORT else "")


class TunnelOptions(Struct, frozen=True, kw_only=True):
    """How a server is reached by SSH; without hops there is no tunnel."""

    hops: str = ""
    """As `ssh -J` takes them: `ann@gate, inner:2222`; the last one connects to the server."""
    key_file: str = ""
    """A private key; empty stands for the agent's keys and the usual ones below `~/.ssh`."""
    uses_agent: bool = True
    keep_alive_s: Annotated[float, Meta(ge=0, le=3600)] = 15.0
    """The tunnel asks so often whether the other end is there, and gives it up after three silences; 0 never asks."""

    def __bool__(self) -> bool:
        """Whether there is a tunnel at all."""
        return bool(self.hops.strip())


def parse_hops(text: str) -> tuple[Hop, ...]:
    """The machines in their order; raises `ValueError`, in words for the user, where one can't be read."""
    return tuple(_parse_hop(part.strip()) for part in text.split(",")) if text.strip() else ()


def _parse_hop(text: str) -> Hop:
    found = _HOP.fullmatch(text)
    port = int(found["port"] or SSH_PORT) if found else 0
    # A name with a dash at its head is an option to whoever hands it to a program.
    if found is None or not 1 <= port <= 65_535 or (found["name"] or "").startswith("-"):
        raise ValueError(f"“{text}” is no machine; write user@host:port, several with commas.")
    return Hop(found["v6"] or found["name"], port, found["user"] or "")
