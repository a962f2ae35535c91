"""Tunnels over SSH servers of the test's own to the real PostgreSQL."""

import asyncio
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import ConnectFailed, HostKeyUnknown, InvalidConninfo, QueryCancelled, SecretWanted
from pgconsole.core.profile import Profile
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.known_hosts import add_known_host
from pgconsole.db.login_guard import TUNNEL_PORTS
from pgconsole.db.server_connection import ServerConnection, open_server
from tests.fixtures.engine import backend_state, open_session, value
from tests.fixtures.proxy import Proxy
from tests.fixtures.ssh import Gate, MakeGate, know, make_key
from tests.fixtures.tls import Authority, Gateway
from tests.fixtures.waiting import until, until_answer


@asynccontextmanager
async def _opened(
    target: ConnectionTarget, options: TunnelOptions, secrets: Mapping[str, str] | None = None, host: str = ""
) -> AsyncIterator[ServerConnection]:
    place = target.hosts[0]
    keywords: dict[str, str | int] = {
        "host": host or place.name,
        "port": place.port,
        "user": target.user,
        "dbname": target.database,
    }
    server = await open_server(Profile(id="p", server=keywords, tunnel=options), target.password, secrets or {})
    try:
        yield server
    finally:
        await server.aclose()


def _key_file(home: Path, passphrase: str | None = None) -> tuple[Path, str]:
    """A private key in a file, and the public part."""
    key, path = make_key(), home / "key"
    path.touch(mode=0o600)
    path.write_bytes(key.export_private_key("pkcs8-pem", passphrase=passphrase))
    return path, key.export_public_key().decode()


async def test_sessions_go_through_the_tunnel_and_say_so(
    target: ConnectionTarget, make_gate: MakeGate, home: Path
) -> None:
    gate = make_gate(password="s3cret")
    know(home, gate)
    async with _opened(target, TunnelOptions(hops=gate.hop), {"ada@127.0.0.1": "s3cret"}) as server:
        session = await server.pool.acquire("tab")
        assert await value(session, "select current_database()::text") == target.database
        assert server.status.channel == "tunnel"
        assert len(gate.destinations) >= 1
        assert TUNNEL_PORTS
        server.pool.release(session, "tab")
    assert not TUNNEL_PORTS
    assert gate.connections


async def test_cancel_goes_through_the_tunnel(target: ConnectionTarget, make_gate: MakeGate, home: Path) -> None:
    gate = make_gate(password="s3cret")
    know(home, gate)
    async with _opened(target, TunnelOptions(hops=gate.hop), {"ada@127.0.0.1": "s3cret"}) as server:
        session = await server.pool.acquire("tab")
        count = len(gate.destinations)
        sleeping = asyncio.ensure_future(session.execute("select pg_sleep(60)"))
        watcher = await open_session(target)
        await until_answer(lambda: backend_state(watcher, session.backend_pid), "active", "the server sleeps")
        watcher.terminate()
        await session.cancel()
        with pytest.raises(QueryCancelled):
            await sleeping
        assert len(gate.destinations) == count + 1
        assert await value(session, "select 1::text") == "1"
        server.pool.release(session, "tab")


async def test_a_chain_of_machines(target: ConnectionTarget, make_gate: MakeGate, home: Path) -> None:
    path, public = _key_file(home)
    first, last = make_gate(authorized=public), make_gate(authorized=public)
    know(home, first, last)
    async with _opened(target, TunnelOptions(hops=f"{first.hop}, {last.hop}", key_file=str(path))) as server:
        assert server.status.phase == "connected"
    assert first.destinations == [("127.0.0.1", last.port)]
    assert last.destinations


async def test_unknown_machine_is_refused_until_somebody_vouches_for_it(
    target: ConnectionTarget, make_gate: MakeGate, home: Path
) -> None:
    gate = make_gate(password="s3cret")
    options, secrets = TunnelOptions(hops=gate.hop), {"ada@127.0.0.1": "s3cret"}
    with pytest.raises(HostKeyUnknown) as caught:
        async with _opened(target, options, secrets):
            pass
    assert caught.value.fingerprint == gate.key.get_fingerprint()
    assert gate.destinations == []
    add_known_host(caught.value.known_hosts_line)
    async with _opened(target, options, secrets):
        pass
    assert stat.S_IMODE((home / ".ssh" / "known_hosts").stat().st_mode) == 0o600


