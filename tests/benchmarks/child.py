"""Runs one function of the benchmarks in this process, and writes what it returns as a line of JSON.

Arguments: `module:function` within this folder, and its keyword arguments as JSON.
"""

import importlib
import json
import sys


def main() -> None:
    module, _, function = sys.argv[1].partition(":")
    # The folder of this file must not stand before the standard library's modules.
    del sys.path[0]
    task = getattr(importlib.import_module(f"tests.benchmarks.{module}"), function)
    print(json.dumps(task(**json.loads(sys.argv[2]))), flush=True)


if __name__ == "__main__":
    main()
