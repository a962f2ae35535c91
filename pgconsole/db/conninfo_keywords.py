"""libpq's connection parameters: the variable of each, and which of them can't be had here.

Source: PostgreSQL 18 manual, "Parameter Key Words" and "Environment Variables".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pgconsole.core.errors import InvalidConninfo

VARIABLES: Final[Mapping[str, str]] = {
    "service": "PGSERVICE",
    "servicefile": "PGSERVICEFILE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "client_encoding": "PGCLIENTENCODING",
    "options": "PGOPTIONS",
    "application_name": "PGAPPNAME",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslcompression": "PGSSLCOMPRESSION",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcertmode": "PGSSLCERTMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
    "sslcrldir": "PGSSLCRLDIR",
    "sslsni": "PGSSLSNI",
    "requirepeer": "PGREQUIREPEER",
    "require_auth": "PGREQUIREAUTH",
    "min_protocol_version": "PGMINPROTOCOLVERSION",
    "max_protocol_version": "PGMAXPROTOCOLVERSION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "gssencmode": "PGGSSENCMODE",
    "krbsrvname": "PGKRBSRVNAME",
    "gsslib": "PGGSSLIB",
    "gssdelegation": "PGGSSDELEGATION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "load_balance_hosts": "PGLOADBALANCEHOSTS",
}
"""The environment variable of each keyword that has one."""

WITHOUT_VARIABLE: Final = frozenset(
    {
        "fallback_application_name",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "sslpassword",
        "replication",
        "scram_client_key",
        "scram_server_key",
        "sslkeylogfile",
        "oauth_issuer",
        "oauth_client_id",
        "oauth_client_secret",
        "oauth_scope",
    }
)

SETTING_VARIABLES: Final[Mapping[str, str]] = {"PGTZ": "TimeZone", "PGDATESTYLE": "DateStyle", "PGGEQO": "geqo"}
"""Variables that become settings of the session."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """A keyword of which only some values can be had."""

    accepted: frozenset[str]
    why: str


_OFF: Final = frozenset({"", "0"})

_LIMITS: Final[Mapping[str, _Limit]] = {
    "channel_binding": _Limit(frozenset({"", "disable", "prefer"}), "Channel binding is not supported."),
    "client_encoding": _Limit(frozenset({"", "auto", "utf8"}), "Everything is read and written as UTF-8."),
    "gssencmode": _Limit(frozenset({"", "disable", "prefer"}), "GSSAPI encryption is not supported."),
    "krbsrvname": _Limit(frozenset({"", "postgres"}), "Kerberos is not supported."),
    "gsslib": _Limit(frozenset({"", "gssapi"}), "Kerberos is not supported."),
    "gssdelegation": _Limit(_OFF, "Kerberos is not supported."),
    "max_protocol_version": _Limit(frozenset({"", "3.0", "3.2", "latest"}), "Only protocol version 3.0 is spoken."),
    "min_protocol_version": _Limit(frozenset({"", "3.0"}), "Only protocol version 3.0 is spoken."),
    "oauth_client_id": _Limit(frozenset({""}), "OAuth is not supported."),
    "oauth_client_secret": _Limit(frozenset({""}), "OAuth is not supported."),
    "oauth_issuer": _Limit(frozenset({""}), "OAuth is not supported."),
    "oauth_scope": _Limit(frozenset({""}), "OAuth is not supported."),
    "replication": _Limit(frozenset({"", "0", "off", "no", "false"}), "Replication connections are not supported."),
    "require_auth": _Limit(frozenset({""}), "The authentication method can't be demanded."),
    "requirepeer": _Limit(frozenset({""}), "The owner of a server process can't be checked."),
    "scram_client_key": _Limit(frozenset({""}), "Login by SCRAM keys is not supported."),
    "scram_server_key": _Limit(frozenset({""}), "Login by SCRAM keys is not supported."),
    "sslcertmode": _Limit(frozenset({"", "disable", "allow"}), "That the server asks for one can't be checked."),
    "sslkeylogfile": _Limit(frozenset({""}), "Session keys are not written to files."),
    "sslsni": _Limit(frozenset({"", "1"}), "The host's name is always sent."),
}


def is_keyword(name: str) -> bool:
    """Whether libpq knows a connection parameter of this name."""
    return name in VARIABLES or name in WITHOUT_VARIABLE


def check_supported(keywords: Mapping[str, str]) -> None:
    """Raise InvalidConninfo, by name, for a value that libpq would take and that can't be had here."""
    for name, value in keywords.items():
        limit = _LIMITS.get(name)
        if limit is not None and _plain(name, value) not in limit.accepted:
            accepted = " or ".join(sorted(filter(None, limit.accepted)))
            remedy = f"Set {name} to {accepted}, or leave it out." if accepted else f"Leave {name} out."
            raise InvalidConninfo(f"{name}={value if name not in _SECRET else '...'} can't be used.", limit.why, remedy)


_SECRET: Final = frozenset({"oauth_client_secret", "scram_client_key", "scram_server_key"})


def _plain(name: str, value: str) -> str:
    """Encodings have many spellings: `UTF8`, `utf-8`, `UNICODE`."""
    if name != "client_encoding":
        return value
    letters = "".join(char for char in value.lower() if char.isalnum())
    return "utf8" if letters in ("utf8", "unicode") else letters
