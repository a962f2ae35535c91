"""Opens a connection to a target: what the driver is given, which host comes next, and what is told when none answers.

asyncpg reads the environment and files of its own accord where an argument is missing; here every argument is given, so
that a target alone decides. Hosts are tried one by one, each with its own time-out and its own password of the password
file. Pools, sessions and hooks are others'.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pgconsole.core.connection_target import ConnectionTarget, Host, SessionAttrs
from pgconsole.core.errors import AuthenticationFailed, ConnectFailed, PgconsoleError
from pgconsole.db.error_translation import translate_connect
from pgconsole.db.text_connection import TextConnection
from pgconsole.db.text_connection import connect as open_text_connection
from pgconsole.db.tls import advisory_tls_uri, tls_context
from pgconsole.db.tls_answer import hear_tls_answers

hear_tls_answers()

_CANNOT_CONNECT_NOW: Final = "57P03"


class _Secret:
    """A password that no repr shows; the driver calls it when it is about to connect."""

    __slots__ = ("_text",)

    def __init__(self, text: str | None) -> None:
        self._text = text

    def __call__(self) -> str | None:
        """The password, or None where there is none."""
        return self._text

    def __repr__(self) -> str:
        return "<password>"


def connect_arguments(target: ConnectionTarget, *, password: str | None, home: Path | None = None) -> dict[str, Any]:
    """The arguments of `asyncpg.connect` for all hosts of `target` in their order; raises InvalidConninfo.

    `password` is the user's or the keyring's; without it the target's own is taken, then the password file's for the
    first host. The time-out is that of all hosts together.
    """
    timeout_s = target.connect_timeout_s
    secret = next(filter(None, (password, target.password, *(host.password for host in target.hosts))), None)
    return {
        "host": [host.address or host.name for host in target.hosts],
        "port": [host.port for host in target.hosts],
        "user": target.user,
        "password": _Secret(secret),
        "database": target.database,
        "timeout": None if timeout_s is None else timeout_s * len(target.hosts),
        "statement_cache_size": 0,
        "server_settings": _server_settings(target),
        "target_session_attrs": target.target_session_attrs,
        "direct_tls": target.ssl_direct,
        **_tls_arguments(target, home if home is not None else Path.home()),
    }


async def open_connection(target: ConnectionTarget, *, password: str | None = None) -> TextConnection:
    """Connect to the first host that answers and is of the wanted kind.

    Raises ConnectFailed or InvalidConninfo. A host that refuses the login ends the search, as with libpq: asking on
    elsewhere would try the password on others.
    """
    failures: list[tuple[Host, PgconsoleError]] = []
    for host, attrs in _attempts(target):
        single = replace(target, hosts=(host,), target_session_attrs=attrs)
        arguments = connect_arguments(single, password=password)
        try:
            return await open_text_connection(arguments, target.keep_alive)
        except Exception as error:
            failure = translate_connect(error, single.label)
            if isinstance(failure, AuthenticationFailed) or not _may_go_on(failure):
                raise failure from error
            failures.append((host, failure))
    raise _all_failed(target, failures)


def _attempts(target: ConnectionTarget) -> Iterator[tuple[Host, SessionAttrs]]:
    hosts = list(target.hosts)
    if target.shuffles_hosts:
        random.shuffle(hosts)
    if target.target_session_attrs == "prefer-standby":
        yield from ((host, "standby") for host in hosts)
        yield from ((host, "any") for host in hosts)
    else:
        yield from ((host, target.target_session_attrs) for host in hosts)


def _may_go_on(failure: PgconsoleError) -> bool:
    """Whether another host may answer what this one did not: it did not speak, or takes no connections now."""
    return isinstance(failure, ConnectFailed) and failure.sqlstate in ("", _CANNOT_CONNECT_NOW)


def _all_failed(target: ConnectionTarget, failures: list[tuple[Host, PgconsoleError]]) -> PgconsoleError:
    if len({host for host, _failure in failures}) == 1:
        return failures[-1][1]
    why = " ".join(f"{host.name}: {failure.why}" for host, failure in failures)
    return ConnectFailed(f"Connecting to {target.label} failed on every host.", why, failures[-1][1].remedy)


def _server_settings(target: ConnectionTarget) -> dict[str, str]:
    own = {"application_name": target.application_name, **({"options": target.options} if target.options else {})}
    return own | dict(target.server_settings)


def _tls_arguments(target: ConnectionTarget, home: Path) -> dict[str, Any]:
    if target.ssl_mode == "disable" or all(host.is_socket for host in target.hosts):
        return {"ssl": False, "direct_tls": False}
    if target.ssl_mode in ("allow", "prefer"):
        return {"dsn": advisory_tls_uri(target, home)}
    return {"ssl": tls_context(target, home)}
