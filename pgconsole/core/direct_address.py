"""The address of a server that is usually reached by way of a pooler: why it is asked for, and how it is read."""

from dataclasses import replace

from pgconsole.core.connection_target import DEFAULT_PORT, ConnectionTarget, Host

POOLER_TELLS = (
    "LISTEN cannot work through PgBouncer in transaction mode: the next transaction has another session."
    " Give the server's own address to listen there."
)
POOLER_MAY_TELL = (
    "A pooler stands between: another process serves the listener than the one that let it in. In transaction mode"
    " nothing arrives; give the server's own address to be sure."
)


def at_address(target: ConnectionTarget, address: str) -> ConnectionTarget:
    """The same target at `host`, `host:port`, `[v6]:port` or a socket's directory; raises `ValueError` with why not."""
    text = address.strip()
    name, port = text, ""
    if text.startswith("["):
        name, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        name, _, port = text.partition(":")
    if not name or any(character.isspace() or character in ",@?" for character in name):
        raise ValueError("An address is a host, or a host and a port as in db1:5432.")
    if port and not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535):
        raise ValueError(f"{port} is no port: it is a number from 1 to 65535.")
    return replace(target, hosts=(Host(name, int(port) if port else DEFAULT_PORT),))
