"""Says what in a profile can't be as it is, field by field, before anything is tried; the server judges the rest."""

from dataclasses import dataclass
from typing import Final

from pgconsole.core.connection_target import SSL_MODES
from pgconsole.core.profile import Profile
from pgconsole.core.tunnel_options import parse_hops

_MAX_NAME: Final = 80
_MAX_IDENTIFIER_BYTES: Final = 63
"""NAMEDATALEN - 1; a longer name of a database or role exists on no ordinary server."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `field` is a keyword of libpq, or `name`, `pool.max_size`, `session.time_zone`."""

    field: str
    text: str


def check_profile(profile: Profile) -> tuple[FieldProblem, ...]:
    """Everything that is certain to fail, in the order of the form; empty where all may well be right."""
    found = [
        ("name", f"At most {_MAX_NAME} characters." if len(profile.name) > _MAX_NAME else ""),
        ("host", _host_problem(profile.keyword("host"))),
        ("port", _port_problem(profile.keyword("port"), profile.keyword("host"))),
        ("dbname", _identifier_problem(profile.keyword("dbname"))),
        ("user", _identifier_problem(profile.keyword("user"))),
        ("sslmode", _choice_problem(profile.keyword("sslmode"))),
        ("tunnel.hops", _hops_problem(profile.tunnel.hops)),
        ("pool.max_size", "Not less than the minimum." if profile.pool.max_size < profile.pool.min_size else ""),
    ]
    return tuple(FieldProblem(field, text) for field, text in found if text)


def _host_problem(hosts: str) -> str:
    for host in hosts.split(","):
        if not host.startswith("/") and any(char.isspace() for char in host.strip()):
            return "A host name has no spaces; several are separated by commas."
        if "://" in host:
            return "This is a URI: paste it into the first field."
    return ""


def _port_problem(ports: str, hosts: str) -> str:
    if not ports:
        return ""
    parts = ports.split(",")
    if any(part.strip() and not (part.strip().isdecimal() and 1 <= int(part) <= 65_535) for part in parts):
        return "A number from 1 to 65535."
    if len(parts) > 1 and len(parts) != len(hosts.split(",")):
        return "One port for all hosts, or one for each."
    return ""


def _identifier_problem(name: str) -> str:
    return f"At most {_MAX_IDENTIFIER_BYTES} bytes." if len(name.encode()) > _MAX_IDENTIFIER_BYTES else ""


def _choice_problem(mode: str) -> str:
    return "" if not mode or mode in SSL_MODES else "One of " + ", ".join(SSL_MODES) + "."


def _hops_problem(hops: str) -> str:
    try:
        parse_hops(hops)
    except ValueError as error:
        return str(error)
    return ""
