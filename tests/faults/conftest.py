"""A server of one's own that may be stopped, killed and restarted, and windows whose way to the server can be cut."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.local_server import LocalServer, acquire
from tests.fixtures.postgres import FAST_SETTINGS, PostgresServer, folders_of_a_server
from tests.fixtures.proxy import Proxy
from tests.fixtures.window import User, Windows


class OwnServer(PostgresServer):
    """A server of the module, and what it was asked."""

    def __init__(self, server: LocalServer, log: Path) -> None:
        super().__init__(server)
        self.log = log

    def times_run(self, text: str) -> int:
        """How often a statement with this text in it has reached the server."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return sum(bool(re.search(r"statement: |execute ", line)) and text in line for line in lines)


@pytest.fixture(scope="session")
def own_server() -> Iterator[OwnServer]:
    """A server that a test may end, if it starts it again."""
    # What was committed outlives a crash, and the server is soon full.
    kept = {"synchronous_commit": "on", "log_statement": "all", "max_connections": "16"}
    with folders_of_a_server() as paths:
        server = acquire(paths, FAST_SETTINGS | kept)
        try:
            yield OwnServer(server, next(paths.data_home.rglob("server.log")))
        finally:
            server.release()


def changed(dsn: str, **more: str) -> str:
    """A connection string with other values of some keywords."""
    keywords = {**dict(parse_keywords(dsn)), **more}
    return " ".join(f"{name}='{value}'" for name, value in keywords.items())


def by_way_of(proxy: Proxy, dsn: str, **more: str) -> str:
    """A connection string for the same database through the proxy."""
    return changed(dsn, host="127.0.0.1", port=str(proxy.port), sslmode="disable", **more)


@pytest.fixture
async def remote(windows: Windows, proxy: Proxy, database_dsn: str) -> User:
    """A user whose connection goes through the proxy."""
    return await windows.open(by_way_of(proxy, database_dsn))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB; only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", disk], capture_output=True)
    if os.geteuid() != 0 or made.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)
