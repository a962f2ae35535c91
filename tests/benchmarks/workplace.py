"""Where benchmarks run: a PostgreSQL with tables to read, folders of their own, and fresh processes to measure in."""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import acquire
from tests.benchmarks import tables
from tests.fixtures.postgres import FAST_SETTINGS, PostgresServer, folders_of_a_server

ROOT = Path(__file__).parents[2]
_SERVER_SETTINGS = {
    **FAST_SETTINGS,
    "shared_buffers": "256MB",
    "max_wal_size": "8GB",
    "max_parallel_workers_per_gather": "2",
    "max_connections": "560",
}
_CHILD = Path(__file__).with_name("child.py")
_CHILD_TIMEOUT_S = 600.0


class MeasuringFailed(Exception):
    """A process in which something was measured ended with an error; the text holds what it wrote."""


class Workplace:
    """Makes what a benchmark needs when it first asks for it; `close` removes it all."""

    def __init__(self, *, is_quick: bool = False) -> None:
        self.is_quick = is_quick
        self._things = ExitStack()
        self.folder = Path(self._things.enter_context(tempfile.TemporaryDirectory(prefix="pgc-bench-")))
        self._homes = 0

    def close(self) -> None:
        """Stop what was started and remove every file."""
        self._things.close()

    def rows(self, count: int) -> int:
        """So many rows, or a fiftieth of them where a quick run is asked for."""
        return count // 50 if self.is_quick else count

    # The server

    @cached_property
    def server(self) -> PostgresServer:
        """A PostgreSQL of the benchmarks' own."""
        paths = self._things.enter_context(folders_of_a_server())
        local = acquire(paths, _SERVER_SETTINGS)
        self._things.callback(local.release)
        return PostgresServer(local)

    @property
    def dsn(self) -> str:
        """A URI for the database that holds the tables."""
        return self.server.dsn

    @cached_property
    def wide(self) -> str:
        """The name of a table of a million rows of 16 mixed columns."""
        self.server.psql(tables.wide(self.rows(1_000_000)))
        return tables.WIDE

    @cached_property
    def narrow(self) -> str:
        """The name of a table of ten million rows of two columns."""
        self.server.psql(tables.narrow(self.rows(10_000_000)))
        return tables.NARROW

    def psql_s(self, command: str) -> float:
        """Seconds that a psql takes to run one command, from its start to its end."""
        psql = self.server.local.binaries.psql
        assert psql is not None, "the server's installation has no psql"
        began = time.perf_counter()
        argv: list[str | Path] = [psql, "-Xqc", command, "-d", self.dsn]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, timeout=_CHILD_TIMEOUT_S)
        return time.perf_counter() - began

    @cached_property
    def local_paths(self) -> LocalPaths:
        """Folders for `--local` that every run of a benchmark shares."""
        return self._things.enter_context(folders_of_a_server())

    # Processes

    def in_child(self, task: str, **given: Any) -> dict[str, float]:
        """What a function `module:name` of the benchmarks returns in a fresh process with a home of its own.

        A value named `began` becomes the clock's time just before the process is started, as `time.monotonic` has it;
        one named `data_home` takes the place of that home's own.
        """
        environment = self.environment(given.get("data_home"))
        if "began" in given:
            given["began"] = time.monotonic()
        argv: list[str | Path] = [sys.executable, _CHILD, task, json.dumps(given)]
        done = subprocess.run(
            argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=_CHILD_TIMEOUT_S, check=False
        )
        if done.returncode:
            raise MeasuringFailed(f"{task} ended with status {done.returncode}:\n{done.stderr}")
        answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return answer

    @cached_property
    def _screen(self) -> Path:
        """A file that describes a screen on which the window has its full size; Qt's own without display is smaller."""
        screen = {"name": "screen", "x": 0, "y": 0, "width": 1600, "height": 1000, "logicalDpi": 96, "dpr": 1}
        file = self.folder / "screen.json"
        file.write_text(json.dumps({"screens": [screen]}))
        return file

    def environment(self, data_home: str | None = None) -> dict[str, str]:
        """The environment of a user who starts the program as installed, so byte code is kept from run to run."""
        self._homes += 1
        home = self.folder / f"home-{self._homes}"
        home.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "HOME": str(home),
            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
        }
        if data_home is not None:
            environment["XDG_DATA_HOME"] = data_home
        if sys.platform == "linux" and not ({"DISPLAY", "WAYLAND_DISPLAY"} & environment.keys()):
            environment.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={self._screen}")
        return environment
