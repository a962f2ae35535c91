"""Reads whatever people copy for a connection into libpq's keywords.

URIs of any driver, key=value, command lines of psql and docker, variables of containers, strings of JDBC and ADO.NET.

What is plain conninfo goes to `conninfo_syntax` as it is. Nothing here runs what it reads.
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.conninfo_keywords import VARIABLES
from pgconsole.db.conninfo_syntax import parse_keywords

_URI: Final = re.compile(r"(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?://[^\s\"'`]+")
_PLAIN_URI: Final = ("postgresql://", "postgres://")
_QUOTES: Final = ("'", '"', "`")
_VARIABLE: Final = re.compile(r"(?:^|\s)(?:export\s+|-\s+|-e\s+)?[\"']?([A-Z][A-Z0-9_]*)[\"']?\s*[=:]\s*")
_ADO_PAIR: Final = re.compile(r"\s*([A-Za-z][A-Za-z ]*?)\s*=\s*(\"[^\"]*\"|'[^']*'|[^;]*)\s*(?:;|$)")

_KEYWORD_OF_VARIABLE: Final[Mapping[str, str]] = {variable: keyword for keyword, variable in VARIABLES.items()} | {
    "POSTGRES_USER": "user",
    "POSTGRES_PASSWORD": "password",
    "POSTGRES_DB": "dbname",
    "POSTGRES_HOST": "host",
    "POSTGRES_PORT": "port",
    "DB_HOST": "host",
    "DB_PORT": "port",
    "DB_NAME": "dbname",
    "DB_DATABASE": "dbname",
    "DB_USER": "user",
    "DB_USERNAME": "user",
    "DB_PASSWORD": "password",
}
_ADO_KEYWORDS: Final[Mapping[str, str]] = {
    "server": "host",
    "host": "host",
    "data source": "host",
    "port": "port",
    "database": "dbname",
    "initial catalog": "dbname",
    "user id": "user",
    "user": "user",
    "username": "user",
    "uid": "user",
    "password": "password",
    "pwd": "password",
    "ssl mode": "sslmode",
    "sslmode": "sslmode",
    "root certificate": "sslrootcert",
    "application name": "application_name",
    "timeout": "connect_timeout",
}
_ADO_MODES: Final[Mapping[str, str]] = {"verifyca": "verify-ca", "verifyfull": "verify-full"}
_JDBC_KEYWORDS: Final[Mapping[str, str]] = {
    "ApplicationName": "application_name",
    "connectTimeout": "connect_timeout",
    "targetServerType": "target_session_attrs",
}
_PSQL_OPTIONS: Final[Mapping[str, str]] = {
    "-h": "host",
    "--host": "host",
    "-p": "port",
    "--port": "port",
    "-U": "user",
    "--username": "user",
    "-d": "dbname",
    "--dbname": "dbname",
}


def parse_pasted(text: str) -> dict[str, str]:
    """libpq's keywords of a text that leads to a server; raises InvalidConninfo as `parse_keywords` does."""
    text = _unquoted(text.strip())
    try:
        found = parse_keywords(text)
    except InvalidConninfo:
        found = _from_elsewhere(text)
        if not found:
            raise
    return _from_ado(text) if ";" in found.get("host", "") else found


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner.strip() if text[:1] in _QUOTES and text[-1:] == text[:1] and text[0] not in inner else text


def _from_elsewhere(text: str) -> dict[str, str]:
    """What is no conninfo; nothing where it is nothing else that is known either."""
    first = text.split(maxsplit=1)[0].rpartition("/")[2] if text else ""
    if first in ("docker", "podman"):
        return _from_docker(_words(text))
    if first == "psql" or " psql " in text:
        return _from_psql(_words(text))
    uri = _URI.search(text)
    if uri is not None:
        return _from_uri(uri.group()) if not text.startswith(_PLAIN_URI) else {}
    return (_from_ado(text) if ";" in text else {}) or _from_variables(text)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text.replace("\\\n", " "))
    except ValueError as error:
        raise InvalidConninfo("The command can't be read.", "A quotation does not end.", "Copy it whole.") from error


