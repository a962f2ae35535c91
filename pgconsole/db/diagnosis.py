"""Tests a connection step by step, as somebody would who looks for what is wrong: name, network, TLS, login, database,
privileges, version, latency. Each step is told as soon as it is known; the first that fails ends the test.

It saves nothing. How the steps are shown is the dialog's.
"""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime

from pgconsole.core.connection_state import CHANNEL_MEANING, Finding, Offer, failure_findings
from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import (
    AuthenticationFailed,
    ConnectFailed,
    HostKeyUnknown,
    PgconsoleError,
    SecretWanted,
    TooManyConnections,
)
from pgconsole.core.step_down import ways_down
from pgconsole.core.wording import format_duration_ms
from pgconsole.db.login_guard import channel_state
from pgconsole.db.server_access import ServerAccess
from pgconsole.db.session import Session
from pgconsole.db.session_rules import first_statements
from pgconsole.db.tls_look import TlsLook, look_at_tls

_ROUND_TRIPS = 3
_FACTS = """
SELECT CURRENT_USER::pg_catalog.text, pg_catalog.current_database()::pg_catalog.text,
       pg_catalog.pg_is_in_recovery(), r.rolsuper,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY'),
       pg_catalog.current_setting('default_transaction_read_only') OPERATOR(pg_catalog.=) 'on'
  FROM pg_catalog.pg_roles AS r
 WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER
"""


class _Failed(Exception):
    """A step that ends the test has been told."""


async def diagnose(access: ServerAccess) -> AsyncGenerator[Finding]:
    """The findings in their order; an unknown SSH key or a missing password of a key is raised: the user can help."""
    for warning in access.target.warnings:
        yield Finding("warning", warning, "Settings")
    try:
        if access.tunnel is not None:
            yield await _try_tunnel(access)
        way = await access.way()
        reached: Host | None = None
        for host, end in zip(access.target.hosts, way.hosts, strict=True):
            async for finding in _try_host(access, host):
                yield finding
                if finding.step == "Network" and finding.level == "ok":
                    reached = reached or end
        if reached is None:
            return
        if not reached.is_socket and access.target.ssl_mode != "disable":
            yield await _try_tls(access, way, reached)
        async for finding in _try_session(access):
            yield finding
    except _Failed as failed:
        for finding in failed.args:
            yield finding


async def _try_tunnel(access: ServerAccess) -> Finding:
    assert access.tunnel is not None
    started = time.monotonic()
    try:
        await access.way()
    except (HostKeyUnknown, SecretWanted):
        raise
    except PgconsoleError as error:
        raise _Failed(*failure_findings(error, "SSH tunnel")) from error
    over = ", then ".join(map(str, access.tunnel.hops))
    return Finding("ok", f"Logged in to {over} {_after(started)}.", "SSH tunnel")


async def _try_host(access: ServerAccess, host: Host) -> AsyncGenerator[Finding]:
    if access.tunnel is not None:
        refusal = await access.tunnel.refusal(replace(access.target, hosts=(host,)))
        if refusal is None:
            yield Finding("ok", f"{host.name} port {host.port} answers at the tunnel's end.", "Network")
        else:
            for finding in failure_findings(refusal, "Network"):
                yield finding
        return
    if not host.is_socket and not host.address:
        names = await _look_up(host)
        yield names
        if names.level == "failed":
            return
    yield await _reach(host, access.target.connect_timeout_s)


async def _look_up(host: Host) -> Finding:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
    except OSError as error:
        return Finding("failed", f"{host.name}: {error.strerror}. Check the name, and the network or VPN.", "Name")
    except UnicodeError:
        return Finding("failed", f"{host.name} is no name that a host can have.", "Name")
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    return Finding("ok", f"{host.name} is {', '.join(addresses[:4])}{', …' if len(addresses) > 4 else ''}.", "Name")


async def _reach(host: Host, timeout_s: float | None) -> Finding:
    started = time.monotonic()
    place = f"{host.name}/.s.PGSQL.{host.port}" if host.is_socket else f"{host.name} port {host.port}"
    try:
        async with asyncio.timeout(timeout_s):
            if host.is_socket:
                _reader, writer = await asyncio.open_unix_connection(place)
            else:
                _reader, writer = await asyncio.open_connection(host.address or host.name, host.port)
    except TimeoutError:
        hint = "A firewall may drop what is sent; check host, port and VPN."
        return Finding("failed", f"{place} did not answer within {timeout_s:g} s. {hint}", "Network")
    except ConnectionRefusedError:
        return Finding("failed", f"Nothing listens at {place}. Check the port, and that the server runs.", "Network")
    except OSError as error:
        return Finding("failed", f"{place} can't be reached: {error.strerror}.", "Network")
    writer.transport.abort()
    return Finding("ok", f"{place} answers {_after(started)}.", "Network")


