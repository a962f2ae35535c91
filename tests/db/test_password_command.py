"""Programs that print a password: what they may do, and what becomes of them."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import AuthenticationFailed, ConnectFailed
from pgconsole.core.profile import Profile
from pgconsole.db.password_command import MAX_PASSWORD_BYTES, run_password_command
from pgconsole.db.server_connection import open_server
from tests.fixtures.waiting import LONG_S, until


def _python(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *arguments)


@pytest.mark.parametrize("end", ["", "\\n", "\\r\\n", "\\nsecond line\\n"])
async def test_first_line_is_the_password(end: str) -> None:
    assert await run_password_command(_python(f"print(' s3 cret{end}', end='')"), 10) == " s3 cret"


async def test_arguments_reach_the_program_as_they_are_and_no_shell_reads_them(home: Path) -> None:
    nasty = f"$(touch {home}/made); `touch {home}/made` | tee > {home}/made && *"
    assert await run_password_command(_python("import sys; print(sys.argv[1])", nasty), 10) == nasty
    assert not (home / "made").exists()


async def test_program_sees_no_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    assert await run_password_command(_python("import os; print(os.environ.get('PGPASSWORD', 'none'))"), 10) == "none"


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (("/no/such/program",), "can't be started"),
        (_python("print('s3cret'); raise SystemExit(3)"), "ended with status 3"),
        (_python("pass"), "no password"),
        (_python("print()"), "no password"),
        (_python("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')"), "not UTF-8"),
        (_python("print('s3cret\\0')"), "no password"),
        (_python(f"print('x' * {MAX_PASSWORD_BYTES + 1})"), "more than a password"),
    ],
)
async def test_failure_names_the_program_and_never_what_it_printed(argv: tuple[str, ...], why: str) -> None:
    with pytest.raises(ConnectFailed, match=why) as caught:
        await run_password_command(argv, 10)
    assert Path(argv[0]).name in caught.value.what
    assert "s3cret" not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
async def test_program_that_does_not_end_is_ended_with_what_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open(sys.argv[1] + '.new', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "os.rename(sys.argv[1] + '.new', sys.argv[1])\n"
        "time.sleep(60)\n"
    )
    running = asyncio.ensure_future(run_password_command(_python(code, str(pids)), 60))
    await until(pids.exists, "the program runs")
    running.cancel()
    await asyncio.wait({running}, timeout=LONG_S)
    assert running.cancelled()
    for pid in map(int, pids.read_text().split()):
        await until(partial(_is_gone, pid), "the process is gone")


async def test_time_limit_ends_it() -> None:
    with pytest.raises(ConnectFailed, match=r"did not end within 0\.2 s"):
        await run_password_command(_python("import time; time.sleep(60)"), 0.2)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # One that nobody has waited for yet is dead all the same.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def _profile(target: ConnectionTarget, argv: tuple[str, ...]) -> Profile:
    host = target.hosts[0]
    server: dict[str, str | int] = {
        "host": host.name,
        "port": host.port,
        "user": target.user,
        "dbname": target.database,
    }
    return Profile(id="p", server=server, password_command=argv)


async def test_each_session_is_made_with_a_password_of_its_own(target: ConnectionTarget, tmp_path: Path) -> None:
    assert target.password
    log = tmp_path / "log"
    code = "import sys; open(sys.argv[2], 'a').write('x'); print(sys.argv[1])"
    server = await open_server(_profile(target, _python(code, target.password, str(log))), "not used")
    try:
        sessions = [await server.pool.acquire(owner) for owner in ("a", "b")]
        assert log.read_text() == "xx"
        for session, owner in zip(sessions, ("a", "b"), strict=True):
            server.pool.release(session, owner)
    finally:
        await server.aclose()


async def test_wrong_password_of_a_command_is_told(target: ConnectionTarget) -> None:
    with pytest.raises(AuthenticationFailed):
        await open_server(_profile(target, _python("print('wrong')")), None)
