"""Runs the benchmarks that are asked for, and writes a line of JSON for each figure, here and to build/bench.json."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.benchmarks import activity_bench, foundation, import_bench, monitor_bench, notify_bench
from tests.benchmarks.figures import Benchmark
from tests.benchmarks.workplace import ROOT, MeasuringFailed, Workplace

BENCHMARKS = (
    *foundation.BENCHMARKS,
    *import_bench.BENCHMARKS,
    *notify_bench.BENCHMARKS,
    *monitor_bench.BENCHMARKS,
    *activity_bench.BENCHMARKS,
)

_RUNS = 3


def main(argv: Sequence[str]) -> int:
    """Run, print and write; the exit status, 1 where something could not be measured.

    Figures beyond their limits are listed at the end, and are no failure of the run.
    """
    given = _parser().parse_args(argv)
    chosen = choose(given.names)
    if not chosen:
        print(f"No figure's name holds any of: {', '.join(given.names)}.", file=sys.stderr)
        return 2
    file: Path = given.output
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    failures = 0
    with file.open("w", encoding="utf-8") as out, closing(Workplace(is_quick=given.quick)) as place:
        for benchmark in chosen:
            try:
                measured = benchmark.run(place, given.runs)
            except MeasuringFailed as failure:
                print(failure, file=sys.stderr)
                failures += 1
                continue
            for line in measured:
                text = json.dumps(line)
                print(text, flush=True)
                print(text, file=out, flush=True)
            lines += measured
    for line in lines:
        if line["ok"] is False:
            print(f"beyond its limit: {line['name']}, {_judged(line)}, limit {line['limit']}", file=sys.stderr)
    return 1 if failures else 0


def choose(names: Sequence[str]) -> list[Benchmark]:
    """The benchmarks with a figure whose name holds one of `names`; all of them without names."""
    return [
        benchmark
        for benchmark in BENCHMARKS
        if not names or any(name in figure.name for name in names for figure in benchmark.figures)
    ]


def _judged(line: dict[str, Any]) -> str:
    if line["judged_by"] == "ratio":
        return f"{line['ratio']} times {line['anchor']}"
    return f"{line['value']} {line['unit']}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests/benchmarks", description="Measure pgconsole beside its anchors.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a part of a figure's name; without any, all of them")
    parser.add_argument("--runs", type=int, default=_RUNS, help="how often each is measured, in turn with its anchor")
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the rows: to see that everything runs")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json", help="where the lines go too")
    return parser
