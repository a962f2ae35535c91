"""`python tests/benchmarks`: runs the benchmarks from a checkout."""

import sys
from pathlib import Path

# The checkout, in place of this folder, whose modules are not to stand before the standard library's.
sys.path[0] = str(Path(__file__).parents[2])

if __name__ == "__main__":
    from tests.benchmarks.harness import main

    sys.exit(main(sys.argv[1:]))
