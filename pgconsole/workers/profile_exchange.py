"""Reads and writes files of connections that people hand each other; no secret and no program to run goes either way.

A password command is a program that runs at each connect: one out of somebody else's file is left out, and told.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pgconsole.core.errors import FileError
from pgconsole.core.profile import Profile, new_profile_id, profile_from, profile_values, without_secrets
from pgconsole.core.toml_document import TomlFault, parse_toml
from pgconsole.db.service_file import read_service, section_names

_HEAD = "# Connections of pgconsole, without passwords and password commands.\n\n"
MAX_FILE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of connections gave."""

    profiles: tuple[Profile, ...]
    """Under ids of their own."""
    problems: tuple[str, ...] = ()
    """What was left out, and why."""


def export_profiles(path: Path, profiles: tuple[Profile, ...]) -> None:
    """Write profiles to a file that only the user can read; blocks. Raises `FileError`."""
    import tomli_w

    tables = [profile_values(msgspec.structs.replace(profile, password_command=())) for profile in profiles]
    try:
        _replace(path, _HEAD + tomli_w.dumps({"profile": tables}))
    except OSError as error:
        raise FileError(f"{path} can't be written.", f"{error.strerror}.", "Choose another place.") from error


def _replace(path: Path, text: str) -> None:
    """Put a file in place of another in one step; the folder, which is the user's own, stays as it is."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def import_profiles(path: Path) -> Imported:
    """The profiles of an exported file, or of a service file; blocks. Raises `FileError` where it is neither."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _unreadable(path, "It is too large for a file of connections.")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path, "It is no text in UTF-8.") from error
    except OSError as error:
        raise _unreadable(path, f"{error.strerror}.") from error
    try:
        tables = parse_toml(text).get("profile")
    except TomlFault:
        tables = None
    if isinstance(tables, list):
        return _from_tables(tables)
    services = section_names(path)
    if not services:
        raise _unreadable(path, "It holds neither connections of pgconsole nor services of libpq.")
    return Imported(tuple(_from_service(path, name) for name in services))


def _from_tables(tables: list[object]) -> Imported:
    profiles: list[Profile] = []
    problems: list[str] = []
    for table in tables:
        try:
            profile = profile_from(table)
        except ValueError as error:
            problems.append(f"A connection is left out: {error}.")
            continue
        if profile.password_command:
            problems.append(f"The password command of {profile.title} is left out: it would run a program.")
        profiles.append(msgspec.structs.replace(profile, id=new_profile_id(), password_command=()))
    return Imported(tuple(profiles), tuple(problems))


def _from_service(path: Path, name: str) -> Profile:
    keywords = read_service(name, str(path), {}, path.parent)
    server: dict[str, str | int] = dict(without_secrets(keywords))
    return Profile(id=new_profile_id(), name=name, server=server)


def _unreadable(path: Path, why: str) -> FileError:
    return FileError(f"No connections can be read from {path}.", why, "Choose another file.")
