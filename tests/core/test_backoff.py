from itertools import islice

from pgconsole.core.backoff import delays


def test_waits_double_up_to_half_a_minute() -> None:
    assert list(islice(delays(lambda: 0.0), 7)) == [1, 2, 4, 8, 16, 30, 30]


def test_chance_cuts_a_wait_by_up_to_half() -> None:
    assert list(islice(delays(lambda: 1.0), 3)) == [0.5, 1, 2]
    assert next(delays()) != next(delays())
