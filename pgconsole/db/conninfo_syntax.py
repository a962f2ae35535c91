"""Reads a connection string, URI or `key=value`, into libpq's keywords; knows nothing of defaults, variables or files.

Source: PostgreSQL manual, "Connection Strings"; checked against libpq 18 itself in the tests.
"""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.conninfo_keywords import is_keyword

_URI_PREFIXES: Final = ("postgresql://", "postgres://")
_SPACE: Final = " \t\n\v\f\r"
_PERCENT: Final = re.compile(r"%(.{0,2})", re.DOTALL)
_PLACE: Final = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<name>[^:/?,\[][^:/?,]*|))(?::(?P<port>[^/?,]*))?")


def parse_keywords(text: str) -> dict[str, str]:
    """Keyword and value of everything that `text` sets, the later one of two.

    Raises InvalidConninfo for bad syntax and for keywords that libpq does not know; no message repeats a password.
    """
    if "\x00" in text:
        raise _invalid("It holds a NUL character.", "Remove it.")
    for prefix in _URI_PREFIXES:
        if text.startswith(prefix):
            return _parse_uri(text[len(prefix) :])
    return _parse_pairs(text)


def _parse_pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = _skip_space(text, 0)
    while at < len(text):
        end = at
        while end < len(text) and text[end] != "=" and text[end] not in _SPACE:
            end += 1
        name, at = text[at:end], _skip_space(text, end)
        if at >= len(text) or text[at] != "=":
            shown = name if is_keyword(name) else "a word"
            raise _invalid(f'"=" is missing after {shown}.', "Write key=value pairs, as in dbname=shop, or a URI.")
        value, at = _read_value(text, _skip_space(text, at + 1))
        _store(found, name, value)
        at = _skip_space(text, at)
    return found


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _read_value(text: str, at: int) -> tuple[str, int]:
    """A value, quoted or not, from `at` on, and where it ends; a backslash takes the next character as it is."""
    quoted = text[at : at + 1] == "'"
    at += quoted
    value: list[str] = []
    while at < len(text):
        char = text[at]
        if quoted and char == "'":
            return "".join(value), at + 1
        if not quoted and char in _SPACE:
            return "".join(value), at
        if char == "\\":
            at += 1
        value.append(text[at : at + 1])
        at += 1
    if quoted:
        raise _invalid("A quoted value does not end.", "Close it by a single quote; one inside is written \\'.")
    return "".join(value), at


def _parse_uri(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = re.search(r"[@/]|$", rest)
    if at is not None and at.group() == "@":
        user, colon, password = rest[: at.start()].partition(":")
        if user:
            found["user"] = _decoded(user)
        if colon and password:
            found["password"] = _decoded(password)
        rest = rest[at.end() :]
    rest = _parse_places(rest, found)
    path, question, query = rest.partition("?")
    if path[1:]:
        found["dbname"] = _decoded(path[1:])
    if question:
        _parse_query(query, found)
    return found


def _parse_places(rest: str, found: dict[str, str]) -> str:
    """Read `host:port,host:port`, and return what follows."""
    hosts: list[str] = []
    ports: list[str] = []
    at = 0
    while True:
        place = _PLACE.match(rest, at)
        if place is None or (place["v6"] is not None and not place["v6"]):
            raise _invalid("An address in brackets is empty or does not end.", "Write an IPv6 address as [::1].")
        hosts.append(place["v6"] or place["name"] or "")
        ports.append(place["port"] or "")
        at = place.end()
        if rest[at : at + 1] != ",":
            break
        at += 1
    if rest[at : at + 1] not in ("", "/", "?"):
        raise _invalid("Something unexpected follows an address in brackets.", "Write [::1]:5432 or [::1]/dbname.")
    if ",".join(hosts):
        found["host"] = _decoded(",".join(hosts))
    if ",".join(ports):
        found["port"] = _decoded(",".join(ports))
    return rest[at:]


def _parse_query(query: str, found: dict[str, str]) -> None:
    for pair in query.removesuffix("&").split("&") if query else ():
        name, equals, value = pair.partition("=")
        if not equals or "=" in value:
            raise _invalid(
                "A parameter of the URI does not read name=value.", "Write ?name=value&name=value; = in a value is %3D."
            )
        name, value = _decoded(name), _decoded(value)
        if name == "ssl" and value == "true":
            name, value = "sslmode", "require"
        _store(found, name, value)


def _store(found: dict[str, str], name: str, value: str) -> None:
    if name == "requiressl":
        name, value = "sslmode", "require" if value.startswith("1") else "prefer"
    if not is_keyword(name):
        remedy = "Check its spelling; settings of the server go in options."
        raise _invalid(f"There is no connection parameter {name!r}.", remedy)
    found[name] = value


def _decoded(text: str) -> str:
    """Percent-decoded text; UTF-8, and never a NUL. Space round it is dropped, and inside it refused, as libpq does."""
    text = text.strip(" ")
    if " " in text:
        raise _invalid("It holds a space.", "Write a space as %20.")
    for code in _PERCENT.findall(text):
        if not re.fullmatch("[0-9A-Fa-f]{2}", code) or code == "00":
            raise _invalid("A percent sign is not followed by two hexadecimal digits other than 00.", "Write % as %25.")
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeError:
        raise _invalid("Its percent codes are no UTF-8.", "Write the UTF-8 bytes of a character.") from None


def _invalid(why: str, remedy: str) -> InvalidConninfo:
    return InvalidConninfo("The connection string can't be read.", why, remedy)
