"""Names of channels as people type them, and what came on them."""

import pytest

from pgconsole.core.channels import HISTORY_S, Channel, Traffic, folding_note, next_colour, parse_channel


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("orders", "orders"),
        ("  orders ", "orders"),
        ("Orders", "Orders"),
        ('"Orders"', "Orders"),
        ('"say ""hi"""', 'say "hi"'),
        ('a"b', 'a"b'),
        ('"a"b"', '"a"b"'),
        ("my.channel", "my.channel"),
        ("two words", "two words"),
        ("select", "select"),
        ("größe", "größe"),
        ("'; drop table x", "'; drop table x"),
        ("x" * 63, "x" * 63),
        ("ä" * 31, "ä" * 31),
        ('"', '"'),
    ],
)
def test_name_is_as_it_was_typed(typed: str, name: str) -> None:
    assert parse_channel(typed) == name


@pytest.mark.parametrize("typed", ["", "   ", '""', "x" * 64, "ä" * 32, "a\0b", "\ud800", '"' + "x" * 64 + '"'])
def test_name_that_no_channel_can_have_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"channel.*\.$"):
        parse_channel(typed)


def test_refusal_counts_bytes() -> None:
    with pytest.raises(ValueError, match="63 bytes; this one has 64"):
        parse_channel("ä" * 32)


def test_capitals_are_told_about() -> None:
    assert "orders" in folding_note("Orders")
    assert folding_note("orders") == ""


def test_new_channel_has_a_colour_that_few_have() -> None:
    channels = {name: Channel(name=name, colour=colour) for name, colour in (("a", 0), ("b", 1), ("c", 0))}
    assert next_colour(channels) == 2
    assert next_colour({}) == 0


def test_rate_is_of_the_last_whole_seconds() -> None:
    traffic = Traffic()
    for second in range(10):
        traffic.add(10, second + 0.5)
        traffic.add(10, second + 0.6)
    assert traffic.count == 200
    assert traffic.rate(10.2) == 20
    assert traffic.rate(12.2) == pytest.approx(12)
    assert traffic.rate(100.0) == 0


def test_history_is_one_minute() -> None:
    traffic = Traffic()
    for second in range(200):
        traffic.add(second, float(second))
    history = traffic.history(200.5)
    assert history == list(range(140, 200))
    assert len(history) == HISTORY_S
