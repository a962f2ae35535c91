"""The test of a connection, step by step, against the real server and against what fails on the way to it."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from pgconsole.core.connection_state import Finding
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import HostKeyUnknown
from pgconsole.core.profile import Profile, SessionOptions
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.diagnosis import diagnose
from pgconsole.db.server_access import ServerAccess
from tests.fixtures.ssh import MakeGate, know


def _profile(target: ConnectionTarget, **changes: str | int) -> Profile:
    host = target.hosts[0]
    server: dict[str, str | int] = {
        "host": host.name,
        "port": host.port,
        "user": target.user,
        "dbname": target.database,
    }
    return Profile(id="p", server=server | changes)


async def _found(profile: Profile, password: str | None, secrets: dict[str, str] | None = None) -> list[Finding]:
    access = ServerAccess(profile, password, secrets or {})
    try:
        async with aclosing(diagnose(access)) as findings:
            return [finding async for finding in findings]
    finally:
        await access.aclose()


def _steps(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.step, finding.level) for finding in findings if finding.step]


async def test_every_step_is_told_in_its_order(target: ConnectionTarget) -> None:
    findings = await _found(_profile(target), target.password)
    steps = ["Network", "Login", "Database", "Privileges", "Version", "Latency"]
    assert _steps(findings) == [(step, "ok") for step in steps]
    told = {finding.step: finding.text for finding in findings}
    assert told["Database"] == f"{target.database}."
    assert "superuser" in told["Privileges"]
    assert told["Version"].startswith("PostgreSQL 1")


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a..b", "x" * 70])
async def test_unknown_name_ends_the_test(target: ConnectionTarget, name: str) -> None:
    findings = await _found(_profile(target, host=name), None)
    assert _steps(findings) == [("Name", "failed")]


async def test_port_where_nothing_listens_ends_the_test(target: ConnectionTarget, closed_port: int) -> None:
    findings = await _found(_profile(target, host="127.0.0.1", port=closed_port), None)
    assert _steps(findings) == [("Name", "ok"), ("Network", "failed")]
    assert "Nothing listens" in findings[-1].text


async def test_of_several_hosts_the_one_that_answers_is_gone_on_with(
    target: ConnectionTarget, closed_port: int
) -> None:
    hosts, ports = f"127.0.0.1,{target.hosts[0].name}", f"{closed_port},{target.hosts[0].port}"
    findings = await _found(_profile(target, host=hosts, port=ports), target.password)
    assert _steps(findings)[:4] == [("Name", "ok"), ("Network", "failed"), ("Network", "ok"), ("Login", "ok")]


async def test_wrong_password_fails_the_login(target: ConnectionTarget) -> None:
    findings = await _found(_profile(target), "wrong")
    assert _steps(findings) == [("Network", "ok"), ("Login", "failed")]
    assert any("password authentication failed" in finding.text for finding in findings)


async def test_missing_database_fails_after_the_login(target: ConnectionTarget) -> None:
    findings = await _found(_profile(target, dbname="no_such"), target.password)
    assert _steps(findings) == [("Network", "ok"), ("Login", "ok"), ("Database", "failed")]


async def test_rules_of_the_session_are_tried_too(target: ConnectionTarget) -> None:
    profile = Profile(
        id="p", server=_profile(target).server, session=SessionOptions(initial_sql="set no_such_setting = 1")
    )
    findings = await _found(profile, target.password)
    assert ("Session", "failed") in _steps(findings)
    assert any("no_such_setting" in finding.text for finding in findings)


async def test_tunnel_is_a_step_and_the_rest_goes_through_it(
    target: ConnectionTarget, make_gate: MakeGate, home: Path, closed_port: int
) -> None:
    gate = make_gate(password="s3cret")
    secrets = {"ada@127.0.0.1": "s3cret"}
    profile = Profile(id="p", server=_profile(target).server, tunnel=TunnelOptions(hops=gate.hop))
    with pytest.raises(HostKeyUnknown):
        await _found(profile, target.password, secrets)
    know(home, gate)
    findings = await _found(profile, target.password, secrets)
    assert _steps(findings)[:3] == [("SSH tunnel", "ok"), ("Network", "ok"), ("Login", "ok")]
    dead = Profile(id="p", server={"host": "127.0.0.1", "port": closed_port}, tunnel=profile.tunnel)
    findings = await _found(dead, target.password, secrets)
    assert _steps(findings) == [("SSH tunnel", "ok"), ("Network", "failed")]


async def test_password_file_that_is_not_used_is_told_first(target: ConnectionTarget, home: Path) -> None:
    (home / ".pgpass").write_text("*:*:*:*:x")
    (home / ".pgpass").chmod(0o644)
    findings = await _found(_profile(target), target.password)
    assert _steps(findings)[0] == ("Settings", "warning")
    assert "others can read it" in findings[0].text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak PostgreSQL's protocol"),
        (b"", "hung up"),
        (b"SSSS\xff\xff\xff\xff", "set up"),
        (None, "did not answer in time"),
    ],
)
async def test_whatever_else_listens_there_is_told_at_its_step(
    target: ConnectionTarget, answer: bytes | None, told: str
) -> None:
    """An HTTP server, one that hangs up, garbage, and silence."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(8) and answer is not None:
            writer.write(answer)
        elif answer is None:
            await reader.read()
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    findings = await _found(_profile(target, host="127.0.0.1", port=port, connect_timeout=2), "x")
    listener.close()
    await listener.wait_closed()
    assert _steps(findings) == [("Name", "ok"), ("Network", "ok"), ("TLS", "failed")]
    assert told in findings[-1].text