async def test_machine_with_another_key_than_the_known_one_is_never_asked_about(
    target: ConnectionTarget, make_gate: MakeGate, home: Path
) -> None:
    gate = make_gate(password="s3cret")
    know(home, Gate(make_key(), listener=gate.listener))
    with pytest.raises(ConnectFailed, match="is not the one it was") as caught:
        async with _opened(target, TunnelOptions(hops=gate.hop), {"ada@127.0.0.1": "s3cret"}):
            pass
    assert not isinstance(caught.value, HostKeyUnknown)


@pytest.mark.parametrize("secrets", [{}, {"ada@127.0.0.1": "wrong"}])
async def test_missing_or_wrong_password_is_asked_for_by_its_account(
    target: ConnectionTarget, make_gate: MakeGate, home: Path, secrets: dict[str, str]
) -> None:
    gate = make_gate(password="s3cret")
    know(home, gate)
    with pytest.raises(SecretWanted) as caught:
        async with _opened(target, TunnelOptions(hops=gate.hop), secrets):
            pass
    assert caught.value.wanted == "ada@127.0.0.1"
    assert "wrong" not in str(caught.value).replace("was wrong", "")


@pytest.mark.parametrize("passphrase", [None, "wrong"])
async def test_encrypted_key_asks_for_its_passphrase(
    target: ConnectionTarget, make_gate: MakeGate, home: Path, passphrase: str | None
) -> None:
    path, public = _key_file(home, "s3cret")
    gate = make_gate(authorized=public)
    know(home, gate)
    options = TunnelOptions(hops=gate.hop, key_file=str(path))
    name = f"the key {path}"
    with pytest.raises(SecretWanted) as caught:
        async with _opened(target, options, {name: passphrase} if passphrase else {}):
            pass
    assert caught.value.wanted == name
    async with _opened(target, options, {name: "s3cret"}):
        pass


async def test_key_that_is_not_let_in_is_told(target: ConnectionTarget, make_gate: MakeGate, home: Path) -> None:
    path, _public = _key_file(home)
    gate = make_gate(authorized=make_key().export_public_key().decode())
    know(home, gate)
    with pytest.raises(ConnectFailed, match=r"did not let ada@127\.0\.0\.1 in"):
        async with _opened(target, TunnelOptions(hops=gate.hop, key_file=str(path))):
            pass


