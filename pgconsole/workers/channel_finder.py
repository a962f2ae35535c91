"""Asks a database's functions and triggers which channels they send on."""

from collections.abc import Sequence

from pgconsole.core.channel_search import FoundChannel, channels_in_source, channels_of_trigger
from pgconsole.db.introspection import server_query
from pgconsole.db.pool import Pool

OWNER = "channel search"


async def find_channels(pool: Pool) -> tuple[FoundChannel, ...]:
    """The channels that are named in the database, in the order of their names; raises `PgconsoleError`."""
    session = await pool.acquire(OWNER)
    try:
        major = int(session.parameter_status("server_version").split(".")[0].split(" ")[0] or 12)
        rows = await session.fetch(server_query("channel_sources", max(major, 12)))
    finally:
        pool.release(session, OWNER)
    found: dict[FoundChannel, None] = {}
    for function, source, trigger, arguments in rows:
        found |= dict.fromkeys(channels_in_source(source or "", function or ""))
        if trigger:
            found |= dict.fromkeys(channels_of_trigger(source or "", _arguments(arguments or ""), trigger))
    return tuple(sorted(found, key=lambda each: (each.name, each.place)))


def _arguments(hex_text: str) -> Sequence[str]:
    """A trigger's arguments, each of which the catalog ends with a zero byte."""
    return bytes.fromhex(hex_text).decode("utf-8", "replace").split("\0")[:-1]
