from typing import get_args

import pytest

from pgconsole.core.connection_state import CHANNEL_MEANING, CHANNEL_WORDS, ChannelState, ServerFacts, findings


def _facts(channel: ChannelState, tls_version: str = "", in_recovery: bool = False) -> ServerFacts:
    return ServerFacts("18.1", "anna", "shop", 0.42, 12.3, channel, tls_version, in_recovery)


def test_every_state_of_the_channel_has_words() -> None:
    assert set(get_args(ChannelState)) == set(CHANNEL_WORDS) == set(CHANNEL_MEANING)


@pytest.mark.parametrize(
    ("channel", "level"), [("local", "ok"), ("verified", "ok"), ("unverified", "warning"), ("plain", "warning")]
)
def test_channel_that_others_may_read_or_fake_is_a_warning(channel: ChannelState, level: str) -> None:
    told = findings(_facts(channel, "" if channel in ("local", "plain") else "TLSv1.3"))
    assert [line.level for line in told] == ["ok", level]


def test_account_names_version_role_and_times() -> None:
    first, second = findings(_facts("verified", "TLSv1.3"))
    assert first.text == "PostgreSQL 18.1, database shop as anna: connected in 12 ms, 0.4 ms a round trip."
    assert second.text == "TLSv1.3. Encrypted, and the server's certificate was checked."


def test_standby_is_told() -> None:
    assert "standby" in findings(_facts("local", in_recovery=True))[-1].text
