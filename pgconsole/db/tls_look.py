"""Looks at a server's TLS for a connection test: one handshake as the target asks for, and what came of it.

It logs in nowhere. A certificate that is not believed is fetched a second time, unverified, to tell what it says.
"""

import asyncio
import ssl
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pgconsole.core.certificate_facts import CertificateFacts
from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import InvalidConninfo
from pgconsole.core.step_down import TlsFault
from pgconsole.db.certificates import certificate_of
from pgconsole.db.tls import tls_context

_SSL_REQUEST: Final = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
_UNKNOWN_AUTHORITY: Final = (2, 18, 19, 20, 21)
_EXPIRED: Final = (9, 10)
_OTHER_NAME: Final = (62, 64)
"""OpenSSL's X509_V_ERR_* codes, of its page `X509_STORE_CTX_get_error`."""


@dataclass(frozen=True, slots=True)
class TlsLook:
    """What a handshake showed."""

    version: str = ""
    """As `TLSv1.3`; empty where there was none."""
    certificate: CertificateFacts | None = None
    is_verified: bool = False
    fault: TlsFault | None = None
    why: str = ""


async def look_at_tls(target: ConnectionTarget, host: Host) -> TlsLook:
    """Shake hands with one host, and hang up; raises `OSError` where the host breaks off."""
    single = replace(target, hosts=(host,))
    try:
        context = tls_context(_at_least_require(single), Path.home())
    except InvalidConninfo as error:
        is_root = "can't be found" in error.what and "root" in f"{error.what} {error.why}"
        return TlsLook(fault="no root file" if is_root else "other", why=f"{error.what} {error.why}".strip())
    try:
        return await _shake_hands(single, host, context)
    except ssl.SSLCertVerificationError as error:
        fault = _fault_of(error.verify_code)
        unverified = await _shake_hands(single, host, _without_verification(context))
        return replace(unverified, is_verified=False, fault=fault, why=f"{error.verify_message}.")
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        return TlsLook(fault="other", why=f"TLS could not be set up: {reason}.")


async def _shake_hands(target: ConnectionTarget, host: Host, context: ssl.SSLContext) -> TlsLook:
    address = host.address or host.name
    _reader, writer = await asyncio.open_connection(address, host.port)
    try:
        if not target.ssl_direct:
            writer.write(_SSL_REQUEST)
            answer = await _reader.read(1)
            if answer == b"N":
                return TlsLook(fault="no tls", why="The server does not offer TLS.")
            if not answer:
                return TlsLook(fault="other", why="The server hung up when it was asked for TLS.")
            if answer != b"S":
                return TlsLook(fault="other", why="What answered does not speak PostgreSQL's protocol.")
        await writer.start_tls(context, server_hostname=address)
        tls = writer.get_extra_info("ssl_object")
        verified = context.verify_mode is ssl.CERT_REQUIRED
        return TlsLook(tls.version() or "", await certificate_of(tls), verified)
    finally:
        writer.transport.abort()


def _at_least_require(target: ConnectionTarget) -> ConnectionTarget:
    return replace(target, ssl_mode="require") if target.ssl_mode in ("allow", "prefer") else target


def _without_verification(context: ssl.SSLContext) -> ssl.SSLContext:
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    plain.check_hostname = False
    plain.verify_mode = ssl.CERT_NONE
    plain.minimum_version = context.minimum_version
    plain.set_alpn_protocols(["postgresql"])
    return plain


def _fault_of(code: int) -> TlsFault:
    if code in _UNKNOWN_AUTHORITY:
        return "unknown authority"
    if code in _OTHER_NAME:
        return "other name"
    return "expired" if code in _EXPIRED else "other"