async def _try_tls(access: ServerAccess, way: ConnectionTarget, host: Host) -> Finding:
    try:
        async with asyncio.timeout(access.target.connect_timeout_s):
            look = await look_at_tls(way, host)
    except TimeoutError:
        look = TlsLook(fault="other", why="The server did not answer in time when it was asked for TLS.")
    except (OSError, EOFError) as error:
        reason = f": {error}" if str(error) else ""
        look = TlsLook(fault="other", why=f"The server broke off while TLS was set up{reason}.")
    told = look.certificate.told() if look.certificate is not None else ""
    if look.fault == "no tls" and access.target.ssl_mode in ("prefer", "allow"):
        return Finding("warning", f"Not offered by the server. {CHANNEL_MEANING['plain']}", "TLS")
    if look.fault is not None:
        offers = ways_down(look.fault, access.profile.keywords)
        raise _Failed(Finding("failed", f"{look.why[:1].upper()}{look.why[1:]} {told}".strip(), "TLS", offers))
    ending = look.certificate.warning(datetime.now(UTC)) if look.certificate is not None else ""
    if look.is_verified:
        words = f"{look.version}, the server is verified. {told} {ending}"
        return Finding("warning" if ending else "ok", words.strip(), "TLS")
    return Finding("warning", f"{look.version}. {CHANNEL_MEANING['unverified']} {told} {ending}".strip(), "TLS")


async def _try_session(access: ServerAccess) -> AsyncGenerator[Finding]:
    started = time.monotonic()
    try:
        connection = await access.open()
    except (HostKeyUnknown, SecretWanted):
        raise
    except PgconsoleError as error:
        raise _Failed(*_login_failure(error)) from error
    session = Session(connection)
    try:
        channel = channel_state(
            connection.transport.get_extra_info("peername"), connection.transport.get_extra_info("ssl_object")
        )
        secured = "" if channel in ("verified", "unverified") else f" {CHANNEL_MEANING[channel]}"
        words = f"{access.target.user} is let in {_after(started)}.{secured}"
        yield Finding("warning" if channel == "plain" else "ok", words, "Login")
        async for finding in _ask(access, session, connection.parameter_status("server_version")):
            yield finding
    finally:
        await session.close()


async def _ask(access: ServerAccess, session: Session, version: str) -> AsyncGenerator[Finding]:
    try:
        rows = await session.fetch(_FACTS)
        took = sorted([await _round_trip_s(session) for _ in range(_ROUND_TRIPS)])
        statements = first_statements(access.profile)
        if statements:
            await session.execute(statements)
    except PgconsoleError as error:
        raise _Failed(*failure_findings(error, "Session")) from error
    user, database, standby, superuser, creates, temporary, read_only = rows[0]
    yield Finding("ok", f"{database}.", "Database")
    rights = ["everything, as a superuser"] if superuser == "t" else []
    rights += ["new schemas"] if creates == "t" and not rights else []
    rights += ["temporary tables"] if temporary == "t" and superuser != "t" else []
    yield Finding(
        "ok", f"{user} may make {' and '.join(rights)}." if rights else f"{user} may make nothing here.", "Privileges"
    )
    yield Finding("ok", f"PostgreSQL {version.split(' ')[0]}.", "Version")
    if standby == "t":
        yield Finding("warning", "The server is a standby: it can be read, but not written to.")
    elif read_only == "t":
        yield Finding("ok", "Transactions begin read-only.")
    yield Finding("ok", f"{format_duration_ms(took[len(took) // 2] * 1000)} a round trip.", "Latency")


async def _round_trip_s(session: Session) -> float:
    asked = time.monotonic()
    await session.execute("SELECT 1")
    return time.monotonic() - asked


def _login_failure(error: PgconsoleError) -> tuple[Finding, ...]:
    """At which step the server, or our own guard, broke the login off."""
    state = error.sqlstate
    if "startup parameter" in error.report.message:
        return failure_findings(error, "Login", (PGBOUNCER_OFFER,))
    if isinstance(error, AuthenticationFailed) or not error.report:
        return failure_findings(error, "Login")
    if isinstance(error, TooManyConnections):
        return failure_findings(error, "Sessions")
    if state in ("3D000", "42501", "55000"):
        return (Finding("ok", "Let in.", "Login"), *failure_findings(error, "Database"))
    return failure_findings(error, "Login" if isinstance(error, ConnectFailed) else "Session")


PGBOUNCER_OFFER = Offer(
    "Switch PgBouncer mode on",
    "Settings are then made by SET in each session, and LISTEN and session state are not to be relied on.",
    pgbouncer=True,
)


def _after(started: float) -> str:
    return f"after {format_duration_ms((time.monotonic() - started) * 1000)}"
