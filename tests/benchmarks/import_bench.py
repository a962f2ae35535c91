"""The benchmarks of imports: `pgconsole import` from its start to its end beside `psql \\copy` of the same clean file.

Each run is checked: every good record is in the table, and every bad one is told with its number and its line.
"""

import asyncio
import csv
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import Benchmark, Figure
from tests.benchmarks.import_files import IMPORTED, imported_table, spoil
from tests.benchmarks.workplace import ROOT, MeasuringFailed, Workplace

_ROWS = 1_000_000
_PSQL = "psql \\copy of the clean file"


@dataclass(frozen=True, slots=True)
class _Files:
    """A clean file and spoilt ones, with the numbers of their bad records."""

    clean: Path
    rows: int

    def spoilt(self, bad: int) -> tuple[Path, list[int]]:
        """The clean file with so many bad records."""
        path, numbers = self.clean.with_name(f"bad-{bad}.csv"), self.clean.with_name(f"bad-{bad}.json")
        if not path.exists():
            numbers.write_text(json.dumps(spoil(self.clean, path, bad, self.rows)))
        found: list[int] = json.loads(numbers.read_text())
        return path, found


def _files(place: Workplace) -> _Files:
    clean = place.folder / "clean.csv"
    if not clean.exists():
        place.server.psql(f"\\copy {place.wide} TO '{clean}' CSV HEADER")
        place.server.psql(imported_table())
    return _Files(clean, place.rows(_ROWS))


def _by_psql(place: Workplace) -> float:
    files = _files(place)
    place.server.psql(f"TRUNCATE {IMPORTED}")
    return place.psql_s(f"\\copy {IMPORTED} FROM '{files.clean}' CSV HEADER")


def _by_pgconsole(place: Workplace, bad: int, *options: str) -> float:
    files = _files(place)
    path, numbers = files.spoilt(bad) if bad else (files.clean, [])
    place.server.psql(f"TRUNCATE {IMPORTED}")
    argv = [sys.executable, "-m", "pgconsole", "import", str(path), "--dsn", place.dsn, "--table", IMPORTED]
    began = time.perf_counter()
    done = subprocess.run(
        [*argv, "--on-error", "reject", *options],
        cwd=ROOT,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    elapsed_s = time.perf_counter() - began
    _check(place, files, numbers, done)
    return elapsed_s


def _check(place: Workplace, files: _Files, numbers: list[int], done: subprocess.CompletedProcess[str]) -> None:
    account = json.loads(done.stdout or "{}")
    counts = (account.get("read"), account.get("loaded"), account.get("rejected"))
    if counts != (files.rows, files.rows - len(numbers), len(numbers)):
        raise MeasuringFailed(f"the import told {counts}:\n{done.stderr}")
    if int(place.server.psql(f"SELECT count(*) FROM {IMPORTED}")) != files.rows - len(numbers):
        raise MeasuringFailed("the table holds other records than the import told")
    if numbers:
        with Path(account["reasons_file"]).open(encoding="utf-8", newline="") as file:
            told = [(int(row["record"]), int(row["line"])) for row in csv.DictReader(file)]
        if told != [(number, number + 1) for number in numbers]:
            raise MeasuringFailed("other records were rejected than the bad ones")


def _against_psql(name: str, bad: int, limit: float | None, *options: str) -> Benchmark:
    def ours(place: Workplace) -> dict[str, float]:
        return {name: _by_pgconsole(place, place.rows(bad), *options)}

    return Benchmark((Figure(name, "s", limit, "ratio"),), ours, _PSQL, lambda place: {name: _by_psql(place)})


def _growth(place: Workplace) -> dict[str, float]:
    """By how much the process grows at most beside what an import of ten records needs."""
    path, _numbers = _files(place).spoilt(place.rows(100))
    few = place.folder / "few.csv"
    with path.open("rb") as source:
        few.write_bytes(b"".join(source.readline() for _ in range(11)))
    peaks = [place.in_child("import_bench:peak", dsn=place.dsn, path=str(each))["peak_mib"] for each in (few, path)]
    return {"import_rss_growth_mib": peaks[1] - peaks[0]}


def peak(dsn: str, path: str) -> dict[str, float]:
    """MiB that the process takes at most while it imports a file, in a process of its own."""
    from pgconsole.core.import_arguments import parse_import
    from pgconsole.headless_import import PlainKnowledge, run_request
    from tests.benchmarks.memory import peak_mib

    request = parse_import([path, "--dsn", dsn, "--table", IMPORTED, "--on-error", "reject"])
    account = asyncio.run(run_request(request, PlainKnowledge()))
    if account.failure is not None:
        raise MeasuringFailed(account.failure.what)
    return {"peak_mib": peak_mib()}


def _for_wizard(place: Workplace) -> tuple[dict[str, str], int]:
    """What the wizard is given, an emptied table and a file of its name, and how many bad records are in that."""
    path, numbers = _files(place).spoilt(place.rows(100))
    named = place.folder / f"{IMPORTED}.csv"
    if not named.exists():
        named.symlink_to(path)
    place.server.psql(f"TRUNCATE {IMPORTED}")
    return {"dsn": place.dsn, "path": str(named), "table": IMPORTED}, len(numbers)


def _stalls(place: Workplace) -> dict[str, float]:
    given, bad = _for_wizard(place)
    return {"stall_import_max_ms": place.in_child("import_tasks:stalls", rejected=bad, **given)["max_ms"]}


def _idle_stalls(place: Workplace) -> dict[str, float]:
    given, _bad = _for_wizard(place)
    return {"stall_import_max_ms": place.in_child("import_tasks:idle_stalls", **given)["max_ms"]}


BENCHMARKS = (
    _against_psql("import_clean_vs_psql_copy", 0, 1.10),
    _against_psql("import_100_bad_vs_psql_copy", 100, 1.4),
    _against_psql("import_10000_bad_vs_psql_copy", 10_000, 3.0),
    _against_psql("import_two_connections_vs_psql_copy", 0, None, "--commit-by-batch", "--connections", "2"),
    Benchmark((Figure("import_rss_growth_mib", "MiB", 100, digits=1),), _growth),
    Benchmark(
        (Figure("stall_import_max_ms", "ms", 25, takes="second worst", digits=2),),
        _stalls,
        "the same wizard, idle",
        _idle_stalls,
    ),
)
