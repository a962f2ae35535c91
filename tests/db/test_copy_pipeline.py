"""COPYs sent behind each other: one that fails stops none."""

import asyncio
import struct
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.errors import ConnectionLost, QueryCancelled
from pgconsole.db.copy_pipeline import CopyAnswer, CopyPipeline
from pgconsole.db.message_walk import MAX_MESSAGE_BYTES
from pgconsole.db.session import Session
from tests.fixtures.engine import value, values

_SCRIPT = "rollback to savepoint piece; copy {0} from stdin; release savepoint piece; savepoint piece"
_FIRST, _LAST = "savepoint piece", "rollback to savepoint piece; release savepoint piece"
_WAY_OUT = "asyncpg's query() no longer sends at once, or minds a late answer: send each COPY by itself"


class _Feed:
    """Has one COPY for each data; some of them may have more once they are answered."""

    def __init__(self, table: str, *data: bytes) -> None:
        self._script = _SCRIPT.format(table)
        self._data = list(data)
        self.more: dict[str, bytes] = {}
        self.answers: list[CopyAnswer] = []

    def take(self) -> tuple[str, Iterable[bytes]] | None:
        return (self._script, [self._data.pop(0)]) if self._data else None

    def answered(self, answer: CopyAnswer) -> None:
        self.answers.append(answer)
        if answer.error is not None and answer.error.sqlstate in self.more:
            self._data.append(self.more.pop(answer.error.sqlstate))

    @property
    def told(self) -> list[str]:
        return [answer.error.sqlstate if answer.error is not None else answer.tags[1] for answer in self.answers]


async def test_copies_behind_a_failed_one_are_carried_out(session: Session) -> None:
    await session.execute("create table piped (n int check (n < 100))")
    await session.execute("begin")
    feed = _Feed("piped", b"1\n", b"2\nmany\n", b"3\n4\n", b"500\n", b"5\n")
    feed.more = {"22P02": b"2\n", "23514": b"50\n"}
    await session.copy_in_each(feed, _FIRST, _LAST)
    assert feed.told == ["COPY 1", "22P02", "COPY 2", "23514", "COPY 1", "COPY 1", "COPY 1"], _WAY_OUT
    assert session.in_transaction_block
    assert not session.in_failed_block
    await session.execute("commit")
    assert await values(session, "select n from piped order by n") == ["1", "2", "3", "4", "5", "50"]


async def test_nothing_to_load_is_no_trouble(session: Session) -> None:
    await session.execute("begin")
    await session.copy_in_each(_Feed("nowhere"), _FIRST, _LAST)
    await session.execute("commit")
    assert await value(session, "select 1") == "1"


async def test_more_than_can_be_under_way_is_loaded_whole(session: Session) -> None:
    await session.execute("create table piped_much (t text)")
    await session.execute("begin")
    feed = _Feed("piped_much", *([b"x" * 299_999 + b"\n"] * 30), b"\x00\n", b"y\n")
    await session.copy_in_each(feed, _FIRST, _LAST)
    await session.execute("commit")
    assert feed.told == [*["COPY 1"] * 30, "22021", "COPY 1"]
    assert await value(session, "select count(*) from piped_much") == "31"


async def test_notices_are_told_with_their_copy_and_notifications_are_handed_on(session: Session) -> None:
    heard: list[str] = []
    await session.execute(
        "create table piped_loudly (n int); create function tell_loudly() returns trigger language plpgsql as"
        " $$ begin raise notice 'row %', new.n; return new; end $$;"
        "create trigger tell before insert on piped_loudly for each row execute function tell_loudly()"
    )
    session.listen(None, lambda _pid, channel, _payload: heard.append(channel))
    await session.execute("listen aside; begin")
    feed = _Feed("piped_loudly", b"1\n2\n", b"3\n")
    await session.copy_in_each(feed, _FIRST, _LAST)
    await session.execute("notify aside; commit")
    assert [answer.notices for answer in feed.answers] == [["row 1", "row 2"], ["row 3"]]
    assert heard == ["aside"]


async def test_cancel_ends_what_is_under_way_and_takes_no_more(session: Session) -> None:
    await session.execute("create table piped_slowly (n int check (n = length(pg_sleep(0.05)::text) + n))")
    await session.execute("begin")
    feed = _Feed("piped_slowly", *([b"1\n" * 2000] * 4))
    running = asyncio.ensure_future(session.copy_in_each(feed, _FIRST, _LAST))
    await asyncio.sleep(0.1)
    await session.cancel()
    with pytest.raises(QueryCancelled):
        await running
    assert {answer.error.sqlstate for answer in feed.answers if answer.error is not None} == {"57014"}
    session.stop_clock()
    await session.execute("rollback")
    assert await value(session, "select count(*) from piped_slowly") == "0"


async def test_end_of_the_session_is_told_with_its_reason(session: Session, watcher: Session) -> None:
    await session.execute("create table piped_in_vain (n int check (n = length(pg_sleep(0.05)::text) + n))")
    await session.execute("begin")
    running = asyncio.ensure_future(session.copy_in_each(_Feed("piped_in_vain", b"1\n" * 2000), _FIRST, _LAST))
    await asyncio.sleep(0.1)
    await watcher.execute(f"do $$ begin perform pg_terminate_backend({session.backend_pid}); end $$")
    with pytest.raises(ConnectionLost) as told:
        await running
    assert told.value.sqlstate == "57P01"
    assert session.is_lost


# What comes, cut anywhere


def _message(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack("!cI", kind, len(body) + 4) + body


_READY = _message(b"Z", b"T")
_BEGUN = _message(b"C", b"SAVEPOINT\0") + _READY
_ASIDE = _message(b"A", b"\0\0\0\1aside\0\0")
_TAKEN = _message(b"G", b"\0\0\0") + _message(b"C", b"COPY 1\0") + _ASIDE + _READY
_REFUSED = _message(b"E", b"SERROR\0VERROR\0C22P02\0Mno n\xc3\xbcmber\0\0") + _READY
_ENDED = _message(b"C", b"RELEASE\0") + _READY


def _heard(data: bytes, cuts: Iterable[int], *copies: bytes) -> tuple[_Feed, list[bytes], bytes]:
    feed, handed_on = _Feed("t", *copies), bytearray()
    sent: list[bytes] = []
    pipeline = CopyPipeline(feed, "last", sent.append, handed_on.extend, lambda: False)
    places = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for start, end in pairwise(places):
        pipeline.hear(data[start:end])
    return feed, sent, bytes(handed_on)


@given(st.lists(st.integers(0, 250), max_size=12))
def test_answers_are_understood_however_they_are_cut(cuts: list[int]) -> None:
    feed, sent, handed_on = _heard(_BEGUN + _TAKEN + _REFUSED + _ENDED, cuts, b"1\n", b"?\n")
    assert [answer.tags for answer in feed.answers] == [["COPY 1"], []]
    assert [answer.error.what if answer.error is not None else "" for answer in feed.answers] == ["", "no nümber"]
    assert sent[-1] == b"Q\0\0\0\x09last\0"
    assert handed_on == _ASIDE + _ENDED


@pytest.mark.parametrize("length", [0, 3, MAX_MESSAGE_BYTES + 1, 2**32 - 1])
def test_length_that_can_not_be_is_left_to_what_stands_before_the_driver(length: int) -> None:
    odd = struct.pack("!cI", b"N", length) + b"more"
    assert _heard(_BEGUN + odd, [], b"1\n")[2] == odd
