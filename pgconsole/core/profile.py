"""A saved connection as a value: where the server is, what it is for and how sessions on it begin. Never a secret.

How a profile becomes a connection is `db`'s, its file is `workers.settings_file`'s, and editing it `connections`'.
"""

import secrets
from enum import Enum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from pgconsole.core.tunnel_options import TunnelOptions

SECRET_KEYWORDS = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
"""Keywords of libpq that hold a secret and so never enter a profile."""


class ConnectionKind(Enum):
    """What a server is for; test and production are shown by a band and by their word."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


PasswordStorage = Literal["keyring", "ask"]
"""Where a password is kept: in the system's keyring, or nowhere, so that it is asked for in each run."""


class PoolOptions(Struct, frozen=True, kw_only=True):
    """How many sessions a connection's pool may hold, and for how long."""

    min_size: Annotated[int, Meta(ge=0, le=1000)] = 0
    max_size: Annotated[int, Meta(ge=1, le=1000)] = 10
    acquire_timeout_s: Annotated[float, Meta(gt=0)] = 30.0
    """How long a tab waits for a session before it is told that all are in use."""
    idle_life_s: Annotated[float, Meta(gt=0)] = 600.0
    max_age_s: Annotated[float, Meta(gt=0)] = 3600.0


class SessionOptions(Struct, frozen=True, kw_only=True):
    """What every session of a connection begins with, and what RESET ALL returns to; empty is the server's own."""

    time_zone: str = ""
    search_path: str = ""
    """As SET takes it: names separated by commas, quoted where they need it."""
    role: str = ""
    read_only: bool = False
    statement_timeout_s: Annotated[float, Meta(ge=0)] = 0.0
    """The server's own statement_timeout; 0 leaves it as the role has it, here and in the two below."""
    lock_timeout_s: Annotated[float, Meta(ge=0)] = 0.0
    idle_in_transaction_timeout_s: Annotated[float, Meta(ge=0)] = 0.0
    initial_sql: str = ""
    """Statements that run once on each new session, before it is used."""

    def server_settings(self) -> dict[str, str]:
        """The settings to begin a session with, by the server's names; `initial_sql` is not among them."""
        given = {
            "TimeZone": self.time_zone,
            "search_path": self.search_path,
            "role": self.role,
            "default_transaction_read_only": "on" if self.read_only else "",
            "statement_timeout": _milliseconds(self.statement_timeout_s),
            "lock_timeout": _milliseconds(self.lock_timeout_s),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_in_transaction_timeout_s),
        }
        return {name: value for name, value in given.items() if value}


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f}" if seconds else ""


class Profile(Struct, frozen=True, kw_only=True):
    """One saved connection; `server` speaks libpq's keywords, as `host`, `port`, `dbname`, `user`, `sslmode`.

    Keywords: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """

    id: str
    """Made once by `new_profile_id` and never changed: drafts, the keyring and the window's memory refer to it."""
    name: str = ""
    group: str = ""
    """The heading that it stands under where connections are listed; empty stands first, under none."""
    kind: ConnectionKind = ConnectionKind.DEVELOPMENT
    colour: Annotated[str, Meta(pattern=r"^(#[0-9A-Fa-f]{6})?$")] = ""
    """A colour of the user's own for the tab's edge, as `#1F5ACB`; empty follows the kind."""
    server: dict[str, str | int] = {}
    """Keywords of libpq; one that is missing is taken from PG* variables and defaults, as psql does."""
    password_storage: PasswordStorage = "ask"
    password_command: tuple[str, ...] = ()
    """A program and its arguments that prints the password, run anew for each session and never by a shell; where
    there is one, the password is neither kept nor asked for."""
    password_command_timeout_s: Annotated[float, Meta(gt=0, le=600)] = 20.0
    tunnel: TunnelOptions = TunnelOptions()
    pgbouncer: bool = False
    """The server is a pooler in transaction mode: no prepared statements kept, no start-up settings, no LISTEN."""
    pool: PoolOptions = PoolOptions()
    session: SessionOptions = SessionOptions()

    def keyword(self, name: str) -> str:
        """The text of one of libpq's keywords, empty where the profile leaves it open."""
        return str(self.server.get(name, ""))

    @property
    def keywords(self) -> dict[str, str]:
        """All keywords of libpq that the profile sets, as text."""
        return {name: str(value) for name, value in self.server.items() if value != ""}

    @property
    def title(self) -> str:
        """What the profile is called on screen: its name, else `database @ host`."""
        return self.name or server_title(self.keywords)


class RecentConnection(Struct, frozen=True, kw_only=True):
    """A connection that was opened lately: a profile, or keywords typed without saving them."""

    title: str
    used_at: float
    """Seconds since the epoch."""
    profile_id: str = ""
    server: dict[str, str] = {}
    """Keywords of libpq without secrets, where it is no saved profile."""

    def is_same_as(self, other: "RecentConnection") -> bool:
        """Whether both lead to the same place, so that the newer one replaces the older."""
        return self.profile_id == other.profile_id and (bool(self.profile_id) or self.server == other.server)


def new_profile_id() -> str:
    """A name for a new profile that no other bears, on this machine or another."""
    return secrets.token_hex(8)


def without_secrets(keywords: dict[str, str]) -> dict[str, str]:
    """The keywords that may be written to a file."""
    return {name: value for name, value in keywords.items() if name not in SECRET_KEYWORDS}


def server_title(keywords: dict[str, str]) -> str:
    """`database @ host` in few words, for a connection without a name of its own."""
    host = keywords.get("host", "") or keywords.get("hostaddr", "")
    database = keywords.get("dbname", "") or keywords.get("user", "")
    if not host and keywords.get("service"):
        return f"service {keywords['service']}"
    place = "local socket" if not host or host.startswith(("/", "@")) else host
    return f"{database} @ {place}" if database else place


def profile_from(values: object) -> Profile:
    """The profile that plain values, as TOML holds them, describe; raises `ValueError` that names the wrong one.

    A secret that someone wrote into the file is left out.
    """
    try:
        profile = msgspec.convert(values, Profile)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at ")
        raise ValueError(f"{path.strip('`').removeprefix('$.') or 'profile'}: {reason}") from error
    server = {name: value for name, value in profile.server.items() if name not in SECRET_KEYWORDS}
    return msgspec.structs.replace(profile, server=server)


def profile_values(profile: Profile) -> dict[str, object]:
    """The profile as plain values for a file, less what stands at its default, and less any secret."""
    values: dict[str, object] = {"id": profile.id, "name": profile.name, "kind": profile.kind.value}
    values |= {name: text for name, text in (("group", profile.group), ("colour", profile.colour)) if text}
    values["password_storage"] = profile.password_storage
    if profile.password_command:
        values["password_command"] = list(profile.password_command)
    if profile.password_command_timeout_s != Profile(id="").password_command_timeout_s:
        values["password_command_timeout_s"] = profile.password_command_timeout_s
    if profile.pgbouncer:
        values["pgbouncer"] = True
    values["server"] = {
        name: value for name, value in profile.server.items() if name not in SECRET_KEYWORDS and value != ""
    }
    for table, options, default in (
        ("tunnel", profile.tunnel, TunnelOptions()),
        ("pool", profile.pool, PoolOptions()),
        ("session", profile.session, SessionOptions()),
    ):
        changed = _changed(options, default)
        if changed:
            values[table] = changed
    return values


def _changed(options: Struct, default: Struct) -> dict[str, object]:
    usual = msgspec.structs.asdict(default)
    return {name: value for name, value in msgspec.structs.asdict(options).items() if value != usual[name]}
