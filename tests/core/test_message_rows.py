"""Rows of a view on a log: filtered, paused, and sliding on as old entries go."""

from pgconsole.core.message_filter import Matcher, MessageFilter
from pgconsole.core.message_log import Gap, Message, MessageLog
from pgconsole.core.message_rows import SCAN_ROWS, MessageRows
from tests.fixtures.matchers import matcher


def log_of(count: int, row_budget: int = 100_000) -> MessageLog:
    log = MessageLog(row_budget, 64 << 20)
    add(log, count)
    return log


def add(log: MessageLog, count: int) -> None:
    log.append([(1, "even" if (log.end + n) % 2 == 0 else "odd", str(log.end + n)) for n in range(count)], 0.0)


def even() -> Matcher:
    return matcher(MessageFilter(channel="even"))


def caught_up(rows: MessageRows) -> None:
    rows.advance()
    while rows.is_behind:
        rows.advance()


def shown(log: MessageLog, rows: MessageRows) -> list[str]:
    entries = [log.entry(rows.number(row)) for row in range(rows.first, rows.end)]
    return [entry.payload if isinstance(entry, Message) else "gap" for entry in entries]


def test_without_a_filter_every_entry_is_a_row() -> None:
    log = log_of(3)
    rows = MessageRows(log)
    log.append_gap(Gap(0.0, 1.0))
    assert shown(log, rows) == ["0", "1", "2", "gap"]
    assert not rows.is_behind


def test_filter_keeps_what_it_wants_and_every_gap() -> None:
    log = log_of(4)
    rows = MessageRows(log)
    before = rows.generation
    rows.choose(even())
    assert rows.generation > before
    log.append_gap(Gap(0.0, 1.0))
    caught_up(rows)
    assert shown(log, rows) == ["0", "2", "gap"]
    rows.choose(None)
    assert shown(log, rows) == ["0", "1", "2", "3", "gap"]


def test_filter_catches_up_in_steps() -> None:
    log = log_of(3 * SCAN_ROWS)
    rows = MessageRows(log)
    rows.choose(even())
    rows.advance()
    assert (rows.end, rows.is_behind) == (SCAN_ROWS // 2, True)
    caught_up(rows)
    assert rows.end == 3 * SCAN_ROWS // 2


def test_step_ends_at_its_time_but_goes_on_by_one() -> None:
    log = log_of(3)
    rows = MessageRows(log)
    rows.choose(even())
    rows.advance(0.0)
    assert (rows.end, rows.is_behind) == (1, True)
    rows.advance(0.0)
    rows.advance(0.0)
    assert (rows.end, rows.is_behind) == (2, False)


def test_rows_keep_their_numbers_while_old_ones_go() -> None:
    log = log_of(4000, row_budget=4000)
    rows = MessageRows(log)
    rows.choose(even())
    caught_up(rows)
    wanted = rows.number(1900)
    add(log, 3000)
    caught_up(rows)
    assert rows.number(1900) == wanted
    assert rows.first > 0
    assert rows.number(rows.first) >= log.first
    assert rows.row_of(rows.number(1900)) == 1900
    assert rows.end - rows.first == sum(number % 2 == 0 for number in range(log.first, log.end))


def test_pause_shows_nothing_new_and_counts_it() -> None:
    log = log_of(3)
    rows = MessageRows(log)
    rows.pause()
    add(log, 2)
    assert shown(log, rows) == ["0", "1", "2"]
    assert (rows.is_paused, rows.waiting) == (True, 2)
    rows.resume()
    assert shown(log, rows) == ["0", "1", "2", "3", "4"]
    assert (rows.is_paused, rows.waiting) == (False, 0)


def test_pause_outlives_everything_that_it_showed() -> None:
    log = log_of(3000, row_budget=3000)
    rows = MessageRows(log)
    rows.pause()
    add(log, 9000)
    assert rows.end - rows.first == 0
    rows.resume()
    assert rows.end - rows.first == log.end - log.first


def test_cleared_log_has_no_rows() -> None:
    log = log_of(10)
    rows = MessageRows(log)
    for wanted in (None, even()):
        rows.choose(wanted)
        caught_up(rows)
        rows.pause()
        log.clear()
        rows.cleared()
        assert rows.end - rows.first == 0
        rows.resume()
        add(log, 2)
        caught_up(rows)
        assert rows.end - rows.first == (2 if wanted is None else 1)
