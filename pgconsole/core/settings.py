"""The user's settings and what the window remembers, as values; their files are `workers.settings_file`'s.

A setting is a field here and nothing else: the settings dialog, the file's comments and the README's table come from
its title, description, limits and unit. A value beyond its limits is refused while the file is read.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args, get_type_hints

import msgspec
import msgspec.inspect
from msgspec import Meta, Struct

from pgconsole.core.profile import Profile

ThemeName = Literal["system", "light", "dark"]
OnScriptError = Literal["stop", "continue"]
SettingValue = bool | int | float | str
MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB


def _meta(
    group: str, title: str, description: str, *, unit: str = "", ge: float | None = None, le: float | None = None
) -> Meta:
    """What is told of a setting: where it stands, its name, one sentence or two, its unit and its limits."""
    return Meta(title=title, description=description, ge=ge, le=le, extra={"group": group, "unit": unit})


class Settings(Struct, frozen=True, kw_only=True):
    """Every choice that holds for all connections; each has a default that suits most."""

    theme: Annotated[ThemeName, _meta("Appearance", "Theme", "Light or dark, or as the system has it.")] = "system"
    editor_font_pt: Annotated[
        float,
        _meta(
            "Appearance", "Size of SQL and data", "Size of the fixed font in editors and grids.", unit="pt", ge=6, le=36
        ),
    ] = 10.0
    restore_connections: Annotated[
        bool,
        _meta(
            "Windows and tabs",
            "Connect to the last connections at start",
            "Opens the connections that were open when the window was closed.",
        ),
    ] = True
    confirm_close_tab: Annotated[
        bool,
        _meta(
            "Windows and tabs",
            "Ask before a tab that differs from its file is closed",
            "An open transaction is always asked about; closed tabs can be opened again either way.",
        ),
    ] = True
    on_script_error: Annotated[
        OnScriptError,
        _meta(
            "Running", "When a statement of a script fails", "Stop the script there, or go on with its next statement."
        ),
    ] = "stop"
    manual_commit: Annotated[
        bool,
        _meta(
            "Running",
            "New tabs start with manual commit",
            "Statements stay in a transaction until Commit or Roll back; otherwise each commits by itself.",
        ),
    ] = False
    confirm_destructive: Annotated[
        bool,
        _meta(
            "Safety",
            "Ask before UPDATE or DELETE without WHERE, TRUNCATE and DROP",
            "On a production server it is asked about these, and about every statement that writes, either way.",
        ),
    ] = True
    idle_transaction_warn_min: Annotated[
        int,
        _meta(
            "Safety",
            "Warn of an idle transaction after",
            "An open transaction in which nothing runs holds locks and keeps dead rows. 0 never warns.",
            unit="min",
            ge=0,
            le=1440,
        ),
    ] = 5
    idle_transaction_rollback_min: Annotated[
        int,
        _meta(
            "Safety",
            "Roll an idle transaction back after",
            "What it changed is undone, and this is said. 0 never does.",
            unit="min",
            ge=0,
            le=1440,
        ),
    ] = 0
    auto_reconnect: Annotated[
        bool,
        _meta(
            "Safety",
            "Reconnect by itself",
            "Tries again, ever more slowly, after a connection was lost; nothing is run again either way.",
        ),
    ] = False
    statement_timeout_s: Annotated[
        int,
        _meta(
            "Running",
            "Statement time-out",
            "Cancels a statement after so much time spent waiting for the server. 0 sets no limit.",
            unit="s",
            ge=0,
            le=604_800,
        ),
    ] = 0
    named_parameters: Annotated[
        bool,
        _meta(
            "Running",
            "Ask for :name parameters",
            "Takes :name in a statement as a parameter, as $1 always is; psql variables that are set come first.",
        ),
    ] = False
    batch_chunk_lines: Annotated[
        int,
        _meta(
            "Running",
            "Lines sent at once in a batch",
            "How many lines of values share one savepoint when a statement runs for each line of a table.",
            unit="lines",
            ge=1,
            le=100_000,
        ),
    ] = 1000
    read_ahead_rows: Annotated[
        int,
        _meta(
            "Results",
            "Rows read ahead",
            "Reading pauses here until you scroll on; a short read-ahead leaves a snapshot open on the server.",
            unit="rows",
            ge=100,
            le=100_000_000,
        ),
    ] = 200_000
    read_ahead_mib: Annotated[
        int,
        _meta(
            "Results", "Data read ahead", "Reading pauses here too, whichever comes first.", unit="MiB", ge=1, le=65_536
        ),
    ] = 64
    portal_limit_min: Annotated[
        int,
        _meta(
            "Results",
            "Longest pause of a result",
            "A paused result holds a snapshot and locks on the server; it is closed after this time, its rows kept.",
            unit="min",
            ge=1,
            le=1440,
        ),
    ] = 10
    always_cursor: Annotated[
        bool,
        _meta(
            "Results",
            "Always read through a cursor",
            "Never use the faster COPY road, not even for whole results and parallel plans.",
        ),
    ] = False
    result_memory_mib: Annotated[
        int,
        _meta(
            "Results",
            "Memory of a result",
            "Rows beyond this go to a temporary file that only you can read.",
            unit="MiB",
            ge=4,
            le=65_536,
        ),
    ] = 64
    result_disk_gib: Annotated[
        float,
        _meta(
            "Results",
            "Disk of a result",
            "A result stops here with a message, and the rows so far stay.",
            unit="GiB",
            ge=0.1,
            le=100_000,
        ),
    ] = 10.0
    notification_rows: Annotated[
        int,
        _meta(
            "Notifications",
            "Messages kept",
            "The oldest go, counted, once there are more; holds for connections opened from now on.",
            unit="messages",
            ge=1000,
            le=10_000_000,
        ),
    ] = 100_000
    notification_mib: Annotated[
        int,
        _meta(
            "Notifications",
            "Memory of messages",
            "The oldest go here too, whichever comes first.",
            unit="MiB",
            ge=1,
            le=4096,
        ),
    ] = 64

    @property
    def notification_bytes(self) -> int:
        """The memory budget of one connection's messages."""
        return self.notification_mib * MIB

    pool_check_s: Annotated[
        int,
        _meta(
            "Pool",
            "Check of idle connections",
            "Connections idle for so long are asked whether they are there; dead ones are replaced. 0 checks none.",
            unit="s",
            ge=0,
            le=86_400,
        ),
    ] = 30
    slow_statement_ms: Annotated[
        int,
        _meta(
            "Pool",
            "Slow statement",
            "The query log marks statements that make the console wait for the server for so long.",
            unit="ms",
            ge=1,
            le=3_600_000,
        ),
    ] = 100
    application_pools: Annotated[
        str,
        _meta("Pool", "Applications", "Addresses of services that expose their pool over HTTP, apart by spaces."),
    ] = ""

    @property
    def statement_timeout_or_none_s(self) -> float | None:
        """The time-out in seconds; None where there is none."""
        return float(self.statement_timeout_s) or None

    @property
    def idle_transaction_warn_s(self) -> float:
        """After how long an idle transaction is warned of; infinite for never."""
        return self.idle_transaction_warn_min * 60.0 or math.inf

    @property
    def idle_transaction_rollback_s(self) -> float:
        """After how long an idle transaction is rolled back; infinite for never."""
        return self.idle_transaction_rollback_min * 60.0 or math.inf

    @property
    def result_memory_bytes(self) -> int:
        """The memory budget of one result's rows."""
        return self.result_memory_mib * MIB

    @property
    def result_disk_bytes(self) -> int:
        """The budget of one result's temporary file."""
        return int(self.result_disk_gib * GIB)

    @property
    def read_ahead_bytes(self) -> int:
        """The size at which reading ahead pauses."""
        return self.read_ahead_mib * MIB

    @property
    def portal_limit_s(self) -> float:
        """How long a paused result may hold its portal."""
        return self.portal_limit_min * 60.0


