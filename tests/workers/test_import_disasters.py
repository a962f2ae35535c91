"""An import whose server runs out of room, and one whose console is killed: what is there is whole batches, once."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from pgconsole.core.import_account import Outcome
from pgconsole.core.import_plan import Commit, ImportPlan, RecordRange
from pgconsole.db.local_account import current_account
from pgconsole.formats.csv_cutter import STRETCH_BYTES
from pgconsole.workers.import_stream import BATCH_BYTES
from tests.fixtures.engine import value
from tests.fixtures.import_bench import ImportBench
from tests.fixtures.import_plans import plan_of
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until_answer

_ROOT = Path(__file__).parents[2]
_ROW_BYTES = 1024
_ROWS = 4 * BATCH_BYTES // _ROW_BYTES
# Batches begin as one stretch and double, so that those before the first whole one lack a stretch of another.
_LOADED_ROWS = (2 * BATCH_BYTES - STRETCH_BYTES) // _ROW_BYTES


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system with room for two batches and a half, and not for four."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    folder = Path(tempfile.mkdtemp(prefix="pgc-small-", dir="/tmp"))
    room = BATCH_BYTES * 5 // 2
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", folder], check=False)
    try:
        if mounted.returncode:
            pytest.skip("no file system can be mounted here")
        yield folder
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def _plan(bench: ImportBench, table: str) -> ImportPlan:
    """A plan for a file of four batches that are committed each."""
    rows = (f"{n},".ljust(_ROW_BYTES - 1, "x") + "\n" for n in range(1, _ROWS + 1))
    return plan_of("n", "t", path=bench.file("n,t\n" + "".join(rows)), table=table, commit=Commit.BY_BATCH)


def _give_room(disk: Path, size_bytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size_bytes}", disk], check=True)


def _started(argv: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(argv, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def test_full_disk_keeps_what_is_told_and_the_rest_is_loaded_once_there_is_room(
    bench: ImportBench, postgres_server: PostgresServer, small_disk: Path
) -> None:
    current_account().give(small_disk)
    postgres_server.psql(f"create tablespace small location '{small_disk}'")
    try:
        await bench.session.execute("create table cramped (n int, t text) tablespace small")
        # Else long texts would be packed, and find room.
        await bench.session.execute("alter table cramped alter t set storage plain")
        plan = _plan(bench, "cramped")
        account = await bench.load(plan)
        assert (account.outcome, account.committed) == (Outcome.FAILED, True)
        assert account.failure is not None
        assert account.failure.sqlstate == "53100"
        assert 0 < account.loaded < _ROWS
        assert int(await value(bench.session, "select count(*) from cramped") or 0) == account.loaded
        _give_room(small_disk, 8 * BATCH_BYTES)
        rest = await bench.load(msgspec.structs.replace(plan, already_loaded=account.finished))
        assert (rest.outcome, rest.loaded) == (Outcome.DONE, _ROWS - account.loaded)
        assert await bench.rows("select count(*), count(distinct n), max(n) from cramped") == [(str(_ROWS),) * 3]
    finally:
        await bench.session.execute("drop table if exists cramped")
        postgres_server.psql("drop tablespace small")


async def test_killed_console_leaves_whole_batches_and_the_rest_is_loaded_once(
    bench: ImportBench, module_dsn: str
) -> None:
    held = _LOADED_ROWS + 1
    await bench.session.execute(
        f"""
        create table abandoned (n int, t text);
        create function wait_for_us() returns trigger language plpgsql as
            'begin perform pg_advisory_xact_lock(7041); return new; end';
        create trigger waits before insert on abandoned for each row when (new.n = {held})
            execute function wait_for_us();
        select pg_advisory_lock(7041)
        """
    )
    plan = _plan(bench, "abandoned")
    argv = [sys.executable, "-m", "pgconsole", "import", plan.sources[0].path, "--dsn", module_dsn]
    argv += ["--table", "abandoned", "--commit-by-batch"]
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = 7041 and not granted"
    with _started(argv) as console:
        try:
            await until_answer(lambda: value(bench.session, waiting), "1", "a batch waits", 30.0)
        finally:
            console.kill()
    await bench.session.execute("select pg_advisory_unlock(7041)")
    others = (
        f"select count(*) from pg_locks where relation = 'abandoned'::regclass and pid <> {bench.session.backend_pid}"
    )
    await until_answer(lambda: value(bench.session, others), "0", "the server has given the rest up")
    assert await bench.rows("select count(*), max(n) from abandoned") == [(str(held - 1),) * 2]
    rest = await bench.load(msgspec.structs.replace(plan, already_loaded=(RecordRange(1, held - 1),)))
    assert (rest.outcome, rest.loaded, rest.skipped) == (Outcome.DONE, _ROWS - held + 1, held - 1)
    assert await bench.rows("select count(*), count(distinct n), max(n) from abandoned") == [(str(_ROWS),) * 3]
