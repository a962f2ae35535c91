"""Rows of a simple query, read off the wire however it is cut, and on a real server."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.connecting import open_connection
from pgconsole.db.simple_rows import SimpleRows
from pgconsole.db.text_connection import TextConnection


def message(kind: str, body: bytes) -> bytes:
    return kind.encode() + (len(body) + 4).to_bytes(4, "big") + body


def described(*names: str) -> bytes:
    fields = b"".join(name.encode() + b"\0" + bytes(18) for name in names)
    return message("T", len(names).to_bytes(2, "big") + fields)


def row(*cells: str | None) -> bytes:
    parts = [
        (0xFFFFFFFF).to_bytes(4, "big") if cell is None else len(cell.encode()).to_bytes(4, "big") + cell.encode()
        for cell in cells
    ]
    return message("D", len(cells).to_bytes(2, "big") + b"".join(parts))


_WIRE = described("a", "née") + row("1", None) + row("", "zwei ü") + message("C", b"SHOW\0") + message("Z", b"I")


@given(st.lists(st.integers(1, 9), max_size=60))
def test_rows_are_the_same_wherever_the_wire_is_cut(lengths: list[int]) -> None:
    heard, rest = SimpleRows(), _WIRE
    for length in lengths:
        heard.hear(rest[:length])
        rest = rest[length:]
    heard.hear(rest)
    assert heard.columns == ("a", "née")
    assert heard.rows == [("1", None), ("", "zwei ü")]


def test_last_of_several_results_is_kept() -> None:
    heard = SimpleRows()
    heard.hear(_WIRE + described("b") + row("2"))
    assert (heard.columns, heard.rows) == (("b",), [("2",)])


@pytest.fixture
async def connection(target: ConnectionTarget) -> AsyncIterator[TextConnection]:
    connection = await open_connection(target)
    yield connection
    await connection.close()


async def test_server_answers_by_the_simple_protocol(connection: TextConnection) -> None:
    columns, rows = await connection.run_simple_rows("select 1 as one, null as nothing union all select 2, 'x'")
    assert columns == ("one", "nothing")
    assert list(rows) == [("1", None), ("2", "x")]
    assert await connection.run_simple_rows("set work_mem = '5MB'") == ((), [])


async def test_connection_is_as_before_after_an_error(connection: TextConnection) -> None:
    with pytest.raises(Exception, match="division by zero"):
        await connection.run_simple_rows("select 1 / 0")
    assert (await connection.run_simple_rows("select 3"))[1] == [("3",)]
    prepared = await connection.prepare_text("select 4")
    assert (await connection.open_portal(prepared, (), "", 0)).rows[0][0] == "4"
