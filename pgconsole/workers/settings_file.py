"""Keeps settings, profiles, recent connections and the window's memory in files; what they mean is `core`'s.

`settings.toml` and `profiles.toml` are for people too: comments and keys that are not ours stay. A file that is not
understood is told with its line, and a copy is kept aside before anything of ours takes its place. Each change reads
the file anew under a lock, so that two consoles do not undo each other's.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import Profile, RecentConnection, profile_from, profile_values
from pgconsole.core.settings import Settings, WindowState, check_setting, setting_infos
from pgconsole.core.toml_document import TomlFault, parse_toml, with_scalars
from pgconsole.workers.private_files import config_dir, keep_aside, locked, state_dir, write_private

RECENT_KEPT = 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something in a file that is not understood; it was left alone and the default holds."""

    path: Path
    line: int
    """From 1; 0 where it is not known."""
    reason: str

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else str(self.path)
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Loaded(Generic[_T]):
    """What a file gave, and what of it is to be told."""

    value: _T
    problems: tuple[FileProblem, ...] = ()


class SettingsFile:
    """The four files of one user; `read_*` block and serve the start, the coroutines work in a thread."""

    def __init__(self, config: Path | None = None, state: Path | None = None) -> None:
        config, state = config or config_dir(), state or state_dir()
        self.settings_path = config / "settings.toml"
        self.profiles_path = config / "profiles.toml"
        self.window_path = state / "window.json"
        self.recent_path = state / "recent.json"

    # Settings

    def read_settings(self) -> Loaded[Settings]:
        """The settings, with the default for whatever is missing or not understood; never raises."""
        document, problems = _read_toml(self.settings_path)
        known = {info.name for info in setting_infos()}
        values: dict[str, Any] = {}
        for name, value in document.items():
            try:
                if name in known:
                    values[name] = check_setting(name, value)
                else:
                    problems.append(self._setting_problem(name, f"“{name}” is no setting, and is kept"))
            except ValueError as error:
                problems.append(self._setting_problem(name, f"“{name}”: {error}; the default holds"))
        return Loaded(Settings(**values), tuple(problems))

    async def load_settings(self) -> Loaded[Settings]:
        """The same, in a thread."""
        return await asyncio.to_thread(self.read_settings)

    async def save_settings(self, before: Settings, after: Settings) -> None:
        """Write what differs between the two; other keys, and what another console changed, stay.

        Raises `PgconsoleError` where the file can't be written.
        """
        await _in_thread(self.settings_path, lambda: self._change_settings(before, after))

    def _change_settings(self, before: Settings, after: Settings) -> None:
        path = self.settings_path
        infos = {info.name: info for info in setting_infos()}
        changes = {
            name: None if getattr(after, name) == info.default else getattr(after, name)
            for name, info in infos.items()
            if getattr(after, name) != getattr(before, name)
        }
        comments = {name: f"{info.title}. {info.description}" for name, info in infos.items()}
        with locked(_lock_of(path)):
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            try:
                text = with_scalars(text, changes, comments)
            except TomlFault:
                keep_aside(path)
                whole = {
                    name: getattr(after, name) for name, info in infos.items() if getattr(after, name) != info.default
                }
                text = with_scalars("", whole, comments)
            write_private(path, text)

    def _setting_problem(self, name: str, reason: str) -> FileProblem:
        return FileProblem(self.settings_path, _line_of(self.settings_path, name), reason)

    # Profiles

    def read_profiles(self) -> Loaded[tuple[Profile, ...]]:
        """The profiles in their order; one that is not understood is told and left in the file. Never raises."""
        document, problems = _read_toml(self.profiles_path)
        profiles = []
        for values in _tables(document):
            try:
                profiles.append(profile_from(values))
            except ValueError as error:
                name = values.get("name", "without a name") if isinstance(values, dict) else "without a name"
                problems.append(FileProblem(self.profiles_path, 0, f"profile “{name}”: {error}"))
        return Loaded(tuple(profiles), tuple(problems))

    async def load_profiles(self) -> Loaded[tuple[Profile, ...]]:
        """The same, in a thread."""
        return await asyncio.to_thread(self.read_profiles)

    async def put_profile(self, profile: Profile) -> None:
        """Add a profile, or put it in place of the one with its id; raises `PgconsoleError` where that fails."""
        values = profile_values(profile)

        def put(tables: list[Any]) -> None:
            for index, table in enumerate(tables):
                if isinstance(table, dict) and table.get("id") == profile.id:
                    tables[index] = _with_unknown(values, table)
                    return
            tables.append(values)

        await _in_thread(self.profiles_path, lambda: self._change_profiles(put))

    async def remove_profile(self, profile_id: str) -> None:
        """Take a profile out; one that is gone already is no error."""

        def remove(tables: list[Any]) -> None:
            tables[:] = [table for table in tables if not (isinstance(table, dict) and table.get("id") == profile_id)]

        await _in_thread(self.profiles_path, lambda: self._change_profiles(remove))

    async def order_profiles(self, ids: Sequence[str]) -> None:
        """Put the profiles into this order; those that it does not name stay behind the one before them."""
        place = {profile_id: number for number, profile_id in enumerate(ids)}

        def order(tables: list[Any]) -> None:
            last, keyed = -1, []
            for table in tables:
                last = place.get(str(table.get("id")) if isinstance(table, dict) else "", last)
                keyed.append((last, table))
            tables[:] = [table for _place, table in sorted(keyed, key=lambda pair: pair[0])]

        await _in_thread(self.profiles_path, lambda: self._change_profiles(order))

    def _change_profiles(self, change: Callable[[list[Any]], None]) -> None:
        import tomli_w

        path = self.profiles_path
        with locked(_lock_of(path)):
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            try:
                document = parse_toml(text)
            except TomlFault:
                keep_aside(path)
                document, text = {}, ""
            tables = _tables(document)
            change(tables)
            document["profile"] = tables
            write_private(path, _leading_comments(text) + tomli_w.dumps(document))

    # The window's memory

    def read_window(self) -> WindowState:
        """How the window was left; what can't be read is forgotten, for nothing of a person's is in it."""
        return _read_json(self.window_path, WindowState) or WindowState()

    async def save_window(self, state: WindowState) -> None:
        """Remember how the window is; of two windows the one that was closed last is remembered."""
        await _in_thread(self.window_path, lambda: _write_json(self.window_path, state))

    def read_recent(self) -> tuple[RecentConnection, ...]:
        """The connections used lately, the newest first."""
        return _read_json(self.recent_path, tuple[RecentConnection, ...]) or ()

    async def remember_connection(self, used: RecentConnection) -> None:
        """Put a connection at the head of the recent ones, of which 20 are kept."""

        def remember() -> None:
            with locked(_lock_of(self.recent_path)):
                others = [known for known in self.read_recent() if not known.is_same_as(used)]
                _write_json(self.recent_path, (used, *others)[:RECENT_KEPT])

        await _in_thread(self.recent_path, remember)

    async def forget_connection(self, forgotten: RecentConnection) -> None:
        """Take a connection out of the recent ones."""

        def forget() -> None:
            with locked(_lock_of(self.recent_path)):
                others = tuple(known for known in self.read_recent() if not known.is_same_as(forgotten))
                _write_json(self.recent_path, others)

        await _in_thread(self.recent_path, forget)


