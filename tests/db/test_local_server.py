import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_account import current_account
from pgconsole.db.local_paths import LocalPaths, recorded_socket_directory
from pgconsole.db.local_server import LocalServer, acquire
from tests.fixtures.postgres import FAST_SETTINGS

_CONSOLE = """
import sys
from pathlib import Path
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import acquire
server = acquire(LocalPaths(Path(sys.argv[1]), None, Path(sys.argv[2])), {"fsync": "off"})
print(server.pid(), server.started_by_us, flush=True)
if sys.stdin.readline() == "fail\\n":
    raise ValueError
server.release()
print(server.pid(), flush=True)
"""
_PROJECT = Path(__file__).parents[2]


class Console:
    """Another process that uses the local server."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        pid, started = process.stdout.readline().split()
        self.server_pid = int(pid)
        self.started_server = started == "True"

    def quit(self) -> str:
        """End it in order; what it says of the server's process afterwards."""
        answer, _ = self.process.communicate("\n", timeout=30)
        return answer.strip()

    def fail(self) -> None:
        """End it by an exception that nobody catches."""
        self.process.communicate("fail\n", timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@contextmanager
def consoles(paths: LocalPaths, count: int) -> Iterator[list[Console]]:
    """`count` processes that ask for the server at the same time."""
    argv = [sys.executable, "-c", _CONSOLE, str(paths.data_home), str(paths.system_home)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": _PROJECT}
    processes = [subprocess.Popen(argv, **pipes) for _ in range(count)]  # type: ignore[call-overload]
    try:
        yield [Console(process) for process in processes]
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.communicate(timeout=30)


@contextmanager
def using(paths: LocalPaths) -> Iterator[LocalServer]:
    server = acquire(paths, FAST_SETTINGS | {"synchronous_commit": "on"})
    try:
        yield server
    finally:
        server.release()


async def ask(server: LocalServer, query: str) -> object:
    connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def is_active(server: LocalServer, pattern: str) -> None:
    """Come back once a statement like `pattern` runs."""
    connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=10)
    query = "select count(*) from pg_stat_activity where query like $1 and state = 'active'"
    try:
        async with asyncio.timeout(10):
            while await connection.fetchval(query, pattern) == 0:
                pass
    finally:
        await connection.close()


async def test_dsn_reaches_a_server_that_keeps_what_was_written(local_paths: LocalPaths) -> None:
    server = acquire(local_paths)
    try:
        assert await ask(server, "show server_version") == server.version
        assert await ask(server, "show fsync") == "on"
        assert await ask(server, "show listen_addresses") == ""
    finally:
        server.release()


async def test_wrong_password_is_refused(module_paths: LocalPaths) -> None:
    with using(module_paths) as server:
        wrong = server.dsn_of("postgres").replace(server.password, "wrong")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong, timeout=10)


def test_second_share_finds_the_server_running(module_paths: LocalPaths) -> None:
    with using(module_paths) as first, using(module_paths) as second:
        assert first.started_by_us
        assert not second.started_by_us
        assert first.pid() == second.pid()
        assert first.dsn == second.dsn


def test_only_the_last_release_stops_the_server(module_paths: LocalPaths) -> None:
    first = acquire(module_paths, FAST_SETTINGS)
    second = acquire(module_paths, FAST_SETTINGS)
    first.release()
    first.release()
    assert second.pid() is not None
    second.release()
    assert second.pid() is None


def test_a_stopped_server_leaves_no_socket_directory(module_paths: LocalPaths) -> None:
    with using(module_paths) as server:
        directory = Path(server.host)
        assert directory.stat().st_mode & 0o777 == 0o700
    assert not directory.exists()
    assert recorded_socket_directory(server.instance) is None


def test_two_processes_that_start_at_once_make_one_server(local_paths: LocalPaths) -> None:
    with consoles(local_paths, 2) as (one, other):
        assert one.server_pid == other.server_pid
        assert one.started_server != other.started_server
        assert one.quit() == str(one.server_pid)
        assert other.quit() == "None"


def test_a_killed_console_leaves_the_server_to_the_next(module_paths: LocalPaths) -> None:
    with consoles(module_paths, 1) as [console]:
        console.kill()
        with using(module_paths) as server:
            assert server.pid() == console.server_pid
            assert not server.started_by_us
        assert server.pid() is None


def test_a_console_that_ends_by_an_error_gives_its_share_back(module_paths: LocalPaths) -> None:
    with consoles(module_paths, 1) as [console]:
        console.fail()
        with using(module_paths) as server:
            assert server.started_by_us


def test_a_killed_console_does_not_count_for_those_that_live(module_paths: LocalPaths) -> None:
    with consoles(module_paths, 2) as (one, other):
        one.kill()
        assert other.quit() == "None"


