"""Several COPYs in one round trip."""

from collections.abc import AsyncIterator

import pytest

from pgconsole.core.errors import ServerError
from pgconsole.db.copy_answers import CopyAnswers
from pgconsole.db.session import Session
from pgconsole.db.text_connection import NEXT_COPY
from tests.fixtures.engine import value, values

_WAY_OUT = "asyncpg's _copy_in waits for an answer, or minds those of other commands: send each COPY by itself"
_PIECE = "savepoint piece; copy {table} from stdin; release savepoint piece"


async def _source(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_script_loads_each_copys_own_data(session: Session) -> None:
    await session.execute("create table scripted (n int); create table scripted_too (t text)")
    await session.execute("begin")
    answers = CopyAnswers()
    script = f"{_PIECE.format(table='scripted')}; {_PIECE.format(table='scripted_too')}"
    await session.copy_in(script, _source(b"1\n2", b"\n3\n", NEXT_COPY, b"a\n", b"b\n"), answers)
    await session.execute("commit")
    assert answers.tags == ["SAVEPOINT", "COPY 3", "RELEASE", "SAVEPOINT", "COPY 2", "RELEASE"], _WAY_OUT
    assert await values(session, "select n from scripted order by n") == ["1", "2", "3"]
    assert await values(session, "select t from scripted_too order by t") == ["a", "b"]


async def test_failed_script_keeps_what_came_before_its_savepoint(session: Session) -> None:
    await session.execute("create table half_scripted (n int)")
    await session.execute("begin")
    answers = CopyAnswers()
    script = "; ".join([_PIECE.format(table="half_scripted")] * 3)
    with pytest.raises(ServerError, match="many"):
        await session.copy_in(script, _source(b"1\n", NEXT_COPY, b"2\nmany\n", NEXT_COPY, b"3\n"), answers)
    assert answers.tags == ["SAVEPOINT", "COPY 1", "RELEASE", "SAVEPOINT"]
    tag = await session.copy_in(
        f"rollback to savepoint piece; release savepoint piece; {_PIECE.format(table='half_scripted')}",
        _source(b"4\n"),
    )
    assert tag == "RELEASE"
    await session.execute("commit")
    assert await values(session, "select n from half_scripted order by n") == ["1", "4"]


async def test_script_that_fails_before_its_first_copy_leaves_the_session_usable(session: Session) -> None:
    with pytest.raises(ServerError, match="nowhere"):
        await session.copy_in("copy nowhere from stdin; copy nowhere from stdin", _source(b"1\n", NEXT_COPY, b"2\n"))
    assert await value(session, "select 1") == "1"


async def test_each_notice_has_its_place_among_the_tags(session: Session) -> None:
    await session.execute("create table noticed (n int)")
    await session.execute(
        "create function tell() returns trigger language plpgsql as"
        " $$ begin raise notice 'row %', new.n; return new; end $$;"
        "create trigger tell before insert on noticed for each row execute function tell()"
    )
    heard = list[str]()
    session.listen(lambda fields: heard.append(fields["message"]), None)
    answers = CopyAnswers()
    await session.copy_in(
        "copy noticed from stdin; copy noticed from stdin", _source(b"1\n2\n", NEXT_COPY, b"3\n"), answers
    )
    assert heard == ["row 1", "row 2", "row 3"]
    assert answers.notice_places == [0, 0, 1]
