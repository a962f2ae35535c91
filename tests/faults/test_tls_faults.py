"""Every sslmode in the window, against a server that offers TLS well, badly or not at all: what the screen says."""

import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.login_guard import TUNNEL_PORTS
from tests.fixtures.tls import Authority, Gateway
from tests.fixtures.window import User, Windows

Connect = Callable[[str], Awaitable[User]]

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@pytest.fixture
def far_gateway(gateway: Gateway) -> Iterator[Gateway]:
    """The gateway, taken for another machine: what never leaves this one has a lock of its own."""
    TUNNEL_PORTS[gateway.port] = False
    yield gateway
    del TUNNEL_PORTS[gateway.port]


@pytest.fixture
def connect(windows: Windows, far_gateway: Gateway, upstream: ConnectionTarget) -> Connect:
    """Opens a window on the server behind the gateway, by some keywords."""

    async def open_it(keywords: str) -> User:
        place = f"host=localhost hostaddr=127.0.0.1 port={far_gateway.port} dbname={upstream.database}"
        return await windows.open(f"{place} user={upstream.user} password={upstream.password} {keywords}")

    return open_it


@pytest.mark.parametrize(
    ("mode", "lock"),
    [
        ("disable", "Not encrypted"),
        ("allow", "Not encrypted"),
        ("prefer", "Encrypted, unverified"),
        ("require", "Encrypted, unverified"),
        ("verify-ca", "Verified by authority"),
        ("verify-full", "Verified by authority"),
    ],
)
async def test_every_sslmode_says_on_screen_how_safe_it_is(
    connect: Connect, authority: Authority, mode: str, lock: str
) -> None:
    verifies = f"sslrootcert={authority.certificate}" if mode.startswith("verify") else ""
    user = await connect(f"sslmode={mode} {verifies}")
    assert user.status("statusLock").startswith(lock), user.notice


@pytest.mark.parametrize("mode", MODES)
async def test_every_sslmode_without_tls_at_the_server_is_as_it_says(
    connect: Connect, far_gateway: Gateway, authority: Authority, mode: str
) -> None:
    far_gateway.context = None
    user = await connect(f"sslmode={mode} sslrootcert={authority.certificate if 'verify' in mode else ''}")
    if mode in ("disable", "allow", "prefer"):
        assert user.status("statusLock") == "Not encrypted"
    else:
        assert "does not offer TLS" in user.notice
        assert user.status("statusConnection") == "Not connected"
        assert far_gateway.sessions == []


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_bad_authority_is_told_and_never_gone_round(
    connect: Connect, far_gateway: Gateway, stranger: Authority, mode: str
) -> None:
    user = await connect(f"sslmode={mode} sslrootcert={stranger.certificate}")
    assert "certificate can't be trusted" in user.notice
    assert "sslrootcert" in user.notice
    assert far_gateway.sessions == []


async def test_wrong_host_name_is_told_with_both_names(
    connect: Connect, far_gateway: Gateway, authority: Authority
) -> None:
    assert far_gateway.context is not None
    far_gateway.context.load_cert_chain(*authority.issue("elsewhere"))
    user = await connect(f"sslmode=verify-full sslrootcert={authority.certificate}")
    assert "'localhost'" in user.notice
    assert far_gateway.sessions == []


async def test_missing_file_of_an_authority_is_named(connect: Connect, tmp_path: Path) -> None:
    user = await connect(f"sslmode=verify-full sslrootcert={tmp_path / 'nowhere.crt'}")
    assert f"{tmp_path / 'nowhere.crt'} can't be found" in user.notice


async def test_system_s_authorities_refuse_whom_they_do_not_know(connect: Connect, far_gateway: Gateway) -> None:
    user = await connect("sslmode=verify-full sslrootcert=system")
    assert "certificate can't be trusted" in user.notice
    assert far_gateway.sessions == []


async def test_client_certificate_is_shown_to_the_server_that_wants_one(
    connect: Connect, far_gateway: Gateway, authority: Authority
) -> None:
    assert far_gateway.context is not None
    far_gateway.context.verify_mode = ssl.CERT_REQUIRED
    far_gateway.context.load_verify_locations(authority.certificate)
    certificate, key = authority.issue("ada")
    root = f"sslmode=verify-full sslrootcert={authority.certificate}"
    user = await connect(f"{root} sslcert={certificate} sslkey={key}")
    assert far_gateway.sessions[-1] == "tls with certificate"
    assert user.status("statusLock").startswith("Verified")
    refused = await connect(root)
    assert refused.status("statusConnection") == "Not connected"
    assert "failed" in refused.notice


async def test_channel_binding_that_is_demanded_is_refused_by_name(connect: Connect, far_gateway: Gateway) -> None:
    user = await connect("channel_binding=require")
    assert "channel_binding=require can't be used" in user.notice
    assert far_gateway.sessions == []
