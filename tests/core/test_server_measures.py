"""Each of a server's numbers is written with its unit."""

from dataclasses import replace

import pytest

from pgconsole.core.server_measures import SERVER_MEASURES
from pgconsole.core.server_numbers import Replica, ServerRates
from pgconsole.core.server_sample import ServerSample
from tests.fixtures.activity import COUNTERS, NOW, sample

RATES = ServerRates(NOW, 1234.0, 0.0, 0.995, 5.25, 0.0, 0.0, 0.0, 3 * 1024 * 1024)


def at(seconds: float, rates: ServerRates | None = RATES) -> ServerSample:
    """A look so many seconds after the first."""
    return sample([], counters={**COUNTERS, "clock": str(NOW + seconds)}, rates=rates)


def words(name: str, seen: ServerSample) -> str:
    """What a tile says."""
    return next(each for each in SERVER_MEASURES if each.id == name).text(seen)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("connections", "7 of 97"),
        ("transactions", "1,234 / s"),
        ("cache_hits", "99.5 %"),
        ("rows_read", "5.2 / s"),
        ("rows_written", "0 / s"),
        ("wal", "3 MiB / s"),
        ("temp", "0 B / s"),
        ("replication", "none"),
    ],
)
def test_value_has_its_unit(name: str, shown: str) -> None:
    assert words(name, at(0)) == shown


def test_value_that_is_not_known_is_a_dash() -> None:
    assert words("transactions", at(0, None)) == "–"


def test_lag_is_that_of_the_replica_furthest_behind_or_the_servers_own() -> None:
    replicas = tuple(Replica(n, "r", "", "streaming", "async", lag, None) for n, lag in enumerate((10.0, 2048.0)))
    assert words("replication", replace(at(0), replicas=replicas)) == "2 KiB"
    standby = sample([], counters={**COUNTERS, "replay_delay_s": "1.5"})
    assert words("replication", standby) == "1.5 s behind"
