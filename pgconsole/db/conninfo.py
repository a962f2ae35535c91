"""Turns a connection string, PG* variables, a service and a password file into one target, as libpq would.

What the string sets goes before the service's settings, and those before the variables and the defaults (manual, "The
Connection Service File"). It leaves syntax to `conninfo_syntax`, and what the driver is given to `connecting`.
"""

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeVar

from pgconsole.core.connection_target import (
    DEFAULT_CONNECT_TIMEOUT_S,
    SESSION_ATTRS,
    SSL_MODES,
    ConnectionTarget,
    KeepAliveOptions,
    SslMode,
    TlsFiles,
)
from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.conninfo_hosts import read_hosts
from pgconsole.db.conninfo_keywords import SETTING_VARIABLES, VARIABLES, check_supported
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.password_file import PasswordFile, default_path
from pgconsole.db.service_file import read_service

_Choice = TypeVar("_Choice", bound=str)

_TLS_VERSIONS: Final = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


def parse_conninfo(text: str | None, environ: Mapping[str, str], home: Path) -> ConnectionTarget:
    """Where `text` leads with the variables in `environ` and the files below `home`.

    None or an empty text stand for the variables and defaults alone. Raises InvalidConninfo, naming the keyword, for
    what is wrong or can't be had here.
    """
    keywords, warnings = gather_keywords(text, environ, home)
    check_supported(keywords)
    user = keywords.get("user") or _system_user()
    database = keywords.get("dbname") or user
    passwords = _password_file(keywords, environ, home)
    hosts = read_hosts(keywords, database, user, passwords)
    return ConnectionTarget(
        hosts=hosts,
        database=database,
        user=user,
        password=keywords.get("password") or None,
        ssl_mode=_ssl_mode(keywords),
        ssl_direct=_choice(keywords, "sslnegotiation", ("postgres", "direct")) == "direct",
        tls=_tls_files(keywords),
        tls_min_version=_tls_version(keywords, "ssl_min_protocol_version") or "TLSv1.2",
        tls_max_version=_tls_version(keywords, "ssl_max_protocol_version"),
        sends_certificate=keywords.get("sslcertmode") != "disable",
        target_session_attrs=_choice(keywords, "target_session_attrs", SESSION_ATTRS) or "any",
        shuffles_hosts=_choice(keywords, "load_balance_hosts", ("disable", "random")) == "random",
        connect_timeout_s=_connect_timeout_s(keywords),
        keep_alive=_keep_alive(keywords),
        application_name=keywords.get("application_name") or keywords.get("fallback_application_name") or "pgconsole",
        options=keywords.get("options", ""),
        server_settings=tuple((name, environ[var]) for var, name in SETTING_VARIABLES.items() if environ.get(var)),
        warnings=(*warnings, *((passwords.warning,) if passwords is not None and passwords.warning else ())),
    )


