"""Files that only their user may read: written whole or not at all, and locked against a second console.

Leaves what is in them to others. Everything here blocks, and belongs in a thread once the window lives.
"""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from platformdirs import user_config_path, user_state_path

from pgconsole.core.errors import PgconsoleError

_LOCK_POLL_S = 0.01


def config_dir() -> Path:
    """Where settings and profiles live; `XDG_CONFIG_HOME` holds on every system."""
    return _own_dir("XDG_CONFIG_HOME", user_config_path("pgconsole", appauthor=False))


def state_dir() -> Path:
    """Where drafts and the window's memory live; `XDG_STATE_HOME` holds on every system."""
    return _own_dir("XDG_STATE_HOME", user_state_path("pgconsole", appauthor=False))


def make_private_dir(path: Path) -> None:
    """See to a directory of mode 0700; those above it are made as the system likes and never changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Put the text in place of the file in one step: after a crash there is the old text or the new, whole.

    A file reached by a symbolic link is replaced where it lies. Raises `OSError`.
    """
    target = path.resolve()
    make_private_dir(path.parent)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def keep_aside(path: Path) -> Path:
    """Copy a file that is not understood beside itself under a name of its own, and say which."""
    content = path.read_bytes()
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        kept = path.with_name(f"{path.name}.kept-{stamp}" + (f"-{number}" if number > 1 else ""))
        try:
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return kept
    raise FileExistsError(f"too many copies of {path}")


@contextlib.contextmanager
def locked(path: Path, *, timeout_s: float = 5.0) -> Iterator[None]:
    """Hold a file's lock, which the system drops when its process dies; raises `PgconsoleError` past the time-out."""
    make_private_dir(path.parent)
    deadline = time.monotonic() + timeout_s
    while (held := take_lock(path)) is None:
        if time.monotonic() > deadline:
            raise PgconsoleError(
                f"{path.parent} is in use by another console.", "It has held the lock for seconds.", "Try again."
            )
        time.sleep(_LOCK_POLL_S)
    with held:
        yield


def take_lock(path: Path) -> IO[bytes] | None:
    """The open file whose lock is now ours until it is closed or the process dies; None where another holds it.

    The lock belongs to the open file, not the process: two windows of one process exclude each other too.
    """
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        _lock_whole(file)
    except OSError:
        file.close()
        return None
    return file


if sys.platform == "win32":
    import msvcrt

    def _lock_whole(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_whole(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _own_dir(variable: str, usual: Path) -> Path:
    said = os.environ.get(variable, "")
    return Path(said) / "pgconsole" if Path(said).is_absolute() else usual
