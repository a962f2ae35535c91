"""Where and how to connect, as one value: what a connection string, variables and files came to.

Owns names and defaults; reading conninfo is `db.conninfo`'s, TLS files are `db.tls`'s, secrets are `db.credentials`'s.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args
from urllib.parse import quote, urlencode

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
SSL_MODES: Final[tuple[SslMode, ...]] = get_args(SslMode)

SessionAttrs = Literal["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]
SESSION_ATTRS: Final[tuple[SessionAttrs, ...]] = get_args(SessionAttrs)

DEFAULT_PORT: Final = 5432
DEFAULT_CONNECT_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Host:
    """One place to try: a name or address, or the directory of a unix socket."""

    name: str
    """What was written: it is looked up, verified in certificates, and found in .pgpass. Begins with / for a socket."""
    port: int = DEFAULT_PORT
    address: str = ""
    """The numeric address to connect to (`hostaddr`) instead of looking `name` up; empty where there is none."""
    password: str = field(default="", repr=False)
    """The password file's for this host."""

    @property
    def is_socket(self) -> bool:
        """Whether it is a unix socket."""
        return self.name.startswith("/")

    @property
    def is_loopback(self) -> bool:
        """Whether it is written as this machine itself."""
        return self.is_socket or (self.address or self.name) in ("localhost", "127.0.0.1", "::1")

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.is_socket or self.port == DEFAULT_PORT else f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths as they were written; an empty one stands for the default below `~/.postgresql`."""

    root_certificate: str = ""
    """`system` stands for the certificate authorities that the operating system trusts."""
    certificate: str = ""
    key: str = ""
    key_password: str = field(default="", repr=False)
    revocations: str = ""
    revocation_directory: str = ""


@dataclass(frozen=True, slots=True)
class KeepAliveOptions:
    """TCP keep-alive; without it, a peer that is gone without a word is waited for some 15 minutes."""

    enabled: bool = True
    idle_s: int = 15
    interval_s: int = 5
    count: int = 3
    user_timeout_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class ConnectionTarget:
    """Everything needed to connect but secrets that are kept elsewhere; neither repr nor label shows a password."""

    hosts: tuple[Host, ...]
    """Tried in this order."""
    database: str
    user: str
    password: str | None = field(default=None, repr=False)
    """As given in the connection string, a service file or PGPASSWORD; it goes before the password file's."""
    ssl_mode: SslMode = "prefer"
    ssl_direct: bool = False
    """Begin with TLS at once (`sslnegotiation=direct`, PostgreSQL 17 and later)."""
    tls: TlsFiles = TlsFiles()
    tls_min_version: str = "TLSv1.2"
    tls_max_version: str = ""
    sends_certificate: bool = True
    """Whether a client certificate may be sent (`sslcertmode` other than disable)."""
    target_session_attrs: SessionAttrs = "any"
    shuffles_hosts: bool = False
    """Try the hosts in random order (`load_balance_hosts=random`)."""
    connect_timeout_s: float | None = DEFAULT_CONNECT_TIMEOUT_S
    """For each host; None waits for ever, as `connect_timeout=0` does."""
    keep_alive: KeepAliveOptions = KeepAliveOptions()
    application_name: str = "pgconsole"
    options: str = ""
    """Command-line options for the server process, as `-c geqo=off`."""
    server_settings: tuple[tuple[str, str], ...] = ()
    """Settings to begin the session with: TimeZone, search_path, role, default_transaction_read_only ..."""
    warnings: tuple[str, ...] = ()
    """What was left out on the way here and is to be told, as a password file that others can read."""

    @property
    def label(self) -> str:
        """Short name for tabs and the status bar: `shop@localhost`, or `shop@db1,db2:6432`."""
        places = ",".join("local" if host.is_socket else str(host) for host in self.hosts)
        return f"{self.database}@{places}"

    @property
    def title(self) -> str:
        """Whole name for tool tips and window titles, with the role and the sockets' directories."""
        places = ",".join(f"{host.name}:{host.port}" if host.is_socket else str(host) for host in self.hosts)
        return f"{self.user} on {self.database} at {places}"

    def with_password(self, password: str | None) -> "ConnectionTarget":
        """The same target with another password."""
        return replace(self, password=password)

    def with_settings(self, **settings: str) -> "ConnectionTarget":
        """The same target with further settings to begin sessions with; the later value of one counts."""
        return replace(self, server_settings=tuple({**dict(self.server_settings), **settings}.items()))

    def uri(self, *, with_password: bool = False) -> str:
        """A URI that libpq reads as this target; the password is left out unless it is asked for."""
        user = quote(self.user, safe="")
        if with_password and self.password is not None:
            user += ":" + quote(self.password, safe="")
        places = ",".join(_uri_place(host) for host in self.hosts)
        query = urlencode(_uri_parameters(self), quote_via=quote)
        return f"postgresql://{user}@{places}/{quote(self.database, safe='')}{'?' + query if query else ''}"


def _uri_place(host: Host) -> str:
    name = quote(host.name, safe=":") if ":" not in host.name else f"[{quote(host.name, safe=':')}]"
    return name if host.port == DEFAULT_PORT else f"{name}:{host.port}"


def _uri_parameters(target: ConnectionTarget) -> dict[str, str]:
    """Everything that differs from the defaults, by libpq's names."""
    default = ConnectionTarget(hosts=(), database="", user="")
    keep_alive, usual = target.keep_alive, default.keep_alive
    own = {
        "hostaddr": ",".join(host.address for host in target.hosts) if any(h.address for h in target.hosts) else "",
        "sslmode": target.ssl_mode if target.ssl_mode != default.ssl_mode else "",
        "sslnegotiation": "direct" if target.ssl_direct else "",
        "sslrootcert": target.tls.root_certificate,
        "sslcert": target.tls.certificate,
        "sslkey": target.tls.key,
        "sslcrl": target.tls.revocations,
        "sslcrldir": target.tls.revocation_directory,
        "sslcertmode": "" if target.sends_certificate else "disable",
        "ssl_min_protocol_version": target.tls_min_version if target.tls_min_version != default.tls_min_version else "",
        "ssl_max_protocol_version": target.tls_max_version,
        "target_session_attrs": target.target_session_attrs if target.target_session_attrs != "any" else "",
        "load_balance_hosts": "random" if target.shuffles_hosts else "",
        "connect_timeout": _timeout_text(target.connect_timeout_s),
        "keepalives": "" if keep_alive.enabled else "0",
        "keepalives_idle": str(keep_alive.idle_s) if keep_alive.idle_s != usual.idle_s else "",
        "keepalives_interval": str(keep_alive.interval_s) if keep_alive.interval_s != usual.interval_s else "",
        "keepalives_count": str(keep_alive.count) if keep_alive.count != usual.count else "",
        "tcp_user_timeout": str(keep_alive.user_timeout_ms) if keep_alive != usual else "",
        "application_name": target.application_name if target.application_name != default.application_name else "",
        "options": _options_text(target),
    }
    return {name: value for name, value in own.items() if value}


def _timeout_text(timeout_s: float | None) -> str:
    if timeout_s is None:
        return "0"
    return "" if timeout_s == DEFAULT_CONNECT_TIMEOUT_S else f"{timeout_s:.0f}"


def _options_text(target: ConnectionTarget) -> str:
    """The options, and each setting as `-c name=value` with libpq's escapes."""
    escaped = ((name, value.replace("\\", "\\\\").replace(" ", "\\ ")) for name, value in target.server_settings)
    return " ".join([*([target.options] if target.options else []), *(f"-c {n}={v}" for n, v in escaped)])
