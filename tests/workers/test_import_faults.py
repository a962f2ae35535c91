"""What is in the table, and what the account says of it, when an import does not get to its end."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from pgconsole.core.errors import QueryCancelled
from pgconsole.core.import_account import ImportAccount, ImportPhase, ImportProgress, Outcome
from pgconsole.core.import_plan import Commit, ImportPlan, OnBadRow, RecordRange, SourceFile
from pgconsole.core.resumed_import import settled_account
from pgconsole.db.session import Session
from pgconsole.formats.csv_cutter import STRETCH_BYTES
from pgconsole.workers.csv_importer import CsvImporter
from pgconsole.workers.import_source import OpenedSource, PlainFile
from pgconsole.workers.import_stream import BATCH_BYTES
from pgconsole.workers.import_target import was_committed
from tests.fixtures.engine import through, value
from tests.fixtures.import_bench import ImportBench, OwnSessions, account_of
from tests.fixtures.import_plans import plan_of
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until

_ROW_BYTES = 1024
_ROWS = 4 * BATCH_BYTES // _ROW_BYTES
# Batches begin as one stretch and double, so that those before the first whole one lack a stretch of another.
_LOADED_ROWS = (2 * BATCH_BYTES - STRETCH_BYTES) // _ROW_BYTES
_FIRST_ROWS = STRETCH_BYTES // _ROW_BYTES
_BATCHES_BEGIN = {1, _FIRST_ROWS + 1, 3 * _FIRST_ROWS + 1, 7 * _FIRST_ROWS + 1}
_HEAD = "n,t\n"


@dataclass
class _PausingSource:
    """A file that keeps its reader waiting behind so many bytes until it may go on."""

    pause_at: int
    is_reached: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def open(self, source: SourceFile) -> OpenedSource:
        owner = self

        class Pausing(PlainFile):
            def read(self, size: int, /) -> bytes:
                if self.position_bytes() >= owner.pause_at and not owner.may_go_on.is_set():
                    owner.is_reached.set()
                    assert owner.may_go_on.wait(20)
                return super().read(size)

        return Pausing(Path(source.path))


@dataclass
class _Running:
    """An import whose source waits, everything before that being loaded."""

    importer: CsvImporter
    task: "asyncio.Task[ImportAccount]"
    source: _PausingSource

    async def account(self) -> ImportAccount:
        """Let it go on; what it came to."""
        self.source.may_go_on.set()
        account = await self.task
        assert account.is_balanced
        return account


def _plan(bench: ImportBench, table: str, **changes: object) -> ImportPlan:
    """A plan for a file of four batches, each row of 1 KiB."""
    rows = (f"{n},".ljust(_ROW_BYTES - 1, "x") + "\n" for n in range(1, _ROWS + 1))
    return plan_of("n", "t", path=bench.file(_HEAD + "".join(rows)), table=table, **changes)


@asynccontextmanager
async def _paused(plan: ImportPlan, sessions: OwnSessions) -> AsyncIterator[_Running]:
    """An import that waits in the midst of a batch, with all before it loaded."""
    source = _PausingSource(2 * BATCH_BYTES + BATCH_BYTES // 2)
    importer = CsvImporter(plan, sessions, source.open)
    task = asyncio.get_running_loop().create_task(account_of(importer))
    try:
        await until(source.is_reached.is_set, "the source waits")
        await until(lambda: importer.progress.loaded == _LOADED_ROWS, "whole batches are loaded")
        if plan.commit is Commit.BY_BATCH:
            await until(lambda: importer.progress.committed == _LOADED_ROWS, "whole batches are committed")
        yield _Running(importer, task, source)
    finally:
        source.may_go_on.set()
        await asyncio.wait({task})


async def _make(bench: ImportBench, table: str) -> None:
    await bench.session.execute(f"create table {table} (n int, t text)")


async def _count(bench: ImportBench, table: str) -> int:
    return int(await value(bench.session, f"select count(*) from {table}") or 0)


async def test_cancelled_whole_import_leaves_nothing(bench: ImportBench) -> None:
    await _make(bench, "cancelled")
    async with _paused(_plan(bench, "cancelled"), bench.sessions) as running:
        await running.importer.cancel()
        account = await running.account()
    assert (account.outcome, account.loaded, account.committed) == (Outcome.CANCELLED, 0, False)
    assert account.read == account.skipped >= _LOADED_ROWS
    assert await _count(bench, "cancelled") == 0


async def test_cancelled_import_by_batch_keeps_what_it_tells_and_goes_on_later(bench: ImportBench) -> None:
    await _make(bench, "resumed")
    plan = _plan(bench, "resumed", commit=Commit.BY_BATCH)
    async with _paused(plan, bench.sessions) as running:
        await running.importer.cancel()
        account = await running.account()
    assert (account.outcome, account.loaded, account.committed) == (Outcome.CANCELLED, _LOADED_ROWS, True)
    assert account.finished == (RecordRange(1, _LOADED_ROWS),)
    assert await _count(bench, "resumed") == account.loaded
    rest = await bench.load(msgspec.structs.replace(plan, already_loaded=account.finished))
    assert (rest.outcome, rest.read, rest.loaded, rest.skipped) == (
        Outcome.DONE,
        _ROWS,
        _ROWS - _LOADED_ROWS,
        account.loaded,
    )
    assert await bench.rows("select count(*), count(distinct n), max(n) from resumed") == [(str(_ROWS),) * 3]


async def test_killed_backend_leaves_nothing_of_a_whole_import(bench: ImportBench) -> None:
    await _make(bench, "killed")
    async with _paused(_plan(bench, "killed"), bench.sessions) as running:
        loading = bench.sessions.opened[0]
        await bench.session.execute(f"select pg_terminate_backend({loading.backend_pid})")
        await until(lambda: loading.is_lost, "the end of the session is noticed")
        account = await running.account()
    assert (account.outcome, account.loaded) == (Outcome.FAILED, 0)
    assert account.failure is not None
    assert "lost" in account.failure.what
    assert await _count(bench, "killed") == 0


@pytest.mark.parametrize("commit", list(Commit))
async def test_cut_network_leaves_what_was_committed(bench: ImportBench, proxy: Proxy, commit: Commit) -> None:
    table = f"cut_{commit.name.lower()}"
    await _make(bench, table)
    sessions = OwnSessions(through(proxy, bench.sessions.target))
    async with _paused(_plan(bench, table, commit=commit), sessions) as running:
        proxy.cut()
        account = await running.account()
    assert account.outcome is Outcome.FAILED
    assert account.loaded == (_LOADED_ROWS if commit is Commit.BY_BATCH else 0)
    assert await _count(bench, table) == account.loaded


async def test_reset_while_data_is_sent_stops_reading(bench: ImportBench, proxy: Proxy) -> None:
    await _make(bench, "reset_in_copy")
    sessions = OwnSessions(through(proxy, bench.sessions.target))
    importer = CsvImporter(_plan(bench, "reset_in_copy"), sessions)
    task = asyncio.get_running_loop().create_task(account_of(importer))
    await until(lambda: proxy.uploaded_bytes > BATCH_BYTES // 2, "a part of the file is sent")
    proxy.cut()
    account = await task
    assert (account.outcome, account.loaded) == (Outcome.FAILED, 0)
    assert account.read < _ROWS
    assert await _count(bench, "reset_in_copy") == 0


@pytest.mark.parametrize("arrives", [True, False])
async def test_lost_answer_to_the_commit_is_asked_for(bench: ImportBench, proxy: Proxy, arrives: bool) -> None:
    """The server says what became of the transaction, be it committed or not."""
    table = f"unconfirmed_{arrives}".lower()
    await _make(bench, table)

    class Losing(OwnSessions):
        async def acquire(self) -> Session:
            session = await super().acquire()
            end_block = session.end_block

            async def lose(*, commit: bool, wrote: bool = True) -> None:
                proxy.lose_answer_after(len("COMMIT") + 6) if arrives else proxy.cut()
                await end_block(commit=commit, wrote=wrote)

            if len(self.opened) == 1:
                session.end_block = lose  # type: ignore[method-assign]
            return session

    sessions = Losing(through(proxy, bench.sessions.target))
    account = await account_of(CsvImporter(plan_of("n", path=bench.file("n\n1\n2\n"), table=table), sessions))
    assert account.outcome is (Outcome.DONE if arrives else Outcome.FAILED)
    assert account.proof.endswith("was committed." if arrives else "was rolled back.")
    assert await _count(bench, table) == account.loaded == (2 if arrives else 0)


@pytest.mark.parametrize("arrives", [True, False])
async def test_batch_whose_commit_nobody_confirms_is_asked_for_before_the_rest_is_loaded(
    bench: ImportBench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    table = f"doubtful_{arrives}".lower()
    await _make(bench, table)

    async def nobody_knows(*_args: object) -> None:
        return None

    class Losing(OwnSessions):
        async def acquire(self) -> Session:
            session = await super().acquire()
            end_block = session.end_block
            commits = 0

            async def lose_second(*, commit: bool, wrote: bool = True) -> None:
                nonlocal commits
                commits += commit
                if commits == 2:
                    proxy.lose_answer_after(len("COMMIT") + 6) if arrives else proxy.cut()
                await end_block(commit=commit, wrote=wrote)

            session.end_block = lose_second  # type: ignore[method-assign]
            return session

    plan = _plan(bench, table, commit=Commit.BY_BATCH)
    with monkeypatch.context() as patched:
        patched.setattr("pgconsole.workers.csv_importer.was_committed", nobody_knows)
        account = await account_of(CsvImporter(plan, Losing(through(proxy, bench.sessions.target))))
    assert (account.outcome, account.loaded) == (Outcome.UNKNOWN, _FIRST_ROWS)
    (doubt,) = account.doubtful
    assert (doubt.first, doubt.last, doubt.loaded) == (_FIRST_ROWS + 1, 3 * _FIRST_ROWS, 2 * _FIRST_ROWS)
    answer = await was_committed(bench.sessions, doubt.transaction)
    assert answer is arrives
    settled = settled_account(account, {doubt.transaction: arrives})
    assert await _count(bench, table) == settled.loaded
    rest = await bench.load(msgspec.structs.replace(plan, already_loaded=settled.finished))
    assert rest.outcome is Outcome.DONE
    assert await bench.rows(f"select count(*), count(distinct n) from {table}") == [(str(_ROWS),) * 2]


async def test_cancel_between_two_steps_of_the_preparation_sends_no_more(bench: ImportBench) -> None:
    await _make(bench, "locked")
    holder = await bench.sessions.acquire()
    await holder.execute("BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
    importer: CsvImporter

    class Cancelling(OwnSessions):
        async def acquire(self) -> Session:
            session = await super().acquire()
            begin_block = session.begin_block

            async def cancelled_meanwhile() -> None:
                await begin_block()
                await importer.cancel()

            session.begin_block = cancelled_meanwhile  # type: ignore[method-assign]
            return session

    importer = CsvImporter(_plan(bench, "locked"), Cancelling(bench.sessions.target))
    async with asyncio.timeout(10):
        account = await account_of(importer)
    assert (account.outcome, account.loaded) == (Outcome.CANCELLED, 0)
    await holder.close()


async def test_server_that_stops_loses_what_was_not_committed(
    bench: ImportBench, postgres_server: PostgresServer
) -> None:
    await _make(bench, "restarted")
    plan = _plan(bench, "restarted", commit=Commit.BY_BATCH)
    async with _paused(plan, bench.sessions) as running:
        await asyncio.to_thread(postgres_server.stop, "immediate")
        await asyncio.to_thread(postgres_server.start)
        account = await running.account()
    assert account.outcome is Outcome.FAILED
    again = await bench.sessions.acquire()
    assert int(await value(again, "select count(*) from restarted") or 0) == account.loaded == _LOADED_ROWS
    await again.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
@pytest.mark.parametrize("commit", list(Commit))
async def test_reject_file_without_room_fails_the_import(bench: ImportBench, commit: Commit) -> None:
    table = f"no_room_{commit.name.lower()}"
    await _make(bench, table)
    full = bench.folder / "full.csv"
    full.symlink_to("/dev/full")
    account = await bench.reject("n,t\n?,\n1,x\n", "n", "t", table=table, reject_file=str(full), commit=commit)
    assert (account.outcome, account.loaded, account.finished) == (Outcome.FAILED, 0, ())
    assert account.failure is not None
    assert "could not be written" in account.failure.what
    assert await _count(bench, table) == 0


@pytest.mark.parametrize("is_committed", [True, False])
async def test_reject_file_has_the_records_of_the_batches_that_are_committed(
    bench: ImportBench, is_committed: bool
) -> None:
    """A cancel that comes while the second batch is committed, or before that, finds each record in one file."""
    table = f"bad_in_each_batch_{is_committed}".lower()
    await _make(bench, table)
    numbers = ("?" if n in _BATCHES_BEGIN else str(n) for n in range(1, _ROWS))
    rows = "".join(f"{number},".ljust(_ROW_BYTES - 1, "x") + "\n" for number in numbers)
    how = {"commit": Commit.BY_BATCH, "on_bad_row": OnBadRow.REJECT}
    plan = plan_of("n", "t", path=bench.file(_HEAD + rows), table=table, **how)
    importer: CsvImporter
    commits = 0

    class Cancelling(OwnSessions):
        async def acquire(self) -> Session:
            session = await super().acquire()
            end_block = session.end_block

            async def cancel_at_second(*, commit: bool, wrote: bool = True) -> None:
                nonlocal commits
                commits += commit
                if commits == 2 and commit and not is_committed:
                    await importer.cancel()
                    raise QueryCancelled("cancelled")
                await end_block(commit=commit, wrote=wrote)
                if commits == 2 and commit:
                    await importer.cancel()
                    others = asyncio.all_tasks() - {importer._reading}
                    await until(lambda: any(task.cancelling() for task in others), "loading is ended")

            session.end_block = cancel_at_second  # type: ignore[method-assign]
            return session

    importer = CsvImporter(plan, Cancelling(bench.sessions.target))
    account = await account_of(importer)
    assert (account.outcome, account.rejected) == (Outcome.CANCELLED, 2 if is_committed else 1)
    assert len(bench.lines(account.reject_file)) == len(bench.lines(account.reasons_file)) == 1 + account.rejected
    rest = await bench.load(msgspec.structs.replace(plan, already_loaded=account.finished))
    assert account.rejected + rest.rejected == 4
    assert len(bench.lines(rest.reject_file)) == 1 + rest.rejected
    assert await _count(bench, table) == account.loaded + rest.loaded == _ROWS - 1 - 4


async def test_listener_that_goes_away_leaves_nothing(bench: ImportBench) -> None:
    await _make(bench, "left_alone")
    async with aclosing(CsvImporter(_plan(bench, "left_alone"), bench.sessions).run()) as events:
        async for event in events:
            if isinstance(event, ImportProgress) and event.phase is ImportPhase.LOADING:
                break
    assert bench.sessions.opened[0].is_lost
    assert await _count(bench, "left_alone") == 0


async def test_several_connections_load_each_record_once(bench: ImportBench) -> None:
    await _make(bench, "shared")
    plan = _plan(bench, "shared", commit=Commit.BY_BATCH, connections=3, on_bad_row=OnBadRow.REJECT)
    account = await bench.load(plan)
    assert (account.outcome, account.loaded, len(bench.sessions.opened)) == (Outcome.DONE, _ROWS, 3)
    assert account.finished == (RecordRange(1, _ROWS),)
    assert await bench.rows("select count(*), count(distinct n) from shared") == [(str(_ROWS),) * 2]
