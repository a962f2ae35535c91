"""A way that swallows packets, between two network namespaces: the kernel's own time-outs end what waits.

A proxy acknowledges what it swallows, so that no kernel misses anything; only a route can. It takes root, and `ip`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.session import Session
from tests.faults.conftest import changed
from tests.fixtures.engine import value
from tests.fixtures.waiting import until, until_answer
from tests.fixtures.window import User, Windows

_PORT = 5432
_SOON = {"keepalives_idle": "1", "keepalives_interval": "1", "keepalives_count": "2", "tcp_user_timeout": "2000"}
_SLEEPERS = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
_RELAY = """
import asyncio, sys

async def pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()

async def serve(reader, writer):
    inner = await asyncio.open_unix_connection(sys.argv[1])
    await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

async def main():
    server = await asyncio.start_server(serve, sys.argv[2], int(sys.argv[3]))
    print("ready", flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


class FarHost:
    """A namespace of its own that a server's socket is reached through."""

    def __init__(self) -> None:
        self._name = f"pgc{os.getpid()}"
        self._net = f"10.{128 + os.getpid() // 250 % 120}.{os.getpid() % 250}"
        self._relay: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where the server is."""
        return f"{self._net}.2"

    def make(self, socket_path: str) -> None:
        """Raises CalledProcessError where namespaces can't be had."""
        near, far = f"{self._name}a", f"{self._name}b"
        self._ip("netns", "add", self._name)
        self._ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self._name)
        self._ip("address", "add", f"{self._net}.1/30", "dev", near)
        self._ip("link", "set", near, "up")
        self._ip("-n", self._name, "address", "add", f"{self.address}/30", "dev", far)
        self._ip("-n", self._name, "link", "set", far, "up")
        command = ["ip", "netns", "exec", self._name, sys.executable, "-c", _RELAY]
        command += [socket_path, self.address, str(_PORT)]
        self._relay = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._relay.stdout is not None
        assert self._relay.stdout.readline() == "ready\n"

    def swallow(self) -> None:
        """Let no packet come back from there any more, without a word."""
        self._ip("-n", self._name, "route", "add", "blackhole", f"{self._net}.1/32")

    def give_back(self) -> None:
        """Let packets come back again."""
        self._ip("-n", self._name, "route", "delete", "blackhole", f"{self._net}.1/32")

    def remove(self) -> None:
        if self._relay is not None:
            self._relay.kill()
            self._relay.communicate()
        subprocess.run(["ip", "netns", "delete", self._name], capture_output=True)

    @staticmethod
    def _ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def far_host(target_socket: str) -> Iterator[FarHost]:
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces take root, and ip")
    host = FarHost()
    try:
        host.make(target_socket)
    except subprocess.CalledProcessError:
        host.remove()
        pytest.skip("no network namespace can be made here")
    yield host
    host.remove()


@pytest.fixture
def target_socket(database_dsn: str, home: Path) -> str:
    """The path of the test server's socket."""
    host = parse_conninfo(database_dsn, {}, home).hosts[0]
    return f"{host.name}/.s.PGSQL.{host.port}"


@pytest.fixture
def far_dsn(far_host: FarHost, database_dsn: str) -> str:
    return changed(database_dsn, host=far_host.address, port=str(_PORT), sslmode="disable", **_SOON)


async def open_far(windows: Windows, dsn: str) -> User:
    user = await windows.open(dsn)
    assert user.status("statusConnection") != "Not connected", user.notice
    return user


@pytest.mark.parametrize("begin", [None, "select pg_sleep(60)"], ids=["idle", "in mid query"])
async def test_loss_of_every_packet_is_told_by_the_kernels_time_outs(
    windows: Windows, far_host: FarHost, far_dsn: str, outside: Session, begin: str | None
) -> None:
    user = await open_far(windows, far_dsn)
    if begin is None:
        await user.run("select 'kept'")
    else:
        await user.start(begin)
        await until_answer(lambda: value(outside, _SLEEPERS), "1", "it runs")
    far_host.swallow()
    await until(lambda: "lost" in user.notice, "the loss is told")
    await user.idle()
    assert "timed out" in user.notice or "No route" in user.notice or "gave no reason" in user.notice, user.notice
    far_host.give_back()
    await user.run("select 'goes on'")
    assert user.cell(0) == "goes on"
