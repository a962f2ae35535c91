"""COPYs of many pieces from a server that is known: each arrives to its end, whatever its rows hold."""

from collections.abc import AsyncIterator

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.connecting import open_connection
from pgconsole.db.text_connection import TextConnection

_ROWS = 30_000
_LINES = "E'plain\\nd\\nC\\n' || repeat(E'\\nd', n % 40)"
_FEIGNED = r"'\x706c61696e0a6400000010612077686f6c6520726f770a640000000001'::bytea"


@pytest.fixture
async def connection(target: ConnectionTarget) -> AsyncIterator[TextConnection]:
    connection = await open_connection(target)
    yield connection
    connection.terminate()


@pytest.mark.parametrize(
    ("value", "options"),
    [
        (_LINES, "csv"),
        (_LINES, "text"),
        (_LINES, "binary"),
        (_FEIGNED, "binary"),
        (_LINES, "csv, encoding 'latin1'"),
        (_LINES, "csv, encoding 'utf8', header"),
        ("repeat(E'\\x01', n % 12)", "text"),
    ],
)
async def test_copy_of_many_pieces_arrives_whole(connection: TextConnection, value: str, options: str) -> None:
    query = f"select {value} as v from generate_series(1, {_ROWS}) n"
    sizes = [0, 0]

    async def take(piece: bytes) -> None:
        sizes[0] += 1
        sizes[1] += len(piece)

    assert await connection.copy_out_text(f"copy ({query}) to stdout (format {options})", take) == f"COPY {_ROWS}"
    assert sizes[1] > _ROWS
    assert not connection.is_closed()


async def test_notices_among_the_rows_of_a_copy_are_heard(connection: TextConnection) -> None:
    await connection.run_simple(
        "create or replace function pg_temp.told(n int) returns text language plpgsql as"
        " $$ begin raise notice E'line\\nd' using hint = E'more\\nd'; return repeat('x', n % 30); end $$"
    )
    heard: list[str] = []
    connection.notice_sink = lambda fields: heard.append(fields["message"])

    pieces: list[bytes] = []

    async def take(piece: bytes) -> None:
        pieces.append(bytes(piece))

    query = f"select n, pg_temp.told(n) from generate_series(1, {_ROWS}) n"
    assert await connection.copy_out_text(f"copy ({query}) to stdout", take) == f"COPY {_ROWS}"
    assert heard == ["line\nd"] * _ROWS
    assert b"".join(pieces) == b"".join(b"%d\t%s\n" % (n, b"x" * (n % 30)) for n in range(1, _ROWS + 1))


@pytest.mark.parametrize("every", [2, 7, 1000, 29_999])
async def test_no_row_is_lost_or_doubled_by_notices_here_and_there(connection: TextConnection, every: int) -> None:
    await connection.run_simple(
        "create or replace function pg_temp.at_times(n int) returns text language plpgsql as $$ begin"
        f" if n % {every} = 0 then raise notice 'now'; end if; return repeat('y', n % 300); end $$"
    )
    heard: list[str] = []
    connection.notice_sink = lambda fields: heard.append(fields["message"])
    pieces: list[bytes] = []

    async def take(piece: bytes) -> None:
        pieces.append(bytes(piece))

    for _ in range(2):
        heard.clear()
        pieces.clear()
        query = f"select n, pg_temp.at_times(n) from generate_series(1, {_ROWS}) n"
        await connection.copy_out_text(f"copy ({query}) to stdout", take)
        assert len(heard) == _ROWS // every
        assert b"".join(pieces) == b"".join(b"%d\t%s\n" % (n, b"y" * (n % 300)) for n in range(1, _ROWS + 1))


@pytest.mark.parametrize("sizes", [(100_000, 10), (700_000, 3)])
async def test_notice_before_a_message_that_comes_in_many_pieces(
    connection: TextConnection, sizes: tuple[int, int]
) -> None:
    await connection.run_simple(
        "create or replace function pg_temp.large(n int) returns text language plpgsql as"
        f" $$ begin raise notice 'now'; return repeat(chr(96 + n), {sizes[0]}); end $$"
    )
    pieces: list[bytes] = []

    async def take(piece: bytes) -> None:
        pieces.append(bytes(piece))

    query = f"select pg_temp.large(n) from generate_series(1, {sizes[1]}) n"
    await connection.copy_out_text(f"copy ({query}) to stdout", take)
    assert b"".join(pieces) == b"".join(bytes([96 + n]) * sizes[0] + b"\n" for n in range(1, sizes[1] + 1))