async def test_a_killed_server_starts_again_with_its_data(module_paths: LocalPaths) -> None:
    with using(module_paths) as server:
        await ask(server, "create table if not exists kept ()")
        killed = server.pid()
        server.kill()
        assert server.pid() is None
        with using(module_paths) as again:
            assert again.pid() not in (None, killed)
            assert await ask(again, "select count(*) from kept") == 0
            assert await ask(server, "select 1") == 1


async def test_a_busy_child_of_a_killed_server_does_not_prevent_the_next(module_paths: LocalPaths) -> None:
    with using(module_paths) as server:
        connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=10)
        endless = "do 'declare n bigint := 0; begin loop n := n + 1; end loop; end'"
        running = asyncio.create_task(connection.execute(endless))
        await is_active(server, "do %")
        server.kill()
        server.start()
        assert await ask(server, "select 1") == 1
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await running
        connection.terminate()


def test_a_pid_file_that_names_another_process_is_stale(module_paths: LocalPaths) -> None:
    with using(module_paths) as server:
        pid_file = server.instance.data / "postmaster.pid"
        content = pid_file.read_text()
        server.kill()
    pid_file.write_text(content.replace(content.split()[0], str(os.getpid()), 1))
    current_account().give(pid_file)
    with using(module_paths) as server:
        assert server.started_by_us


async def test_a_swept_away_socket_directory_is_made_anew(module_paths: LocalPaths) -> None:
    with using(module_paths) as first:
        shutil.rmtree(first.host)
        with using(module_paths) as second:
            assert second.host != first.host
            assert await ask(second, "select 1") == 1


async def test_the_server_lives_in_folders_with_odd_and_long_names(local_paths: LocalPaths) -> None:
    odd = LocalPaths(local_paths.data_home / 'it\'s "odd", päth % & ?' / ("long" * 30), None, local_paths.system_home)
    with using(odd) as server:
        assert server.instance.root.is_relative_to(odd.data_home)
        assert await ask(server, "select 1") == 1


async def test_the_runtime_folder_holds_the_socket(module_paths: LocalPaths) -> None:
    runtime = module_paths.data_home / "odd \"run'time"
    runtime.mkdir()
    with using(LocalPaths(module_paths.data_home, runtime, module_paths.system_home)) as server:
        assert Path(server.host).parent == runtime
        assert await ask(server, "select 1") == 1
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize("name", ["r" * 90, "with, comma", "not there"])
async def test_a_runtime_folder_that_no_socket_can_live_in_is_passed_over(module_paths: LocalPaths, name: str) -> None:
    runtime = module_paths.data_home / name
    if name != "not there":
        runtime.mkdir()
    with using(LocalPaths(module_paths.data_home, runtime, module_paths.system_home)) as server:
        assert not Path(server.host).is_relative_to(runtime)
        assert await ask(server, "select 1") == 1


def test_it_starts_from_a_folder_that_is_gone(module_paths: LocalPaths, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    # From a file: Python 3.13.0 itself stumbles over a folder that is gone where the program came by -c.
    script = tmp_path / "console.py"
    script.write_text(f"import os\nos.rmdir(os.getcwd())\n{_CONSOLE}")
    done = subprocess.run(
        [sys.executable, script, str(module_paths.data_home), str(module_paths.system_home)],
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(_PROJECT)},
        input="\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0].isdecimal()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server has an account of its own")
async def test_data_that_the_servers_account_cannot_reach_goes_to_the_system_home(local_paths: LocalPaths) -> None:
    closed = local_paths.data_home / "closed"
    closed.mkdir(mode=0o700)
    with using(LocalPaths(closed, None, local_paths.system_home)) as server:
        assert server.instance.root.is_relative_to(local_paths.system_home)
        assert await ask(server, "select 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    assert list(closed.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_home_that_cannot_be_written_is_told(local_paths: LocalPaths) -> None:
    closed = local_paths.data_home / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(LocalServerError, match="closed"):
        acquire(LocalPaths(closed, None, local_paths.system_home))


def test_a_server_that_cannot_start_tells_its_own_words(local_paths: LocalPaths) -> None:
    with pytest.raises(LocalServerError, match="no_such_setting"):
        acquire(local_paths, FAST_SETTINGS | {"no_such_setting": "1"})
    with using(local_paths) as server:
        assert server.pid() is not None


def test_a_terminals_interrupt_does_not_reach_the_server(module_paths: LocalPaths) -> None:
    with using(module_paths) as server:
        pid = server.pid()
        assert pid is not None
        assert os.getpgid(pid) != os.getpgid(0)
        assert os.getsid(pid) != os.getsid(0)
