"""What a text connection gives is, to the last character, what psql prints for the same query on the same server."""

import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final, Protocol

import pytest

from pgconsole.db.connecting import open_connection
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.text_connection import TextConnection

_HERE: Final = Path(__file__).parent
_SETUP: Final = (_HERE / "exact_values_setup.sql").read_text(encoding="utf-8")
_LINES: Final = (_HERE / "exact_values.txt").read_text(encoding="utf-8").split("\n")
QUERIES: Final = [line for line in _LINES if line and not line.startswith("#")]

_NULL: Final = "\x01 no value \x01"
_MARK: Final = "\x02 end of query \x02"

# Types whose text the server writes and refuses to read.
_WRITE_ONLY: Final = frozenset(
    {
        "pg_node_tree",
        "pg_ndistinct",
        "pg_dependencies",
        "pg_mcv_list",
        "record",
        "record[]",
        "void",
        "cstring",
        "anyarray",
    }
)


class _Installation(Protocol):
    psql: Path | None


class _LocalServer(Protocol):
    binaries: _Installation


class _Server(Protocol):
    local: _LocalServer


@pytest.fixture
def dsn(database_dsn: str) -> str:
    """The database's address, with the settings under which values are compared."""
    joint = "&" if "?" in database_dsn else "?"
    return f"{database_dsn}{joint}options=-c%20TimeZone%3DUTC%20-c%20lc_monetary%3DC"


@pytest.fixture
async def connection(dsn: str, home: Path) -> AsyncIterator[TextConnection]:
    connection = await open_connection(parse_conninfo(dsn, {}, home))
    yield connection
    await connection.close()


