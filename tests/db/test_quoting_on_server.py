"""The server itself reads what `core.quoting` writes; the one test of it that needs a server."""

from pathlib import Path

import pytest

from pgconsole.core.quoting import quote_identifier, quote_literal
from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo

_TEXTS = [
    "",
    "'",
    "''",
    "\\",
    "\\'",
    "\\\\'",
    "E'\\n'",
    "$$",
    '"',
    "a\nb\rc\td",
    "\x01\x7f\u202e",
    "ü😀",
    "%s ? $1 :x",
    "--",
    "/*",
]


@pytest.mark.parametrize("conforming", ["on", "off"])
async def test_the_server_reads_literals_back(database_dsn: str, home: Path, conforming: str) -> None:
    connection = await open_connection(parse_conninfo(database_dsn, {}, home))
    try:
        await connection.run_simple(f"SET standard_conforming_strings = {conforming}")
        for text in _TEXTS:
            prepared = await connection.prepare_text(f"SELECT {quote_literal(text)}")
            assert (await connection.open_portal(prepared, (), "", 0)).rows[0][0] == text
    finally:
        await connection.close()


async def test_the_server_reads_identifiers_back(database_dsn: str, home: Path) -> None:
    connection = await open_connection(parse_conninfo(database_dsn, {}, home))
    try:
        for name in filter(None, _TEXTS):
            prepared = await connection.prepare_text(f"SELECT 1 AS {quote_identifier(name)}")
            assert prepared.columns[0].name == name
    finally:
        await connection.close()