def gather_keywords(text: str | None, environ: Mapping[str, str], home: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The keywords that are set by string, service or variables, and what is to be told about them."""
    keywords = parse_keywords(text or "")
    service = keywords.pop("service", environ.get("PGSERVICE", ""))
    service_file = keywords.pop("servicefile", environ.get("PGSERVICEFILE", ""))
    if service:
        keywords = read_service(service, service_file, environ, home) | keywords
    from_environ = {name: environ[var] for name, var in VARIABLES.items() if var in environ}
    warnings = _drop_encoding(from_environ)
    if environ.get("PGREQUIRESSL", "").startswith("1"):
        from_environ.setdefault("sslmode", "require")
    for name in ("service", "servicefile"):
        from_environ.pop(name, None)
    return from_environ | keywords, warnings


def _drop_encoding(from_environ: dict[str, str]) -> tuple[str, ...]:
    """PGCLIENTENCODING is meant for terminals: another one than UTF-8 is told, and not followed."""
    encoding = from_environ.get("client_encoding", "")
    try:
        check_supported({"client_encoding": encoding})
    except InvalidConninfo:
        del from_environ["client_encoding"]
        return (f"PGCLIENTENCODING={encoding} is not followed: everything is read and written as UTF-8.",)
    return ()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise InvalidConninfo(
            "There is no user to connect as.", "This account has no name on this system.", "Set user or PGUSER."
        ) from error


def _password_file(keywords: Mapping[str, str], environ: Mapping[str, str], home: Path) -> PasswordFile | None:
    """The password file, unless a password was given outright."""
    if keywords.get("password"):
        return None
    return PasswordFile(Path(keywords.get("passfile") or default_path(home, environ)))


def _ssl_mode(keywords: Mapping[str, str]) -> SslMode:
    """The mode, with libpq's two rules on weak ones: none with the system's authorities, none with direct TLS."""
    system = keywords.get("sslrootcert") == "system"
    given = _choice(keywords, "sslmode", SSL_MODES)
    mode: SslMode = given or ("verify-full" if system else "prefer")
    if system and mode != "verify-full":
        raise InvalidConninfo(
            f"sslmode={mode} can't be used with sslrootcert=system.",
            "Anybody can have a certificate that these authorities signed, for a host of his own.",
            "Set sslmode=verify-full.",
        )
    if keywords.get("sslnegotiation") == "direct" and mode in ("disable", "allow", "prefer"):
        raise InvalidConninfo(
            f"sslmode={mode} can't be used with sslnegotiation=direct.",
            "Direct TLS leaves no way to go on without it.",
            "Set sslmode=require, or better verify-full.",
        )
    return mode


def _tls_files(keywords: Mapping[str, str]) -> TlsFiles:
    return TlsFiles(
        root_certificate=keywords.get("sslrootcert", ""),
        certificate=keywords.get("sslcert", ""),
        key=keywords.get("sslkey", ""),
        key_password=keywords.get("sslpassword", ""),
        revocations=keywords.get("sslcrl", ""),
        revocation_directory=keywords.get("sslcrldir", ""),
    )


def _tls_version(keywords: Mapping[str, str], name: str) -> str:
    """A version by OpenSSL's spelling, which libpq takes in any case."""
    given = keywords.get(name, "")
    found = next((version for version in _TLS_VERSIONS if version.lower() == given.lower()), "")
    if given and not found:
        raise _wrong(name, given, _TLS_VERSIONS)
    return found


def _connect_timeout_s(keywords: Mapping[str, str]) -> float | None:
    """libpq's rules: whole seconds, 0 and below wait for ever, 1 is taken as 2; unset is 10 here."""
    if not keywords.get("connect_timeout"):
        return DEFAULT_CONNECT_TIMEOUT_S
    seconds = _number(keywords, "connect_timeout", 0)
    return None if seconds <= 0 else float(max(seconds, 2))


def _keep_alive(keywords: Mapping[str, str]) -> KeepAliveOptions:
    """The kernel's options; a 0 stands for the default, as with libpq."""
    usual = KeepAliveOptions()
    return KeepAliveOptions(
        enabled=_number(keywords, "keepalives", 1) != 0,
        idle_s=_number(keywords, "keepalives_idle", 0) or usual.idle_s,
        interval_s=_number(keywords, "keepalives_interval", 0) or usual.interval_s,
        count=_number(keywords, "keepalives_count", 0) or usual.count,
        user_timeout_ms=_number(keywords, "tcp_user_timeout", usual.user_timeout_ms),
    )


def _number(keywords: Mapping[str, str], name: str, default: int) -> int:
    text = keywords.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise InvalidConninfo(f"{name}={text} is no whole number.", "", f"Correct {name}, or leave it out.") from None


def _choice(keywords: Mapping[str, str], name: str, choices: tuple[_Choice, ...]) -> _Choice | None:
    given = keywords.get(name, "")
    found = next((choice for choice in choices if choice == given), None)
    if given and found is None:
        raise _wrong(name, given, choices)
    return found


def _wrong(name: str, given: str, choices: tuple[str, ...]) -> InvalidConninfo:
    return InvalidConninfo(
        f"{name}={given} can't be used.", "There is no such choice.", f"Choose {', '.join(choices)}."
    )