class WindowState(Struct, frozen=True, kw_only=True):
    """How the window was left, so that it comes back as it was; texts of tabs are kept with the drafts."""

    geometry: str = ""
    """QWidget.saveGeometry() in base64; empty before the first close."""
    is_maximized: bool = False
    """What that says too, for screens on which it can't be used."""
    docks: str = ""
    """QMainWindow.saveState() in base64: which panes are shown, and where; empty before the first close."""
    splitter_px: tuple[int, ...] = ()
    """Heights of editor and result in the tab that was used last."""
    current_tab: str = ""
    """The draft id of the tab that was shown."""
    zoom_pt: float = 0
    """How much larger than usual SQL and data were."""
    last_connections: tuple[Profile, ...] = ()
    """What was open; a saved profile stands here by its id alone, for its file may say something else by now."""


SettingKind = Literal["bool", "int", "float", "str", "choice"]


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One setting as dialogs and documents need it."""

    name: str
    kind: SettingKind
    default: SettingValue
    group: str
    title: str
    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


def setting_infos() -> tuple[SettingInfo, ...]:
    """Every setting in the order in which it is shown."""
    hints = get_type_hints(Settings)
    return tuple(_info(field, get_args(hints[field.name])) for field in _fields())


def check_setting(name: str, value: object) -> SettingValue:
    """The value as the setting's type has it; raises `ValueError` with the reason where it is none."""
    try:
        return getattr(msgspec.convert({name: value}, Settings), name)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise ValueError(str(error).partition(" - at ")[0]) from error


def _fields() -> tuple[msgspec.inspect.Field, ...]:
    described = msgspec.inspect.type_info(Settings)
    assert isinstance(described, msgspec.inspect.StructType)
    return described.fields


def _info(field: Any, choices: tuple[str, ...]) -> SettingInfo:
    meta = field.type
    told = meta.extra_json_schema
    bare = meta.type
    kinds: dict[type, SettingKind] = {bool: "bool", int: "int", float: "float", str: "str"}
    return SettingInfo(
        name=field.name,
        kind="choice" if choices else kinds[type(field.default)],
        default=field.default,
        group=meta.extra["group"],
        title=told["title"],
        description=told["description"],
        unit=meta.extra.get("unit", ""),
        minimum=getattr(bare, "ge", None),
        maximum=getattr(bare, "le", None),
        choices=choices,
    )