def _from_uri(text: str) -> dict[str, str]:
    """A URI as drivers of other languages write it."""
    is_jdbc = text.startswith("jdbc:")
    text = re.sub(r"^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?://", "postgresql://", text).rstrip(";,")
    place, mark, query = text.partition("?")
    if not mark:
        return parse_keywords(place)
    pairs = [(_JDBC_KEYWORDS.get(name, name), value) for name, value in parse_qsl(query, keep_blank_values=True)]
    extra: dict[str, str] = {}
    for name, value in pairs:
        if name == "ssl":
            # JDBC's true verifies; asyncpg's takes the names of the modes.
            extra["sslmode"] = ("verify-full" if is_jdbc else "require") if value in ("true", "1") else value
        elif name == "currentSchema":
            extra["options"] = f"-c search_path={value}"
        else:
            extra[name] = value
    known = " ".join(f"{name}={_quoted(value)}" for name, value in extra.items())
    return parse_keywords(place) | parse_keywords(known)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _from_psql(words: list[str]) -> dict[str, str]:
    at = next(index for index, word in enumerate(words) if word.rpartition("/")[2] == "psql")
    found = _known_variables(map(_pair, words[:at]))
    places: list[str] = []
    rest = iter(words[at + 1 :])
    for word in rest:
        option, equals, value = word.partition("=")
        if option in _PSQL_OPTIONS and (equals or word in _PSQL_OPTIONS):
            found[_PSQL_OPTIONS[option]] = value if equals else next(rest, "")
        elif word[:2] in _PSQL_OPTIONS and not word.startswith("--"):
            found[_PSQL_OPTIONS[word[:2]]] = word[2:]
        elif not word.startswith("-"):
            places.append(word)
    for name, place in zip(("dbname", "user"), places, strict=False):
        found.setdefault(name, place)
    database = found.get("dbname", "")
    if "=" in database or database.startswith(_PLAIN_URI):
        # psql's own rule: what looks like a connection string there is one.
        del found["dbname"]
        found = parse_keywords(database) | found
    return found


def _from_docker(words: list[str]) -> dict[str, str]:
    """The server that a container publishes on this machine, by the image's own defaults."""
    environment: list[tuple[str, str]] = []
    found = {"host": "localhost", "port": "5432"}
    for option, value in zip(words, [*words[1:], ""], strict=True):
        if option in ("-e", "--env"):
            environment.append(_pair(value))
        elif option.startswith("--env="):
            environment.append(_pair(option.removeprefix("--env=")))
        published = value if option in ("-p", "--publish") else option.removeprefix("--publish=")
        ports = re.fullmatch(r"(?:[\d.]+:)?(\d+):5432(?:/tcp)?", published)
        if ports:
            found["port"] = ports[1]
    found |= _known_variables(environment)
    found.setdefault("user", "postgres")
    found.setdefault("dbname", found["user"])
    return found


def _pair(word: str) -> tuple[str, str]:
    name, _equals, value = word.partition("=")
    return name, value


def _from_variables(text: str) -> dict[str, str]:
    """`NAME=value` or `NAME: value` of an environment, whatever separates them."""
    starts = list(_VARIABLE.finditer(text))
    if not starts or text[: starts[0].start()].strip(" \t\n-{"):
        return {}
    ends = [*(start.start() for start in starts[1:]), len(text)]
    pairs = [(m[1], text[m.end() : end].strip().strip(",").strip("\"'")) for m, end in zip(starts, ends, strict=True)]
    return _known_variables(pairs)


def _known_variables(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_KEYWORD_OF_VARIABLE[name]: value for name, value in pairs if name in _KEYWORD_OF_VARIABLE}


def _from_ado(text: str) -> dict[str, str]:
    pairs = {m[1].lower(): m[2].strip().strip("\"'") for m in _ADO_PAIR.finditer(text)}
    if not pairs.keys() & {"server", "host", "data source"}:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs.items():
        keyword = _ADO_KEYWORDS.get(name)
        if keyword is None:
            continue
        if keyword == "host":
            host, _comma, port = value.removeprefix("tcp:").partition(",")
            found |= {"host": host} | ({"port": port} if port else {})
        elif keyword == "sslmode":
            found[keyword] = _ADO_MODES.get(value.lower(), value.lower())
        else:
            found[keyword] = value
    return found
