"""Private keys of client certificates that are encrypted: their password is asked for by name."""

import asyncio
import ssl
from contextlib import aclosing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import InvalidConninfo, SecretWanted
from pgconsole.core.profile import Profile
from pgconsole.db.diagnosis import diagnose
from pgconsole.db.server_access import ServerAccess
from pgconsole.db.server_connection import open_server
from tests.fixtures.tls import Authority, Gateway


@pytest.fixture
def encrypted(gateway: Gateway, upstream: ConnectionTarget, authority: Authority) -> Profile:
    """A profile whose client key is encrypted by `s3cret`, on a gateway that wants a certificate."""
    assert gateway.context is not None
    gateway.context.verify_mode = ssl.CERT_REQUIRED
    gateway.context.load_verify_locations(authority.certificate)
    certificate, key = authority.issue("ada")
    loaded = serialization.load_pem_private_key(key.read_bytes(), None)
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key.write_bytes(loaded.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"s3cret")))
    server: dict[str, str | int] = {"host": "localhost", "hostaddr": "127.0.0.1", "port": gateway.port}
    server |= {"user": upstream.user, "dbname": upstream.database, "sslcert": str(certificate), "sslkey": str(key)}
    return Profile(id="p", server=server)


def _with(profile: Profile, mode: str) -> Profile:
    return Profile(id="p", server={**profile.server, "sslmode": mode})


@pytest.mark.parametrize("mode", ["prefer", "require"])
@pytest.mark.parametrize("password", ["", "wrong"])
async def test_password_of_the_key_is_asked_for(
    encrypted: Profile, gateway: Gateway, upstream: ConnectionTarget, mode: str, password: str
) -> None:
    name = f"the client key {encrypted.keyword('sslkey')}"
    with pytest.raises(SecretWanted) as caught:
        await open_server(_with(encrypted, mode), upstream.password, {name: password} if password else {})
    assert caught.value.wanted == name
    server = await open_server(_with(encrypted, mode), upstream.password, {name: "s3cret"})
    await server.aclose()
    assert gateway.sessions == ["tls with certificate"]
    assert "s3cret" not in repr(server.target)


async def test_test_of_the_connection_asks_too(encrypted: Profile, upstream: ConnectionTarget) -> None:
    for mode in ("prefer", "require"):
        async with aclosing(diagnose(ServerAccess(_with(encrypted, mode), upstream.password))) as findings:
            with pytest.raises(SecretWanted):
                assert [finding async for finding in findings] == []


async def test_key_that_is_broken_is_not_asked_about(encrypted: Profile) -> None:
    await asyncio.to_thread(Path(encrypted.keyword("sslkey")).write_text, "no key")
    with pytest.raises(InvalidConninfo, match="can't be used"):
        await open_server(_with(encrypted, "require"), None)