def _psql(server: _Server, dsn: str, queries: Sequence[str]) -> list[list[str | None]]:
    """The rows that psql prints for each query, in one run; a value may hold line ends, so each query has one row."""
    psql = server.local.binaries.psql
    assert psql is not None
    script = f"\\pset null '{_NULL}'\n" + "".join(f"{query};\n\\echo '{_MARK}'\n" for query in queries)
    argv = [str(psql), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", dsn]
    environ = {"PATH": os.defpath, "PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(argv, input=script.encode(), capture_output=True, check=False, timeout=60, env=environ)
    assert done.returncode == 0, done.stderr.decode()
    answers = done.stdout.decode().split(_MARK + "\n")[:-1]
    return [_printed_rows(answer, query) for answer, query in zip(answers, queries, strict=True)]


def _printed_rows(answer: str, query: str) -> list[str | None]:
    """One value for each row; only the query that says so has several, none of which holds a line end."""
    if not answer:
        return []
    values = answer[:-1].split("\n") if "generate_series(1, 3)" in query else [answer[:-1]]
    return [None if value == _NULL else value for value in values]


async def _ours(connection: TextConnection, query: str, *args: str | None) -> tuple[str, list[str | None]]:
    """The type and the values of a query with one column."""
    prepared = await connection.prepare_text(query)
    page = await connection.open_portal(prepared, args, "", 0)
    assert page.exhausted
    assert len(prepared.columns) == 1, query
    return prepared.columns[0].type_name, [row[0] for row in page.rows]


def test_no_query_stands_twice_in_the_list() -> None:
    assert len(QUERIES) == len(set(QUERIES))
    assert len(QUERIES) > 200


async def test_every_value_is_what_psql_prints(connection: TextConnection, dsn: str, postgres_server: _Server) -> None:
    await connection.run_simple(_SETUP)
    expected = _psql(postgres_server, dsn, QUERIES)

    for query, printed in zip(QUERIES, expected, strict=True):
        assert (await _ours(connection, query))[1] == printed, query


async def test_every_value_comes_back_unchanged_as_a_parameter(connection: TextConnection, dsn: str) -> None:
    await connection.run_simple(_SETUP)
    tried: set[str] = set()

    for query in QUERIES:
        _name, values = await _ours(connection, query)
        type_of = (
            "SELECT pg_catalog.format_type((SELECT pg_catalog.pg_typeof(x) FROM (" + query + ") AS q(x) LIMIT 1), -1)"
        )
        (written,) = (await _ours(connection, type_of))[1] if values else [None]
        if written is None or written in _WRITE_ONLY:
            continue
        tried.add(written)
        for value in values:
            assert (await _ours(connection, f"SELECT $1::{written}", value))[1] == [value], (query, value)

    assert len(tried) > 100


async def test_null_and_empty_arrays_of_every_type_are_read(connection: TextConnection) -> None:
    """Every type there is, whether or not a line above has a value of it."""
    await connection.run_simple(_SETUP)
    listed = await connection.prepare_text(
        "SELECT format_type(oid, NULL), typcategory = 'A' AND typelem <> 0 AND typlen = -1"
        " FROM pg_type WHERE typtype <> 'p' AND typname <> 'short_text'"
    )
    rows = (await connection.open_portal(listed, (), "", 0)).rows
    assert len(rows) > 400

    for name, is_array in rows:
        assert (await _ours(connection, f"SELECT NULL::{name}"))[1] == [None], name
        if is_array == "t" and name not in ("int2vector", "oidvector"):
            assert (await _ours(connection, f"SELECT '{{}}'::{name}"))[1] == ["{}"], name


async def test_every_builtin_type_has_a_line(connection: TextConnection) -> None:
    await connection.run_simple(_SETUP)
    seen = set()
    for query in QUERIES:
        prepared = await connection.prepare_text(query)
        seen.add(prepared.columns[0].type_oid)
    listed = await connection.prepare_text(
        "SELECT oid, typname FROM pg_type WHERE oid < 10000 AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A'"
    )
    rows = (await connection.open_portal(listed, (), "", 0)).rows

    assert {name for oid, name in rows if int(oid or 0) not in seen} == set()


@pytest.mark.parametrize(
    ("definition", "literal"),
    [
        ("AS ENUM ('new')", "new"),
        ("AS (a int, b text)", '(1,"x y")'),
        ("AS RANGE (subtype = numeric)", "[1.5,2.50)"),
        ("AS (deep text[])", '("{a,NULL}")'),
    ],
)
async def test_a_type_made_a_moment_ago_works_as_result_and_parameter(
    connection: TextConnection, definition: str, literal: str
) -> None:
    await _ours(connection, "SELECT 1")
    await connection.run_simple(f"CREATE TYPE brand_new {definition}; CREATE DOMAIN over_new AS brand_new")

    for name in ("brand_new", "over_new"):
        assert (await _ours(connection, f"SELECT '{literal}'::{name}"))[1] == [literal]
        assert (await _ours(connection, f"SELECT $1::{name}", literal))[1] == [literal]
        assert (await _ours(connection, f"SELECT $1::{name}", None))[1] == [None]
        as_array = (await _ours(connection, f"SELECT ARRAY[$1::{name}]", literal))[1]
        assert (await _ours(connection, f"SELECT $1::{name}[]", as_array[0]))[1] == as_array


async def test_a_type_dropped_and_made_again_is_read(connection: TextConnection) -> None:
    await connection.run_simple("CREATE TYPE brief AS ENUM ('one')")
    assert (await _ours(connection, "SELECT 'one'::brief"))[1] == ["one"]

    await connection.run_simple("DROP TYPE brief; CREATE TYPE brief AS (a int)")

    assert (await _ours(connection, "SELECT ROW(1)::brief"))[1] == ["(1)"]


async def test_columns_of_all_types_come_in_one_row(connection: TextConnection) -> None:
    await connection.run_simple(_SETUP)
    queries = [query for query in QUERIES if "FROM" not in query and "series" not in query]
    separate = [(await _ours(connection, query))[1][0] for query in queries]
    columns = ", ".join(f"({query}) AS c{number}" for number, query in enumerate(queries))

    prepared = await connection.prepare_text(f"SELECT {columns}")
    page = await connection.open_portal(prepared, (), "", 0)

    assert list(page.rows[0]) == separate
