import pytest

from pgconsole.core.profile import PoolOptions, Profile
from pgconsole.core.profile_check import FieldProblem, check_profile


@pytest.mark.parametrize(
    "server",
    [
        {},
        {"host": "db.example.org", "port": 5433, "dbname": "shop", "user": "anna", "sslmode": "verify-full"},
        {"host": "a, b", "port": "1,2"},
        {"host": "a,b", "port": "5432"},
        {"host": "a,b", "port": "5433,"},
        {"host": "/tmp/with space"},
        {"host": "::1"},
    ],
)
def test_what_may_work_is_not_held_up(server: dict[str, str | int]) -> None:
    assert check_profile(Profile(id="x", server=server)) == ()


@pytest.mark.parametrize(
    ("server", "field"),
    [
        ({"port": "0"}, "port"),
        ({"port": "65536"}, "port"),
        ({"port": "x"}, "port"),
        ({"port": "-1"}, "port"),
        ({"port": "²"}, "port"),
        ({"host": "a", "port": "1,2"}, "port"),
        ({"host": "my host"}, "host"),
        ({"host": "postgresql://h"}, "host"),
        ({"dbname": "d" * 64}, "dbname"),
        ({"user": "ü" * 32}, "user"),
        ({"sslmode": "always"}, "sslmode"),
    ],
)
def test_what_is_certain_to_fail_is_told_at_its_field(server: dict[str, str | int], field: str) -> None:
    (problem,) = check_profile(Profile(id="x", server=server))
    assert problem.field == field
    assert problem.text.endswith(".")


def test_pool_can_not_hold_less_than_its_minimum() -> None:
    profile = Profile(id="x", name="n" * 81, pool=PoolOptions(min_size=5, max_size=4))
    assert check_profile(profile) == (
        FieldProblem("name", "At most 80 characters."),
        FieldProblem("pool.max_size", "Not less than the minimum."),
    )
