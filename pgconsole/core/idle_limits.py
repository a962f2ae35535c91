"""How long a server bears with a session in which nothing runs."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """Seconds; infinite for ever."""

    in_transaction_s: float = math.inf
    session_s: float = math.inf
