"""Puts the lists of hosts, addresses and ports together into the places to try, each with its password.

Source: PostgreSQL manual, "Specifying Multiple Hosts".
"""

from collections.abc import Mapping
from itertools import repeat
from pathlib import Path

from pgconsole.core.connection_target import DEFAULT_PORT, Host
from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.password_file import SOCKET_DIRECTORIES, PasswordFile


def read_hosts(
    keywords: Mapping[str, str], database: str, user: str, passwords: PasswordFile | None
) -> tuple[Host, ...]:
    """The places in their order; raises InvalidConninfo where the lists do not go together."""
    names, addresses = _listed(keywords, "host"), _listed(keywords, "hostaddr")
    if names and addresses and len(names) != len(addresses):
        raise InvalidConninfo(
            f"{len(names)} hosts and {len(addresses)} addresses do not go together.",
            "host and hostaddr are lists of the same places.",
            "Give as many addresses as hosts, or leave hostaddr out.",
        )
    count = max(len(names), len(addresses), 1)
    names, addresses = names or [""] * count, addresses or [""] * count
    ports = _ports(keywords, count)
    hosts: list[Host] = []
    for name, address, port in zip(names, addresses, ports, strict=True):
        if name.startswith("@"):
            raise InvalidConninfo(
                f"host={name} can't be used.", "Abstract sockets are not supported.", "Use a directory."
            )
        place = name or address or _default_place(port)
        password = passwords.password(name or address, port, database, user) if passwords is not None else ""
        hosts.append(Host(place, port, address, password))
    return tuple(hosts)


def _listed(keywords: Mapping[str, str], name: str) -> list[str]:
    """The entries of a list; none where it is empty as a whole, for an empty entry stands for the default."""
    text = keywords.get(name, "")
    return [entry.strip() for entry in text.split(",")] if text else []


def _ports(keywords: Mapping[str, str], count: int) -> list[int]:
    texts = _listed(keywords, "port")
    if len(texts) > 1 and len(texts) != count:
        raise InvalidConninfo(
            f"{len(texts)} ports and {count} hosts do not go together.", "", "Give one port, or one for each host."
        )
    ports = [_port(text) for text in texts]
    return ports if len(ports) > 1 else list(repeat(ports[0] if ports else DEFAULT_PORT, count))


def _port(text: str) -> int:
    if not text:
        return DEFAULT_PORT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise InvalidConninfo(f"port={text} is no port.", "", "Give a number from 1 to 65535.")
    return int(text)


def _default_place(port: int) -> str:
    """The directory in which a server's unix socket is, else this machine by TCP."""
    for directory in SOCKET_DIRECTORIES:
        if Path(directory, f".s.PGSQL.{port}").exists():
            return directory
    return "localhost"
