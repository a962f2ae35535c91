"""Runs the program that prints a profile's password: for tokens of clouds, and vaults.

The program is started by its argument list, never by a shell, with nothing to read and no password of ours around it.
What it prints is nobody's but the login's: no error repeats it.
"""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pgconsole.core.errors import ConnectFailed

MAX_PASSWORD_BYTES: Final = 64 * 1024
"""Tokens of clouds have some 2 kB; a program that prints without end is ended here."""

_HIDDEN_VARIABLES: Final = ("PGPASSWORD", "PGSSLPASSWORD")


@dataclass(frozen=True, slots=True)
class _Printed:
    """What the program gave; the loop writes what threads return to its debug log, and so its repr says nothing."""

    text: bytes = field(repr=False)
    status: int


class _Run:
    """One run of the program, which any thread may end."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._argv = list(argv)
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._lock = threading.Lock()

    def end(self) -> None:
        """Kill the program and what it started; before its start, keep it from starting."""
        with self._lock:
            self._ended = True
            if self._process is None or self._process.poll() is not None:
                return
            with suppress(OSError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, 9)

    def __call__(self) -> _Printed:
        """What the program prints, cut where it is too much, and its status; blocks. Raises `OSError`."""
        with self._lock:
            if self._ended:
                return _Printed(b"", -9)
            self._process = subprocess.Popen(
                [str(Path(self._argv[0]).expanduser()), *self._argv[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: text for name, text in os.environ.items() if name not in _HIDDEN_VARIABLES},
                # A group of its own: what the program started goes with it.
                start_new_session=True,
            )
        assert self._process.stdout is not None
        try:
            printed = self._process.stdout.read(MAX_PASSWORD_BYTES + 1)
            if len(printed) > MAX_PASSWORD_BYTES:
                self.end()
        finally:
            self._process.stdout.close()
            status = self._process.wait()
        return _Printed(printed, status)


async def run_password_command(argv: Sequence[str], timeout_s: float) -> str:
    """The first line that the program prints; raises `ConnectFailed`, which names the program and not its words."""
    program = Path(argv[0]).name
    run = _Run(argv)
    working = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        async with asyncio.timeout(timeout_s):
            printed = await asyncio.shield(working)
    except TimeoutError:
        raise _failed(program, f"It did not end within {timeout_s:g} s.") from None
    except OSError as error:
        raise _failed(program, f"It can't be started: {error.strerror}.") from None
    finally:
        run.end()
        await asyncio.gather(working, return_exceptions=True)
    if printed.status != 0 and len(printed.text) <= MAX_PASSWORD_BYTES:
        raise _failed(program, f"It ended with status {printed.status}.")
    return _password(program, printed.text)


def _password(program: str, printed: bytes) -> str:
    if len(printed) > MAX_PASSWORD_BYTES:
        raise _failed(program, "It printed more than a password can be.")
    try:
        password = printed.decode().partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise _failed(program, "What it printed is not UTF-8.") from None
    if not password or "\0" in password:
        raise _failed(program, "It printed no password.")
    return password


def _failed(program: str, why: str) -> ConnectFailed:
    return ConnectFailed(
        f"The password command {program} gave no password.", why, "Run it in a terminal to see what it says."
    )
