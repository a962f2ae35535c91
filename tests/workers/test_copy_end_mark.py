"""Data behind a line of `\\.` alone, which the server does not read."""

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.statements import traits
from pgconsole.db.session import Session
from pgconsole.workers.copy_end_mark import EndMark, check_end_mark
from tests.fixtures.engine import value
from tests.fixtures.runs import run


async def pieces(*texts: bytes) -> AsyncIterator[bytes]:
    for text in texts:
        yield text


async def left(*texts: bytes) -> int:
    mark = EndMark()
    assert b"".join([piece async for piece in mark.watch(pieces(*texts))]) == b"".join(texts)
    return mark.left_bytes


@pytest.mark.parametrize(
    ("data", "behind"),
    [
        (b"a\n\\.\nb\n", 2),
        (b"\\.\nbc", 2),
        (b"a\r\n\\.\r\nb", 1),
        (b"a\n\\.\n", 0),
        (b"a\n\\.", 0),
        (b"a\\.\nb\n", 0),
        (b"\\.x\nb\n", 0),
        (b"x\\.\nyy", 0),
        (b"", 0),
    ],
)
async def test_what_stands_behind_the_first_mark_is_counted(data: bytes, behind: int) -> None:
    assert await left(data) == behind
    assert await left(*(data[i : i + 1] for i in range(len(data)))) == behind


@given(cuts=st.lists(st.integers(0, 20), max_size=5))
def test_cuts_make_no_difference(cuts: Sequence[int]) -> None:
    data, mark, before = b"one\ntwo\n\\.\nthree\nfour", EndMark(), b"\n"
    bounds = [0, *sorted(cuts), len(data)]
    for start, end in pairwise(bounds):
        mark._look(before, data[start:end])
        before = (before + data[start:end])[-5:]
    assert mark.left_bytes == len(b"three\nfour")


@pytest.mark.parametrize(
    ("statement", "version", "told"),
    [
        ("copy t from stdin", "18.1", True),
        ("copy t from stdin (format csv)", "17.2", True),
        ("copy t from stdin csv", "15.18 (Debian)", True),
        ("copy t from stdin csv", "18.1", False),
    ],
)
def test_csv_of_a_newer_server_has_no_mark(statement: str, version: str, told: bool) -> None:
    mark = EndMark()
    mark._look(b"\n", b"\\.\nrest")
    if told:
        with pytest.raises(PgconsoleError, match=r"4 B stand behind it"):
            check_end_mark(mark, statement, version)
    else:
        check_end_mark(mark, statement, version)


async def test_copy_that_ends_early_is_told_after_its_tag(session: Session) -> None:
    await session.execute("create table ends_early (a text)")
    statement = "copy ends_early from stdin"
    assert traits(statement).copy == "from_stdin"
    with pytest.raises(PgconsoleError, match="alone"):
        await run(session, statement, copy_source=pieces(b"one\n\\.\ntwo\n"))
    assert await value(session, "select count(*) from ends_early") == "1"
