"""The ring of messages: what goes in comes out, under both budgets, and what went is counted."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.message_log import PAGE_ROWS, Gap, Message, MessageLog, RawMessage

ROOMY = 64 << 20
raw_messages = st.tuples(
    st.integers(-(2**31), 2**31 - 1), st.text(min_size=1, max_size=5), st.text(alphabet=st.characters(codec="utf-8"))
)


def payloads(log: MessageLog) -> list[str]:
    return [entry.payload for _number, entry in log.entries(log.first, log.end) if isinstance(entry, Message)]


@given(st.lists(st.lists(raw_messages, min_size=1, max_size=9), max_size=9))
def test_what_goes_in_comes_out(bursts: list[list[RawMessage]]) -> None:
    log = MessageLog(1000, ROOMY)
    for second, burst in enumerate(bursts):
        log.append(burst, float(second))
    wanted = [(float(second), *message) for second, burst in enumerate(bursts) for message in burst]
    found = [entry for _number, entry in log.entries(0, log.end) if isinstance(entry, Message)]
    assert [(each.time_s, each.pid, each.channel, each.payload) for each in found] == wanted
    assert [each.number for each in found] == list(range(len(wanted)))
    assert (log.received, log.dropped) == (len(wanted), 0)


def test_oldest_go_beyond_the_budget_of_rows_and_are_counted() -> None:
    log = MessageLog(5000, ROOMY)
    for start in range(0, 20_000, 700):
        log.append([(1, "c", str(number)) for number in range(start, start + 700)], 0.0)
    kept = log.end - log.first
    assert 5000 - PAGE_ROWS <= kept <= 5000
    assert log.dropped == log.received - kept
    assert payloads(log)[-1] == str(log.end - 1)
    assert payloads(log)[0] == str(log.first)
    with pytest.raises(IndexError):
        log.entry(log.first - 1)


def test_oldest_go_beyond_the_budget_of_bytes() -> None:
    log = MessageLog(10**6, 4 << 20)
    for number in range(2000):
        log.append([(1, "c", f"{number:08}" * 999)], 0.0)
    assert log.size_bytes <= 4 << 20
    assert log.end - log.first > 300
    assert payloads(log)[-1].startswith("00001999")


def test_burst_larger_than_everything_keeps_its_end() -> None:
    log = MessageLog(1000, ROOMY)
    log.append([(1, "c", str(number)) for number in range(50_000)], 0.0)
    assert log.end - log.first <= 1000
    assert log.received == 50_000
    assert payloads(log)[-1] == "49999"


def test_messages_are_no_objects() -> None:
    log = MessageLog(200_000, ROOMY)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(100):
        log.append([(1, "c", "x" * 100)] * 1000, 0.0)
    gc.collect()
    assert len(gc.get_objects()) - before < 1000
    assert log.size_bytes < 100_000 * 130


def test_gap_stands_between_messages_and_goes_with_them() -> None:
    log = MessageLog(3000, ROOMY)
    log.append([(1, "c", "before")], 1.0)
    log.append_gap(Gap(2.0, 3.0, "restart"))
    log.append([(1, "c", "after")], 4.0)
    assert log.entry(1) == Gap(2.0, 3.0, "restart")
    assert log.received == 2
    log.append([(1, "c", "x")] * 9000, 5.0)
    assert log.dropped == log.received - (log.end - log.first)
    assert all(isinstance(entry, Message) for _number, entry in log.entries(0, log.end))


def test_previous_is_of_the_same_channel() -> None:
    log = MessageLog(100, ROOMY)
    log.append([(1, "a", "1"), (1, "b", "2"), (1, "a", "3")], 0.0)
    log.append_gap(Gap(0.0, 1.0))
    log.append([(1, "b", "4")], 0.0)
    for number, wanted in ((2, "1"), (4, "2")):
        found = log.previous_of_channel(number)
        assert found is not None
        assert found.payload == wanted
    assert log.previous_of_channel(0) is None
    assert log.previous_of_channel(4, at_most=2) is None


def test_cleared_log_goes_on_counting() -> None:
    log = MessageLog(100, ROOMY)
    log.append([(1, "a", "1")], 0.0)
    log.clear()
    assert (log.first, log.end, log.received, log.dropped, log.size_bytes) == (1, 1, 1, 0, 0)
    log.append([(1, "a", "2")], 0.0)
    assert payloads(log) == ["2"]
