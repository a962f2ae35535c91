"""What a test of TLS tells of the server's certificate, and what it offers where that is not believed."""

from contextlib import aclosing
from pathlib import Path

import pytest

from pgconsole.core.connection_state import Finding
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed
from pgconsole.core.profile import Profile
from pgconsole.db.diagnosis import diagnose
from pgconsole.db.server_access import ServerAccess
from pgconsole.db.server_connection import open_server
from tests.fixtures.tls import Authority, Gateway


def _profile(gateway: Gateway, upstream: ConnectionTarget, **tls: str) -> Profile:
    server: dict[str, str | int] = {"host": "localhost", "hostaddr": "127.0.0.1", "port": gateway.port}
    return Profile(id="p", server={**server, "user": upstream.user, "dbname": upstream.database, **tls})


async def _tls(profile: Profile, password: str | None) -> Finding:
    async with aclosing(diagnose(ServerAccess(profile, password))) as findings:
        found = [finding async for finding in findings if finding.step == "TLS"]
    return found[0]


def _labels(finding: Finding) -> list[str]:
    return [offer.label for offer in finding.offers]


async def test_verified_server_is_told_with_its_authority_and_end(
    gateway: Gateway, upstream: ConnectionTarget, authority: Authority
) -> None:
    root = str(authority.certificate)
    found = await _tls(_profile(gateway, upstream, sslmode="verify-full", sslrootcert=root), upstream.password)
    # The test's certificates end tomorrow.
    assert found.level == "warning"
    assert "the server is verified. Certificate localhost for localhost, by authority until 2" in found.text
    assert found.text.endswith("ends in 0 days.")


@pytest.mark.parametrize("mode", ["prefer", "require"])
async def test_unverified_server_shows_its_certificate_all_the_same(
    gateway: Gateway, upstream: ConnectionTarget, mode: str
) -> None:
    found = await _tls(_profile(gateway, upstream, sslmode=mode), upstream.password)
    assert found.level == "warning"
    assert "nobody checked who the server is" in found.text
    assert "by authority until" in found.text


async def test_stranger_is_told_and_the_way_down_offered(
    gateway: Gateway, upstream: ConnectionTarget, stranger: Authority
) -> None:
    root = str(stranger.certificate)
    found = await _tls(_profile(gateway, upstream, sslmode="verify-full", sslrootcert=root), None)
    assert found.level == "failed"
    assert "by authority until" in found.text
    assert _labels(found) == ["Verify by the system's authorities", "Encrypt without verifying"]


async def test_system_s_authorities_that_do_not_know_it_leave_one_step(
    gateway: Gateway, upstream: ConnectionTarget
) -> None:
    found = await _tls(_profile(gateway, upstream, sslmode="verify-full", sslrootcert="system"), None)
    assert (found.level, _labels(found)) == ("failed", ["Encrypt without verifying"])


async def test_certificate_of_another_host_offers_the_authority_first(
    gateway: Gateway, upstream: ConnectionTarget, authority: Authority
) -> None:
    assert gateway.context is not None
    gateway.context.load_cert_chain(*authority.issue("elsewhere"))
    root = str(authority.certificate)
    found = await _tls(_profile(gateway, upstream, sslmode="verify-full", sslrootcert=root), None)
    assert "elsewhere" in found.text
    assert _labels(found) == ["Accept any host of this authority", "Encrypt without verifying"]


async def test_missing_root_file_is_told_by_its_name(gateway: Gateway, upstream: ConnectionTarget, home: Path) -> None:
    found = await _tls(_profile(gateway, upstream, sslmode="verify-full"), None)
    assert str(home / ".postgresql" / "root.crt") in found.text
    assert _labels(found) == ["Verify by the system's authorities", "Encrypt without verifying"]


@pytest.mark.parametrize(("mode", "level", "count"), [("require", "failed", 1), ("prefer", "warning", 0)])
async def test_server_without_tls_is_told_by_what_the_mode_makes_of_it(
    gateway: Gateway, upstream: ConnectionTarget, mode: str, level: str, count: int
) -> None:
    gateway.context = None
    found = await _tls(_profile(gateway, upstream, sslmode=mode), upstream.password)
    assert (found.level, len(found.offers)) == (level, count)


async def test_open_connection_says_who_vouches_and_until_when(
    gateway: Gateway, upstream: ConnectionTarget, authority: Authority
) -> None:
    profile = _profile(gateway, upstream, sslmode="verify-full", sslrootcert=str(authority.certificate))
    server = await open_server(profile, upstream.password)
    certificate = server.status.certificate
    await server.aclose()
    assert certificate is not None
    assert (certificate.issuer, certificate.names) == ("authority", ("localhost",))


async def test_new_session_is_refused_where_tls_is_gone(
    gateway: Gateway, upstream: ConnectionTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reconnecting never changes the state of TLS silently."""
    monkeypatch.setattr("pgconsole.db.login_guard._is_local", lambda _peer: False)
    server = await open_server(_profile(gateway, upstream, sslmode="prefer"), upstream.password)
    try:
        held = await server.pool.acquire("first")
        gateway.context = None
        with pytest.raises(ConnectFailed, match="was given up"):
            await server.pool.acquire("second")
        server.pool.release(held, "first")
    finally:
        await server.aclose()
