"""Loads the server queries that lie beside this file as `queries/<what>_post_<oldest server version>.sql`."""

import re
from functools import cache
from importlib import resources
from typing import Final

OLDEST_SERVER: Final = 14
_NAME = re.compile(r"(?P<what>\w+)_post_(?P<version>\d+)\.sql")


@cache
def server_query(what: str, major: int) -> str:
    """The text of the query `what` for a server of that major version: the newest one that it is old enough for.

    Raises LookupError where there is none.
    """
    found: dict[int, str] = {}
    for entry in resources.files("pgconsole.db").joinpath("queries").iterdir():
        match = _NAME.fullmatch(entry.name)
        if match and match["what"] == what:
            found[int(match["version"])] = entry.read_text("utf-8")
    fitting = [version for version in found if version <= major]
    if not fitting:
        raise LookupError(f"no query {what!r} for PostgreSQL {major}")
    return found[max(fitting)]


def server_major(version: str) -> int:
    """The major version in `18.1`, `15.9 (Debian 15.9-1)` or `19devel`; the oldest one known where there is none."""
    found = re.match(r"\d+", version)
    return max(OLDEST_SERVER, int(found[0])) if found else OLDEST_SERVER
