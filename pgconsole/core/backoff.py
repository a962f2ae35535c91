"""How long to wait between attempts to reconnect: ever longer, and never at the same moment as everybody else."""

import random
from collections.abc import Callable, Iterator

_FIRST_S = 1.0
_MOST_S = 30.0
_JITTER = 0.5


def delays(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """Seconds to wait after the first failure, the second, and so on: doubled each time, up to 30.

    Each is cut by up to half at random, so that a thousand clients of a server that restarts do not come at once.
    """
    delay_s = _FIRST_S
    while True:
        yield delay_s * (1 - _JITTER * chance())
        delay_s = min(delay_s * 2, _MOST_S)
