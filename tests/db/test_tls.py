"""Every sslmode against a gateway that ends TLS before the test server, which is built without it."""

import asyncio
import datetime
import ipaddress
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import ConnectFailed, InvalidConninfo
from pgconsole.db.connecting import connect_arguments, open_connection
from pgconsole.db.conninfo import parse_conninfo

pytest.importorskip("cryptography", reason="certificates are made by it")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_SSL_REQUEST: Final = (80877103).to_bytes(4, "big")


@dataclass(frozen=True)
class _Authority:
    """A certificate authority of the test, which writes what it signs below `folder`."""

    folder: Path
    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def certificate(self) -> Path:
        return self.issue(self.name, is_authority=True)[0]

    def issue(self, name: str, *, is_authority: bool = False) -> tuple[Path, Path]:
        """Paths of a certificate for `name` and of its key, made once."""
        certificate, key = self.folder / f"{self.name}-{name}.crt", self.folder / f"{self.name}-{name}.key"
        if not certificate.exists():
            private = self.key if is_authority else ec.generate_private_key(ec.SECP256R1())
            _write_private(key, private)
            certificate.write_bytes(self._sign(name, private.public_key(), is_authority))
        return certificate, key

    def _sign(self, name: str, key: ec.EllipticCurvePublicKey, is_authority: bool) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        alternatives: list[x509.GeneralName] = [x509.DNSName(name)]
        with suppress(ValueError):
            alternatives.append(x509.IPAddress(ipaddress.ip_address(name)))
        builder = (
            x509.CertificateBuilder()
            .subject_name(_common_name(name))
            .issuer_name(_common_name(self.name))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@dataclass
class _Gateway:
    """Offers TLS, or refuses it, and forwards what is inside to the test server's socket."""

    upstream: str
    context: ssl.SSLContext | None
    sessions: list[str] = field(default_factory=list)
    """`tls`, `tls with certificate` or `plain` for each that began."""
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = "plain"
        first = await reader.readexactly(8)
        if first[4:] == _SSL_REQUEST:
            writer.write(b"S" if self.context else b"N")
            if self.context:
                await writer.start_tls(self.context)
                kind = "tls with certificate" if writer.get_extra_info("peercert") else "tls"
            first = await reader.readexactly(8)
        self.sessions.append(kind)
        inner_reader, inner_writer = await asyncio.open_unix_connection(self.upstream)
        inner_writer.write(first)
        await asyncio.gather(_forward(reader, inner_writer), _forward(inner_reader, writer))


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
def authority(tmp_path: Path) -> _Authority:
    return _Authority(tmp_path, "authority")


@pytest.fixture
def stranger(tmp_path: Path) -> _Authority:
    return _Authority(tmp_path, "stranger")


@pytest.fixture
def upstream(database_dsn: str, home: Path) -> ConnectionTarget:
    target = parse_conninfo(database_dsn, {}, home)
    if not target.hosts[0].is_socket:
        pytest.skip("the gateway forwards to a unix socket")
    return target


@pytest.fixture
async def gateway(upstream: ConnectionTarget, authority: _Authority) -> AsyncIterator[_Gateway]:
    """A gateway whose certificate is for `localhost`; without TLS where a test takes its context away."""
    host = upstream.hosts[0]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("localhost"))
    gateway = _Gateway(f"{host.name}/.s.PGSQL.{host.port}", context)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    gateway.port = server.sockets[0].getsockname()[1]
    yield gateway
    server.close()
    await server.wait_closed()


async def _connect(gateway: _Gateway, upstream: ConnectionTarget, home: Path, keywords: str) -> str:
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
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, mode: str, kind: str
) -> None:
    assert await _connect(gateway, upstream, home, f"sslmode={mode}") == kind


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_the_right_authority_lets_in(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, authority: _Authority, mode: str
) -> None:
    assert await _connect(gateway, upstream, home, f"sslmode={mode} sslrootcert={authority.certificate}") == "tls"


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_a_stranger_is_not_trusted_once_there_is_an_authority(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, stranger: _Authority, mode: str
) -> None:
    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, f"sslmode={mode} sslrootcert={stranger.certificate}")

    assert gateway.sessions == []


async def test_the_default_authority_is_found_in_the_home(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, stranger: _Authority
) -> None:
    (home / ".postgresql").mkdir()
    (home / ".postgresql" / "root.crt").write_bytes(stranger.certificate.read_bytes())

    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, "sslmode=require")


async def test_another_name_passes_verify_ca_and_fails_verify_full(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, authority: _Authority
) -> None:
    assert gateway.context is not None
    gateway.context.load_cert_chain(*authority.issue("elsewhere"))
    root = f"sslrootcert={authority.certificate}"

    assert await _connect(gateway, upstream, home, f"sslmode=verify-ca {root}") == "tls"
    with pytest.raises(ConnectFailed, match=re.compile("hostname mismatch", re.IGNORECASE)):
        await _connect(gateway, upstream, home, f"sslmode=verify-full {root}")


async def test_the_systems_authorities_do_not_know_the_test(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path
) -> None:
    with pytest.raises(ConnectFailed, match="can't be trusted"):
        await _connect(gateway, upstream, home, "sslrootcert=system")


@pytest.mark.parametrize(("mode", "kind"), [("prefer", "plain"), ("allow", "plain")])
async def test_modes_that_go_on_without_tls(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, mode: str, kind: str
) -> None:
    gateway.context = None

    assert await _connect(gateway, upstream, home, f"sslmode={mode}") == kind


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_modes_that_never_go_on_without_tls(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, authority: _Authority, mode: str
) -> None:
    gateway.context = None

    with pytest.raises(ConnectFailed, match="does not offer TLS"):
        await _connect(gateway, upstream, home, f"sslmode={mode} sslrootcert={authority.certificate}")

    assert gateway.sessions == []


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-full"])
async def test_a_client_certificate_is_sent(
    gateway: _Gateway, upstream: ConnectionTarget, home: Path, authority: _Authority, mode: str
) -> None:
    assert gateway.context is not None
    gateway.context.verify_mode = ssl.CERT_OPTIONAL
    gateway.context.load_verify_locations(authority.certificate)
    certificate, key = authority.issue("ada")
    keywords = f"sslmode={mode} sslrootcert={authority.certificate} sslcert={certificate} sslkey={key}"

    assert await _connect(gateway, upstream, home, keywords) == "tls with certificate"
    assert await _connect(gateway, upstream, home, f"{keywords} sslcertmode=disable") == "tls"


async def test_the_least_version_is_kept_to(gateway: _Gateway, upstream: ConnectionTarget, home: Path) -> None:
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
def test_a_file_that_is_no_certificate_is_named(home: Path, authority: _Authority, keyword: str) -> None:
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


def test_a_key_that_others_can_read_is_refused(home: Path, authority: _Authority) -> None:
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
