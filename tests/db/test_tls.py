"""Every sslmode against a gateway that ends TLS before the test server, which is built without it."""

import asyncio
import re
import ssl
import struct
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, InvalidConninfo
from pgconsole.db.connecting import connect_arguments, open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.login_guard import TUNNEL_PORTS
from tests.fixtures.tls import Authority, Gateway


async def _connect(gateway: Gateway, upstream: ConnectionTarget, home: Path, keywords: str) -> str:
    """The kind of the session that came about."""
    user, password = upstream.user, upstream.password
    text = f"host=localhost hostaddr=127.0.0.1 port={gateway.port} dbname={upstream.database} user={user} {keywords}"
    connection = await open_connection(parse_conninfo(text, {}, home), password=password)
    await connection.close()
    return gateway.sessions[-1]


@pytest.mark.parametrize(
    ("mode", "kind"), [("disable", "plain"), ("allow", "plain"), ("prefer", "tls"), ("require", "tls")]
)
async def test_modes_that_verify_nobody(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, mode: str, kind: str
) -> None:
    assert await _connect(gateway, upstream, home, f"sslmode={mode}") == kind


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_the_right_authority_lets_in(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, authority: Authority, mode: str
) -> None:
    assert await _connect(gateway, upstream, home, f"sslmode={mode} sslrootcert={authority.certificate}") == "tls"


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_a_stranger_is_not_trusted_once_there_is_an_authority(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, stranger: Authority, mode: str
) -> None:
    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, f"sslmode={mode} sslrootcert={stranger.certificate}")

    assert gateway.sessions == []


async def test_the_default_authority_is_found_in_the_home(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, stranger: Authority
) -> None:
    (home / ".postgresql").mkdir()
    (home / ".postgresql" / "root.crt").write_bytes(stranger.certificate.read_bytes())

    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, "sslmode=require")


async def test_another_name_passes_verify_ca_and_fails_verify_full(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, authority: Authority
) -> None:
    assert gateway.context is not None
    gateway.context.load_cert_chain(*authority.issue("elsewhere"))
    root = f"sslrootcert={authority.certificate}"

    assert await _connect(gateway, upstream, home, f"sslmode=verify-ca {root}") == "tls"
    with pytest.raises(ConnectFailed, match=re.compile("hostname mismatch", re.IGNORECASE)):
        await _connect(gateway, upstream, home, f"sslmode=verify-full {root}")


async def test_the_systems_authorities_do_not_know_the_test(
    gateway: Gateway, upstream: ConnectionTarget, home: Path
) -> None:
    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, "sslrootcert=system")


@pytest.mark.parametrize(("mode", "kind"), [("prefer", "plain"), ("allow", "plain")])
async def test_modes_that_go_on_without_tls(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, mode: str, kind: str
) -> None:
    gateway.context = None

    assert await _connect(gateway, upstream, home, f"sslmode={mode}") == kind


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_modes_that_never_go_on_without_tls(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, authority: Authority, mode: str
) -> None:
    gateway.context = None

    with pytest.raises(ConnectFailed, match="does not offer TLS"):
        await _connect(gateway, upstream, home, f"sslmode={mode} sslrootcert={authority.certificate}")

    assert gateway.sessions == []


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-full"])
async def test_a_client_certificate_is_sent(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, authority: Authority, mode: str
) -> None:
    assert gateway.context is not None
    gateway.context.verify_mode = ssl.CERT_OPTIONAL
    gateway.context.load_verify_locations(authority.certificate)
    certificate, key = authority.issue("ada")
    keywords = f"sslmode={mode} sslrootcert={authority.certificate} sslcert={certificate} sslkey={key}"

    assert await _connect(gateway, upstream, home, keywords) == "tls with certificate"
    assert await _connect(gateway, upstream, home, f"{keywords} sslcertmode=disable") == "tls"


async def test_the_least_version_is_kept_to(gateway: Gateway, upstream: ConnectionTarget, home: Path) -> None:
    assert gateway.context is not None
    gateway.context.maximum_version = ssl.TLSVersion.TLSv1_2

    with pytest.raises(ConnectFailed) as caught:
        await _connect(gateway, upstream, home, "sslmode=require ssl_min_protocol_version=TLSv1.3")

    assert caught.value.why
    assert gateway.sessions == []


