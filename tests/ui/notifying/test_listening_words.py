"""The words for how listening goes."""

import pytest

from pgconsole.core.errors import ConnectFailed
from pgconsole.core.listening_state import ListeningState, new_state
from pgconsole.core.message_filter import MessageFilter
from pgconsole.ui.notifying.listening_words import count_words, phase_tip, phase_words, queue_words
from tests.fixtures.matchers import matcher


@pytest.fixture
def state() -> ListeningState:
    return new_state(1000, 1 << 20)


def receive(state: ListeningState, count: int) -> None:
    state.log.append([(1, "c", str(n)) for n in range(count)], 0.0)
    state.received += count


def test_phases(state: ListeningState) -> None:
    assert phase_words(None, 0.0) == ("No connection", "faint")
    assert phase_words(state, 0.0) == ("Off", "faint")
    state.phase = "reconnecting"
    assert phase_words(state, 0.0) == ("Connecting", "running")
    state.lost_s, state.retry_s = 1_700_000_000.0, 1_700_000_005.0
    words, role = phase_words(state, 1_700_000_002.0)
    assert words.endswith(", again in 3.0 s")
    assert role == "danger"
    assert phase_words(state, 1_700_000_005.0)[0].endswith(", trying")
    state.phase, state.problem = "off", ConnectFailed("Refused.", "Why.", "Do.")
    assert phase_words(state, 0.0) == ("Not listening", "danger")
    assert phase_tip(state) == "Refused. Why. Do."
    state.phase = "listening"
    assert phase_words(state, 0.0) == ("Listening", "ok")


def test_tip_names_the_process_and_a_pooler(state: ListeningState) -> None:
    state.phase, state.backend_pid = "listening", 17
    assert phase_tip(state).endswith("process 17.")
    state.is_pooled = True
    assert "pooler" in phase_tip(state)
    assert phase_tip(None) != ""


def test_counts_say_what_is_not_shown(state: ListeningState) -> None:
    assert count_words(None) == count_words(state) == ""
    receive(state, 1)
    assert count_words(state) == "1 message"
    receive(state, 12_000)
    dropped = state.log.dropped
    assert dropped > 0
    assert count_words(state) == f"12,001 messages · {dropped:,} dropped"
    state.rows.choose(matcher(MessageFilter("none")))
    assert "0 shown" in count_words(state)
    state.rows.pause()
    receive(state, 2)
    assert "paused, 2 waiting" in count_words(state)


@pytest.mark.parametrize(
    ("usage", "words", "role"),
    [
        (None, "", "second"),
        (0.0, "", "second"),
        (0.095, "Queue 9.5% full", "second"),
        (0.5, "Queue 50.0% full", "warning"),
    ],
)
def test_queue_warns_from_a_half(state: ListeningState, usage: float | None, words: str, role: str) -> None:
    state.queue_usage = usage
    assert queue_words(state) == (words, role)