async def test_agent_s_key_lets_in(
    target: ConnectionTarget, make_gate: MakeGate, home: Path, monkeypatch: pytest.MonkeyPatch, ssh_agent: str
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", ssh_agent)
    key = make_key()
    async with asyncssh.connect_agent(ssh_agent) as agent:
        await agent.add_keys([key])
    gate = make_gate(authorized=key.export_public_key().decode())
    know(home, gate)
    async with _opened(target, TunnelOptions(hops=gate.hop)):
        pass
    with pytest.raises(ConnectFailed, match="did not let"):
        async with _opened(target, TunnelOptions(hops=gate.hop, uses_agent=False)):
            pass


async def test_lost_tunnel_is_made_anew_for_the_next_session(
    target: ConnectionTarget, make_gate: MakeGate, home: Path
) -> None:
    gate = make_gate(password="s3cret")
    know(home, gate)
    async with _opened(target, TunnelOptions(hops=gate.hop), {"ada@127.0.0.1": "s3cret"}) as server:
        session = await server.pool.acquire("tab")
        gate.cut()
        await until(lambda: session.is_lost, "the session is lost with the tunnel")
        server.pool.release(session, "tab")
        again = await server.pool.acquire("tab")
        assert await value(again, "select 1::text") == "1"
        server.pool.release(again, "tab")


async def test_database_that_the_last_machine_does_not_reach_is_told_by_it(
    target: ConnectionTarget, make_gate: MakeGate, home: Path, closed_port: int
) -> None:
    gate = make_gate(password="s3cret")
    know(home, gate)
    profile = Profile(id="p", server={"host": "127.0.0.1", "port": closed_port}, tunnel=TunnelOptions(hops=gate.hop))
    with pytest.raises(ConnectFailed, match=r"127\.0\.0\.1 does not reach the database server"):
        await open_server(profile, "x", {"ada@127.0.0.1": "s3cret"})


async def test_nobody_listening_as_ssh_is_told(target: ConnectionTarget, home: Path, closed_port: int) -> None:
    with pytest.raises(ConnectFailed, match=r"SSH server 127\.0\.0\.1 failed\. Nothing listens there"):
        async with _opened(target, TunnelOptions(hops=f"127.0.0.1:{closed_port}")):
            pass


async def test_key_file_that_others_can_read_or_is_missing_is_refused(
    target: ConnectionTarget, make_gate: MakeGate, home: Path
) -> None:
    path, _public = _key_file(home)
    path.chmod(0o644)
    for named, why in ((str(path), "Others can read it"), ("/nowhere/key", "can't be found")):
        with pytest.raises(InvalidConninfo, match=why):
            async with _opened(target, TunnelOptions(hops="gate.invalid", key_file=named)):
                pass


async def test_certificate_is_checked_against_the_real_host(
    upstream: ConnectionTarget, gateway: Gateway, authority: Authority, make_gate: MakeGate, home: Path
) -> None:
    """The socket leads to 127.0.0.1; the certificate has to be localhost's, as the database's host is called."""
    gate = make_gate(password="s3cret")
    know(home, gate)
    server: dict[str, str | int] = {"host": "localhost", "port": gateway.port, "dbname": upstream.database}
    server |= {"user": upstream.user, "sslmode": "verify-full", "sslrootcert": str(authority.certificate)}
    profile = Profile(id="p", server=server, tunnel=TunnelOptions(hops=gate.hop))
    secrets = {"ada@127.0.0.1": "s3cret"}
    opened = await open_server(profile, upstream.password, secrets)
    assert opened.status.channel == "verified"
    await opened.aclose()
    assert gateway.context is not None
    gateway.context.load_cert_chain(*authority.issue("127.0.0.1"))
    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await open_server(profile, upstream.password, secrets)


async def test_way_beyond_the_tunnel_is_not_taken_for_a_local_one(
    upstream: ConnectionTarget, gateway: Gateway, make_gate: MakeGate, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = make_gate(password="s3cret")
    know(home, gate)
    server: dict[str, str | int] = {"host": "127.0.0.1", "port": gateway.port}
    # As if the database's host were another machine than the SSH server's.
    monkeypatch.setattr("pgconsole.db.ssh_tunnel._OWN_MACHINE", ())
    profile = Profile(
        id="p",
        server={**server, "dbname": upstream.database, "user": upstream.user, "sslmode": "disable"},
        tunnel=TunnelOptions(hops=gate.hop),
    )
    opened = await open_server(profile, upstream.password, {"ada@127.0.0.1": "s3cret"})
    assert opened.status.channel == "plain"
    await opened.aclose()


async def test_silent_tunnel_is_given_up(target: ConnectionTarget, make_gate: MakeGate, home: Path) -> None:
    """Keep-alive finds an SSH server that is gone without a word, and the sessions through it with it."""
    gate = make_gate(password="s3cret")
    hole = Proxy(Host("127.0.0.1", gate.port))
    await hole.start()
    add_known_host(gate.known_hosts_line.strip().replace(f":{gate.port} ", f":{hole.port} "))
    options = TunnelOptions(hops=f"ada@127.0.0.1:{hole.port}", keep_alive_s=0.1)
    async with _opened(target, options, {"ada@127.0.0.1": "s3cret"}) as server:
        session = await server.pool.acquire("tab")
        hole.black_hole()
        await until(lambda: session.is_lost, "the session is lost with the tunnel")
        server.pool.release(session, "tab")
    await hole.aclose()
