"""PgBouncer's own numbers, summed over its pools."""

from pgconsole.core.pooler import PoolerSample, PoolerTable
from pgconsole.core.pooler_measures import POOLER_MEASURES

POOLS = PoolerTable(
    ("database", "user", "cl_active", "cl_waiting", "maxwait", "maxwait_us"),
    (
        ("shop", "ann", "3", "1", "2", "500000"),
        ("shop", "bob", "4", None, "0", "250000"),
        ("pgbouncer", "pgbouncer", "1", "0", "9", "0"),
    ),
)
SAMPLE = PoolerSample({"POOLS": POOLS, "STATS": PoolerTable(("database", "avg_query_count"), (("shop", "42"),))})


def test_sums_leave_the_console_itself_out() -> None:
    assert SAMPLE.total("POOLS", "cl_active") == 7
    assert SAMPLE.total("POOLS", "cl_waiting") == 1
    assert SAMPLE.longest_wait_s == 2.5


def test_column_that_a_version_does_not_have_is_not_known() -> None:
    assert SAMPLE.total("POOLS", "sv_idle") is None
    assert SAMPLE.total("SERVERS", "state") is None
    assert PoolerSample({}).longest_wait_s == 0.0


def test_every_number_has_its_own_name_and_words() -> None:
    texts = {measure.id: measure.text(SAMPLE) for measure in POOLER_MEASURES}
    assert texts == {
        "cl_active": "7",
        "cl_waiting": "1",
        "maxwait": "2.5 s",
        "sv_active": "–",
        "sv_idle": "–",
        "avg_query_count": "42 / s",
    }
