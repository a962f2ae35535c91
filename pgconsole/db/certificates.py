"""Reads the certificate that a server showed, also where nobody verified it, which Python's ssl leaves in its bytes."""

import asyncio
import ssl
from contextlib import suppress

from pgconsole.core.certificate_facts import CertificateFacts


async def certificate_of(tls: ssl.SSLObject | ssl.SSLSocket | None) -> CertificateFacts | None:
    """The facts of the peer's certificate; None without TLS, or where it can't be read."""
    encoded = tls.getpeercert(binary_form=True) if tls is not None else None
    if encoded is None:
        return None
    with suppress(ValueError):
        # The reader takes 0.1 s to load.
        return await asyncio.to_thread(read_certificate, encoded)
    return None


def read_certificate(encoded: bytes) -> CertificateFacts:
    """The facts of a certificate in DER; raises `ValueError`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    found = x509.load_der_x509_certificate(encoded)
    names: list[str] = []
    with suppress(x509.ExtensionNotFound):
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names += alternatives.get_values_for_type(x509.DNSName)
        names += map(str, alternatives.get_values_for_type(x509.IPAddress))

    def called(name: x509.Name) -> str:
        common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(common[0].value) if common else name.rfc4514_string()

    return CertificateFacts(
        subject=called(found.subject),
        issuer=called(found.issuer),
        names=tuple(dict.fromkeys(names)),
        since=found.not_valid_before_utc,
        until=found.not_valid_after_utc,
        fingerprint=found.fingerprint(SHA256()).hex(":").upper(),
    )
