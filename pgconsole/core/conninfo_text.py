"""Writes libpq's keywords as the URI or the key=value text that psql takes; reading them is `db.conninfo_syntax`'s.

A password never enters either text.
"""

from collections.abc import Mapping
from urllib.parse import quote

from pgconsole.core.profile import SECRET_KEYWORDS

_IN_AUTHORITY = frozenset({"host", "port", "dbname", "user"})


def conninfo_uri(keywords: Mapping[str, str]) -> str:
    """The keywords as a URI, empty where there are none.

    Its form: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
    """
    given = {name: value for name, value in keywords.items() if value != "" and name not in SECRET_KEYWORDS}
    if not given:
        return ""
    hosts = given.get("host", "").split(",")
    ports = given.get("port", "").split(",") if given.get("port") else []
    query = {name: value for name, value in given.items() if name not in _IN_AUTHORITY}
    user = quote(given["user"], safe="") + "@" if "user" in given else ""
    if any(host.startswith(("/", "@")) for host in hosts) or (len(ports) > 1 and len(ports) != len(hosts)):
        query = {name: given[name] for name in ("host", "port") if name in given} | query
        place = ""
    else:
        place = ",".join(_host_and_port(host, index, ports) for index, host in enumerate(hosts))
    database = "/" + quote(given["dbname"], safe="") if "dbname" in given else ""
    if query and not database:
        database = "/"
    asked = "&".join(f"{name}={quote(value, safe='/:,')}" for name, value in query.items())
    return f"postgresql://{user}{place}{database}{'?' + asked if asked else ''}"


def conninfo_text(keywords: Mapping[str, str]) -> str:
    """The same as `host=... port=...`, each value quoted where libpq needs it."""
    return " ".join(
        f"{name}={_quoted(value)}" for name, value in keywords.items() if value != "" and name not in SECRET_KEYWORDS
    )


def _host_and_port(host: str, index: int, ports: list[str]) -> str:
    place = f"[{host}]" if ":" in host else quote(host, safe="")
    if not ports:
        return place
    port = ports[index] if len(ports) > 1 else ports[0]
    return f"{place}:{port}" if port else place


def _quoted(value: str) -> str:
    if value and not any(char.isspace() or char in "'\\" for char in value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
