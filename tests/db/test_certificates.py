import ssl

import pytest

from pgconsole.db.certificates import certificate_of, read_certificate
from tests.fixtures.tls import Authority


def test_facts_are_those_of_the_certificate(authority: Authority) -> None:
    pem = authority.issue("127.0.0.1")[0].read_text()
    facts = read_certificate(ssl.PEM_cert_to_DER_cert(pem))
    assert (facts.subject, facts.issuer, facts.names) == ("127.0.0.1", "authority", ("127.0.0.1",))
    assert facts.since < facts.until
    assert len(facts.fingerprint.split(":")) == 32
    assert not facts.is_self_signed


def test_authority_has_signed_itself(authority: Authority) -> None:
    facts = read_certificate(ssl.PEM_cert_to_DER_cert(authority.certificate.read_text()))
    assert facts.signed.startswith("self-signed until ")


def test_what_is_no_certificate_is_told() -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_certificate(b"nothing")


async def test_without_tls_there_is_none() -> None:
    assert await certificate_of(None) is None
