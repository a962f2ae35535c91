"""How the watching of a server is told, and its clock."""

import pytest

from pgconsole.core.errors import ConnectionLost
from pgconsole.core.server_sample import WatchState
from tests.fixtures.activity import NOW, sample


def test_servers_clock_goes_on_between_two_looks() -> None:
    seen = sample([])
    first = seen.server_now()
    assert NOW <= first <= seen.server_now() < NOW + 60


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (WatchState(), "No connection to watch."),
        (WatchState("connecting"), "Connecting…"),
        (WatchState("watching"), ""),
        (WatchState("paused"), "Paused"),
        (
            WatchState("reconnecting", ConnectionLost("It was lost.", "The server went."), 4.0),
            "It was lost. The server went. Trying again in 4 s; what is shown is from before.",
        ),
    ],
)
def test_state_is_one_line_and_quiet_while_all_is_well(state: WatchState, text: str) -> None:
    assert state.text == text


def test_server_that_does_not_answer_is_told() -> None:
    assert "not answered" in WatchState("unanswered").text
