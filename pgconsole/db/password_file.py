"""Looks passwords up in `.pgpass`; writes nothing.

Source: PostgreSQL manual, "The Password File". One that others can read is left out, as libpq does, and this is told.
"""

import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

SOCKET_DIRECTORIES: Final = ("/var/run/postgresql", "/run/postgresql", "/tmp", "/private/tmp")
"""Where servers put their unix socket unless told otherwise; .pgpass writes `localhost` for these."""


class PasswordFile:
    """The entries of one password file, and why there are none where that is worth telling."""

    def __init__(self, path: Path) -> None:
        self.warning = _refusal(path)
        self._entries = () if self.warning else tuple(_read(path))

    def password(self, host: str, port: int, database: str, user: str) -> str:
        """The password of the first entry that fits, or an empty string."""
        place = "localhost" if not host or host in SOCKET_DIRECTORIES else host
        wanted = (place, str(port), database, user)
        for *fields, password in self._entries:
            if all(entry in (None, value) for entry, value in zip(fields, wanted, strict=True)):
                return password or ""
        return ""


def default_path(home: Path, environ: Mapping[str, str]) -> Path:
    """Where the password file is unless `passfile` or PGPASSFILE say otherwise."""
    if sys.platform == "win32":
        return Path(environ.get("APPDATA", str(home))) / "postgresql" / "pgpass.conf"
    return home / ".pgpass"


def _refusal(path: Path) -> str:
    """Why a file that is there is not read; empty where it is read, or is not there."""
    try:
        status = path.stat()
    except OSError:
        return ""
    if not stat.S_ISREG(status.st_mode):
        return f"The password file {path} is not used: it is no plain file."
    if sys.platform != "win32" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"The password file {path} is not used: others can read it. Run chmod 0600 on it."
    return ""


def _read(path: Path) -> Iterator[tuple[str | None, ...]]:
    """Host, port, database, user and password of each entry; None stands for `*`."""
    try:
        lines = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError:
        return
    for line in lines:
        fields = _fields(line.removesuffix("\r"))
        if len(fields) >= 5 and not line.startswith("#"):
            yield (*(None if raw == "*" else text for raw, text in fields[:4]), fields[4][1])


def _fields(line: str) -> list[tuple[str, str]]:
    """Each field as it stands and with its backslashes taken away; a colon ends one."""
    fields: list[tuple[str, str]] = []
    raw, text, at = "", "", 0
    while at < len(line):
        char = line[at]
        if char == ":":
            fields.append((raw, text))
            raw, text = "", ""
        else:
            if char == "\\" and at + 1 < len(line):
                at += 1
                raw += char
            raw += line[at]
            text += line[at]
        at += 1
    return [*fields, (raw, text)]