def _arguments(home: Path, keywords: str) -> dict[str, object]:
    return connect_arguments(parse_conninfo(f"host=h user=u {keywords}", {}, home), password=None, home=home)


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_missing_authority_is_named(home: Path, mode: str) -> None:
    with pytest.raises(InvalidConninfo, match=r"/nowhere/root\.crt can't be found"):
        _arguments(home, f"sslmode={mode} sslrootcert=/nowhere/root.crt")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_missing_default_authority_is_named(home: Path, mode: str) -> None:
    with pytest.raises(InvalidConninfo, match=re.escape(str(home / ".postgresql" / "root.crt"))):
        _arguments(home, f"sslmode={mode}")


@pytest.mark.parametrize("keyword", ["sslrootcert", "sslcert", "sslcrl"])
def test_a_file_that_is_no_certificate_is_named(home: Path, authority: Authority, keyword: str) -> None:
    broken = home / "broken.pem"
    broken.write_text("nothing")
    broken.chmod(0o600)
    keywords = f"sslmode=verify-ca sslrootcert={authority.certificate} sslkey={broken} {keyword}={broken}"

    with pytest.raises(InvalidConninfo, match=r"can't be used: .*broken\.pem"):
        _arguments(home, keywords)


@pytest.mark.parametrize("mode", ["prefer", "require"])
def test_a_missing_client_certificate_is_named(home: Path, mode: str) -> None:
    with pytest.raises(InvalidConninfo, match=r"/nowhere/c\.crt can't be found"):
        _arguments(home, f"sslmode={mode} sslcert=/nowhere/c.crt")


def test_a_key_that_others_can_read_is_refused(home: Path, authority: Authority) -> None:
    certificate, key = authority.issue("ada")
    key.chmod(0o644)

    with pytest.raises(InvalidConninfo, match="Others can read it"):
        _arguments(home, f"sslmode=require sslcert={certificate} sslkey={key}")


def test_a_socket_has_no_tls(home: Path) -> None:
    arguments = connect_arguments(
        parse_conninfo("host=/tmp user=u sslmode=verify-full", {}, home), password=None, home=home
    )

    assert arguments["ssl"] is False


def test_direct_tls_is_asked_for(home: Path) -> None:
    assert _arguments(home, "sslmode=require sslnegotiation=direct")["direct_tls"] is True


async def test_direct_tls_is_verified_as_any_other(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, authority: Authority, stranger: Authority
) -> None:
    gateway.port = gateway.direct_port
    keywords = "sslmode=verify-full sslnegotiation=direct"

    assert await _connect(gateway, upstream, home, f"{keywords} sslrootcert={authority.certificate}") == "direct tls"
    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, f"{keywords} sslrootcert={stranger.certificate}")


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_direct_tls_is_refused_with_a_mode_that_may_go_without(home: Path, mode: str) -> None:
    with pytest.raises(InvalidConninfo, match="can't be used with sslnegotiation=direct"):
        _arguments(home, f"sslmode={mode} sslnegotiation=direct")


async def test_revoked_certificate_is_not_trusted(
    gateway: Gateway, upstream: ConnectionTarget, home: Path, authority: Authority
) -> None:
    keywords = f"sslmode=verify-full sslrootcert={authority.certificate} sslcrl="
    assert await _connect(gateway, upstream, home, keywords + str(authority.revoke())) == "tls"
    with pytest.raises(ConnectFailed, match="revoked"):
        await _connect(gateway, upstream, home, keywords + str(authority.revoke("localhost")))


async def test_password_is_not_sent_in_clear_to_whoever_asks(home: Path) -> None:
    """A server that asks for it gets nothing but the user's name where nobody verified who it is."""
    heard = bytearray()

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(1000))
        writer.write(b"R" + struct.pack("!ll", 8, 3))
        heard.extend(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(ask, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    TUNNEL_PORTS[port] = False
    try:
        target = parse_conninfo(f"host=127.0.0.1 port={port} user=ada sslmode=disable", {}, home)
        with pytest.raises(ConnectFailed, match="asks for the password in clear text"):
            await open_connection(target, password="s3cret")
    finally:
        del TUNNEL_PORTS[port]
        server.close()
        await server.wait_closed()
    assert b"ada" in heard
    assert b"s3cret" not in heard


@pytest.mark.parametrize("wanted", ["require"])
def test_channel_binding_that_is_demanded_is_refused_by_name(home: Path, wanted: str) -> None:
    with pytest.raises(InvalidConninfo, match=f"channel_binding={wanted} can't be used"):
        parse_conninfo(f"host=h channel_binding={wanted}", {}, home)
