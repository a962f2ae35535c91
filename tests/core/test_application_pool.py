"""Addresses of applications, and what is taken of their answers."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.application_pool import ADDRESSES_AT_MOST, ApplicationPool, addresses_of, stats_of_json
from pgconsole.core.pool_stats import PoolStats

STATS = PoolStats(size=3, idle=1, used=2, min=0, max=10, waiting=None, acquire_ms_p95=1.5)


def test_figures_go_there_and_back() -> None:
    assert stats_of_json(json.dumps(asdict(STATS)).encode()) == STATS


def test_unknown_names_are_left_out_and_missing_ones_are_not_told() -> None:
    assert stats_of_json(b'{"size": 1, "idle": 1, "used": 0, "colour": "red"}') == PoolStats(1, 1, 0, None, None, None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff", "no JSON"),
        (b"[1]", "no object"),
        (b'{"size": 1, "idle": 1}', "number for used"),
        (b'{"size": "1", "idle": 1, "used": 0}', "number for size"),
        (b'{"size": true, "idle": 1, "used": 0}', "number for size"),
        (b'{"size": 1, "idle": 1, "used": 0, "max": 1e999}', "number for max"),
        (b'{"size": NaN, "idle": 1, "used": 0}', "number for size"),
        (b'{"size": 1' + b"0" * 400 + b', "idle": 1, "used": 0}', "number for size"),
    ],
)
def test_other_answers_are_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        stats_of_json(content)


@given(st.binary(max_size=60))
def test_no_answer_raises_anything_else(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^It answered"):
        stats_of_json(content)


def test_addresses_are_taken_once_each_and_up_to_a_limit() -> None:
    assert addresses_of(" http://a/p,  https://b:8443/x http://a/p ") == ("http://a/p", "https://b:8443/x")
    assert len(addresses_of(" ".join(f"http://host{n}/" for n in range(50)))) == ADDRESSES_AT_MOST


@pytest.mark.parametrize(
    "text", ["file:///etc/passwd", "a/pool", "http://", "http://me:secret@a/", "http://a:99999/", "http://[::1"]
)
def test_what_is_no_address_is_left_out(text: str) -> None:
    assert addresses_of(text) == ()


def test_failure_keeps_what_was_seen_before() -> None:
    application = ApplicationPool("http://a/")
    application.take(STATS, 1.0)
    application.fail("It did not answer.")
    assert (application.phase, application.stats, len(application.samples)) == ("fails", STATS, 1)
    assert application.samples.last("used") == 2
    assert application.samples.last("borrowed") is None