async def _in_thread(path: Path, work: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(work)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PgconsoleError(
            f"{path} can't be written.", f"{reason}.", "Check the folder's permissions and the free disk space."
        ) from error


def _read_toml(path: Path) -> tuple[dict[str, Any], list[FileProblem]]:
    try:
        return parse_toml(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, []
    except TomlFault as fault:
        return {}, [FileProblem(path, fault.line, f"{fault.reason}; the defaults hold and the file is left as it is")]
    except UnicodeDecodeError as error:
        return {}, [FileProblem(path, 0, f"not UTF-8 at byte {error.start}; the defaults hold")]
    except OSError as error:
        return {}, [FileProblem(path, 0, f"can't be read: {error.strerror}; the defaults hold")]


def _tables(document: dict[str, Any]) -> list[Any]:
    found = document.get("profile", [])
    return list(found) if isinstance(found, list) else [found]


def _with_unknown(values: dict[str, object], table: dict[str, Any]) -> dict[str, object]:
    ours = set(Profile.__struct_fields__)
    return values | {name: value for name, value in table.items() if name not in ours}


def _leading_comments(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            break
        lines.append(line)
    return "\n".join(lines).strip() + "\n\n" if any(lines) else ""


def _line_of(path: Path, key: str) -> int:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    return next((number for number, line in enumerate(lines, 1) if line.partition("=")[0].strip(" \t\"'") == key), 0)


def _lock_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _read_json(path: Path, shape: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _write_json(path: Path, value: object) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n")
