"""The SSH servers whose keys somebody vouched for: `~/.ssh/known_hosts`, which ssh itself reads and writes.

A key is added only at the user's word. What a key has to match is `ssh_client`'s.
"""

import os
from pathlib import Path

from pgconsole.core.errors import FileError


def known_hosts_file(home: Path | None = None) -> Path:
    """The user's list; it need not exist."""
    return (home or Path.home()) / ".ssh" / "known_hosts"


def add_known_host(line: str, path: Path | None = None) -> None:
    """Append a line, and see to the permissions that ssh asks for; blocks. Raises `FileError`."""
    path = path or known_hosts_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
        gap = b"" if not before or before.endswith(b"\n") else b"\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(gap + line.encode() + b"\n")
    except OSError as error:
        raise FileError(
            f"{path} can't be written.", f"{error.strerror}.", "Check its permissions, and connect again."
        ) from error


def host_pattern(host: str, port: int) -> str:
    """How the list names a server: by its port too where that is not the usual one."""
    return host if port == 22 else f"[{host}]:{port}"
