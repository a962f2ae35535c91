"""How the watching of a server is told, and its clock."""

import pytest

from pgconsole.core.errors import ConnectionLost
from pgconsole.core.server_sample import WatchState
from tests.fixtures.activity import NOW, backend, sample


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


def test_our_sessions_show_what_a_user_ran_and_others_what_the_server_has() -> None:
    probe = "select pg_catalog.something()"
    idle, running, other = (backend(n, query=probe, state=state) for n, state in ((1, "idle"), (2, "active"), (3, "")))
    seen = sample([idle, running, other]).with_statements_of_ours({1: "update t", 2: "update t", 4: "gone"})
    assert [each.query for each in seen.backends] == ["update t", probe, probe]
