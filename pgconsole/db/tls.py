"""Makes the TLS context that a target asks for; every failure names the file or mode that is to blame.

The modes are libpq's (manual, "SSL Support"), but for one point where libpq would go on unverified: a root certificate
that is named and not there is refused in every mode that uses one.
"""

import os
import ssl
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import InvalidConninfo, SecretWanted

_ALPN: Final = "postgresql"
_KEY_HEAD_BYTES: Final = 64 * 1024
_VERSIONS: Final[Mapping[str, ssl.TLSVersion]] = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


class _NamedHostContext(ssl.SSLContext):
    """A context that verifies the name that was written where an address is connected to (`hostaddr`)."""

    names: Mapping[str, str] = {}

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """The same as the standard one, for the name that stands for the address."""
        name = self.names.get(str(server_hostname), server_hostname)
        return super().wrap_bio(incoming, outgoing, server_side, name, session)


def tls_context(target: ConnectionTarget, home: Path) -> ssl.SSLContext:
    """The context for `require`, `verify-ca` and `verify-full`; raises InvalidConninfo."""
    context = _NamedHostContext(ssl.PROTOCOL_TLS_CLIENT)
    context.names = {host.address: host.name for host in target.hosts if host.address}
    context.check_hostname = target.ssl_mode == "verify-full"
    root = _root_certificate(target, home)
    if root == "system":
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    elif root:
        _load(context.load_verify_locations, "root certificate", root, cafile=root)
    elif target.ssl_mode == "require":
        context.verify_mode = ssl.CERT_NONE
    if context.verify_mode is ssl.CERT_REQUIRED:
        _load_revocations(context, target, home)
    if target.sends_certificate:
        _load_client_certificate(context, target, home)
    context.minimum_version = _VERSIONS[target.tls_min_version]
    if target.tls_max_version:
        context.maximum_version = _VERSIONS[target.tls_max_version]
    context.set_alpn_protocols([_ALPN])
    return context


def advisory_tls_uri(target: ConnectionTarget, home: Path) -> str:
    """The part of a URI by which the driver itself makes `allow` and `prefer`, which try with and without TLS."""
    files = _client_files(target, home) if target.sends_certificate else None
    query = {"sslmode": target.ssl_mode, "ssl_min_protocol_version": target.tls_min_version}
    if target.tls_max_version:
        query["ssl_max_protocol_version"] = target.tls_max_version
    if files is not None:
        _load_client_certificate(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), target, home)
        query |= {"sslcert": files[0], "sslkey": files[1], "sslpassword": target.tls.key_password}
    return "postgresql:///?" + urlencode(query)


def _root_certificate(target: ConnectionTarget, home: Path) -> str:
    """The file to verify by, `system`, or nothing where `require` has none and so verifies nobody."""
    named = target.tls.root_certificate
    if named == "system":
        return named
    path = Path(named) if named else home / ".postgresql" / "root.crt"
    if path.is_file():
        return str(path)
    if named or target.ssl_mode != "require":
        raise InvalidConninfo(
            f"The root certificate {path} can't be found.",
            f"sslmode={target.ssl_mode} verifies the server by it.",
            "Put the certificate there, name another file as sslrootcert, or set sslrootcert=system.",
        )
    return ""


def _load_revocations(context: ssl.SSLContext, target: ConnectionTarget, home: Path) -> None:
    named, directory = target.tls.revocations, target.tls.revocation_directory
    default = home / ".postgresql" / "root.crl"
    path = named or (str(default) if default.is_file() and not directory else "")
    if path:
        _load(context.load_verify_locations, "revocation list", path, cafile=path)
    if directory:
        _load(context.load_verify_locations, "directory of revocation lists", directory, capath=directory)
    if path or directory:
        context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN


def _load_client_certificate(context: ssl.SSLContext, target: ConnectionTarget, home: Path) -> None:
    files = _client_files(target, home)
    if files is None:
        return
    certificate, key = files
    check_private_key(Path(key))
    password = target.tls.key_password
    shown = f"{certificate}, {key}"
    try:
        _load(context.load_cert_chain, "client certificate or its key", shown, certificate, key, lambda: password)
    except InvalidConninfo:
        if _is_encrypted(Path(key)):
            why = "It does not open the key." if password else "The key is encrypted."
            raise SecretWanted(client_key_name(target.tls.key), why) from None
        raise


def client_key_name(key: str) -> str:
    """What the password of a client key is asked for as; `key` is its path as it was written."""
    return f"the client key {key or '~/.postgresql/postgresql.key'}"


def _is_encrypted(key: Path) -> bool:
    """Whether a key in PEM says so itself."""
    return b"ENCRYPTED" in key.read_bytes()[:_KEY_HEAD_BYTES]


def _client_files(target: ConnectionTarget, home: Path) -> tuple[str, str] | None:
    """Certificate and key; None where neither is named nor at its default place."""
    folder = home / ".postgresql"
    certificate = Path(target.tls.certificate) if target.tls.certificate else folder / "postgresql.crt"
    key = Path(target.tls.key) if target.tls.key else folder / "postgresql.key"
    if not target.tls.certificate and not certificate.is_file():
        return None
    for path, keyword in ((certificate, "sslcert"), (key, "sslkey")):
        if not path.is_file():
            what, why = f"The file {path} can't be found.", f"It is the connection's {keyword}."
            raise InvalidConninfo(what, why, f"Correct {keyword}.")
    return str(certificate), str(key)


def check_private_key(path: Path) -> None:
    """libpq's rule: nobody else may read a private key, but root's own may be readable by its group."""
    if sys.platform == "win32":
        return
    status = path.stat()
    others = 0o037 if status.st_uid == 0 and os.geteuid() != 0 else 0o077
    if status.st_mode & others & (stat.S_IRWXG | stat.S_IRWXO):
        raise InvalidConninfo(
            f"The private key {path} is not used.", "Others can read it.", f"Run chmod 0600 on {path.name}."
        )


def _load(loader: Any, what: str, path: str, *args: Any, **kwargs: Any) -> None:
    try:
        loader(*args, **kwargs)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)).replace("_", " ")
        raise InvalidConninfo(
            f"The {what} can't be used: {path}.", f"{reason[:1].upper()}{reason[1:].lower()}.", "Check the file."
        ) from error
