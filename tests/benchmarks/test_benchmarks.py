"""The benchmarks run, and each writes its line; how fast anything is, no test says."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import Benchmark, Figure, line_of
from tests.benchmarks.harness import BENCHMARKS, choose
from tests.benchmarks.workplace import Workplace

_ROOT = Path(__file__).parents[2]
_KEYS = {"name", "value", "unit", "anchor", "anchor_value", "ratio", "runs"}
_CHEAP = ["stream_1m_x16_full", "first_paint", "paint_frame", "start_to_window", "pool_acquire"]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a quick run of some benchmarks wrote."""
    folder = tmp_path_factory.mktemp("bench")
    options = ["--quick", "--runs", "1", "--output", str(folder / "bench.json")]
    argv = [sys.executable, "tests/benchmarks", *options, *_CHEAP]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(argv, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert (folder / "bench.json").read_text() == done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_benchmark_writes_its_line(lines: list[dict[str, Any]]) -> None:
    assert [line["name"] for line in lines] == [_figure_like(part).name for part in _CHEAP]
    for line in lines:
        assert line.keys() >= _KEYS
        assert len(line["runs"]) == 1
        assert line["ratio"] == pytest.approx(line["value"] / line["anchor_value"], rel=0.05, abs=0.01)


def _figure_like(part: str) -> Figure:
    (found,) = [figure for benchmark in BENCHMARKS for figure in benchmark.figures if part in figure.name]
    return found


def test_name_that_nothing_has_chooses_nothing() -> None:
    assert choose(["no such figure"]) == []
    assert choose([]) == list(BENCHMARKS)


def test_names_are_unique() -> None:
    names = [figure.name for benchmark in BENCHMARKS for figure in benchmark.figures]
    assert len(names) == len(set(names))


def test_anchor_and_ours_take_turns() -> None:
    order = []

    def ours(_place: Workplace) -> dict[str, float]:
        order.append("ours")
        return {"figure": 2.0}

    def theirs(_place: Workplace) -> dict[str, float]:
        order.append("theirs")
        return {"figure": 1.0}

    place = Workplace()
    (line,) = Benchmark((Figure("figure", "s", 1.5, "ratio"),), ours, "an anchor", theirs).run(place, 3)
    place.close()
    assert order == ["theirs", "ours"] * 3
    assert (line["ratio"], line["ok"], line["runs"]) == (2.0, False, [2.0, 2.0, 2.0])


def test_maximum_takes_the_second_worst_run() -> None:
    line = line_of(Figure("worst", "ms", 16, takes="second worst"), "", [3.0, 40.0, 9.0], [])
    assert (line["value"], line["ok"], line["anchor_value"]) == (9.0, True, None)
    assert line_of(Figure("usual", "ms"), "", [3.0, 40.0, 9.0], [])["value"] == 9.0
