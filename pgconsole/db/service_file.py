"""Reads one service of `pg_service.conf`, from the user's file or else the system's.

Source: PostgreSQL manual, "The Connection Service File".
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.conninfo_keywords import is_keyword

# Where libpq was built to look: Debian's packages, then the usual prefixes.
_SYSTEM_DIRECTORIES: Final = (
    "/etc/postgresql-common",
    "/etc/sysconfig/pgsql",
    "/usr/local/pgsql/etc",
    "/usr/local/etc",
)


def read_service(name: str, explicit_file: str, environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """The keywords that service `name` sets; raises InvalidConninfo where no file defines it or one can't be read.

    `explicit_file` is `servicefile` or PGSERVICEFILE, which must exist then; empty stands for `~/.pg_service.conf`.
    """
    if explicit_file and not Path(explicit_file).is_file():
        raise InvalidConninfo(
            f"The service file {explicit_file} can't be found.", "", "Correct servicefile or PGSERVICEFILE."
        )
    for path in _files(explicit_file, environ, home):
        found = _find(name, path)
        if found is not None:
            return found
    raise InvalidConninfo(
        f"The service {name!r} is not defined.",
        "Neither the user's service file nor the system's has a section of this name.",
        f"Add [{name}] to {home / '.pg_service.conf'}, or choose another service.",
    )


def service_names(environ: Mapping[str, str], home: Path) -> tuple[str, ...]:
    """Every service that can be named, the user's first; files that can't be read have none."""
    explicit = environ.get("PGSERVICEFILE", "")
    names: list[str] = []
    for path in _files(explicit, environ, home):
        with suppress(OSError, UnicodeError):
            names += section_names(path)
    return tuple(dict.fromkeys(names))


def section_names(path: Path) -> tuple[str, ...]:
    """The services of one file in their order; raises `OSError` and `UnicodeError`."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").split("\n"))
    return tuple(line[1 : line.index("]")] for line in lines if line.startswith("[") and "]" in line)


def _files(explicit_file: str, environ: Mapping[str, str], home: Path) -> list[Path]:
    directories = [environ["PGSYSCONFDIR"]] if environ.get("PGSYSCONFDIR") else list(_SYSTEM_DIRECTORIES)
    own = Path(explicit_file) if explicit_file else home / ".pg_service.conf"
    return [path for path in (own, *(Path(place) / "pg_service.conf" for place in directories)) if path.is_file()]


def _find(name: str, path: Path) -> dict[str, str] | None:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeError) as error:
        raise InvalidConninfo(f"The service file {path} can't be read.", str(error), "Check the file.") from error
    found: dict[str, str] | None = None
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if found is not None:
                break
            found = {} if line.startswith(f"[{name}]") else None
        elif found is not None:
            keyword, value = _setting(line, path, number)
            found.setdefault(keyword, value)
    return found


def _setting(line: str, path: Path, number: int) -> tuple[str, str]:
    keyword, equals, value = line.partition("=")
    if keyword.startswith("ldap") and "://" in line:
        raise _refused(path, number, "Services are not looked up in LDAP.")
    if keyword in ("service", "servicefile"):
        raise _refused(path, number, "A service can't name another one.")
    if not equals or not is_keyword(keyword):
        raise _refused(path, number, "The line is no setting that libpq knows.")
    return keyword, value


def _refused(path: Path, number: int, why: str) -> InvalidConninfo:
    what = f"Line {number} of the service file {path} can't be used."
    return InvalidConninfo(what, why, "Correct or remove the line.")
