import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.db.message_walk import MAX_MESSAGE_BYTES, MalformedMessage, MessageWalk

MESSAGES = st.lists(st.tuples(st.integers(1, 255), st.binary(max_size=40)), max_size=12)


def _message(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("!BI", kind, len(body) + 4) + body


def _feed(data: bytes, cuts: list[int], knows_server: bool = False) -> MessageWalk:
    walk = MessageWalk(knows_server)
    ends = sorted({min(cut, len(data)) for cut in cuts})
    for start, end in zip([0, *ends], [*ends, len(data)], strict=True):
        walk.check(data[start:end])
    return walk


@given(MESSAGES, st.lists(st.integers(0, 400), max_size=10))
def test_sound_messages_pass_however_they_are_cut(messages: list[tuple[int, bytes]], cuts: list[int]) -> None:
    _feed(b"".join(_message(*each) for each in messages), cuts)


@pytest.mark.parametrize(
    "header",
    [
        bytes(5),
        struct.pack("!BI", 0, 4),
        struct.pack("!BI", 0, 900),
        *(struct.pack("!BI", ord("D"), length) for length in range(4)),
        struct.pack("!Bi", ord("d"), -1),
        struct.pack("!Bi", ord("d"), -(2**31)),
        struct.pack("!BI", ord("D"), 2**31 - 1),
        struct.pack("!BI", ord("A"), MAX_MESSAGE_BYTES + 5),
    ],
)
@given(MESSAGES, st.lists(st.integers(0, 400), max_size=10))
def test_header_that_can_not_be_is_found_behind_sound_messages(
    header: bytes, messages: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    sound = b"".join(_message(*each) for each in messages)
    with pytest.raises(MalformedMessage):
        _feed(sound + header, cuts)


def test_bad_header_is_found_before_its_last_byte_is_handed_on() -> None:
    walk = MessageWalk(knows_server=False)
    walk.check(_message(ord("Z"), b"I") + b"\0\0\0\0")
    with pytest.raises(MalformedMessage):
        walk.check(b"\x04")


def test_zeros_within_a_message_are_its_own() -> None:
    walk = MessageWalk(knows_server=False)
    walk.check(_message(ord("D"), bytes(1000))[:500])
    walk.check(bytes(505))
    walk.check(_message(ord("Z"), b"I"))


def test_longest_message_of_a_server_is_taken() -> None:
    MessageWalk(knows_server=False).check(struct.pack("!BI", ord("D"), MAX_MESSAGE_BYTES - 1))


# Rows of a COPY from a server that is known

ROWS = st.lists(st.text(st.characters(exclude_characters="\0\n", codec="utf-8"), max_size=700), min_size=1, max_size=30)


def _rows(texts: list[str], size_bytes: int) -> bytes:
    some = b"".join(_message(ord("d"), text.encode() + b"\n") for text in texts)
    return some * (1 + size_bytes // len(some))


@given(ROWS, st.lists(st.integers(0, 120_000), max_size=4))
def test_walk_past_rows_comes_to_the_same_place_as_the_walk_along_them(texts: list[str], cuts: list[int]) -> None:
    data = _rows(texts, 60_000) + _message(ord("c")) + _message(ord("C"), b"COPY 1\0")
    past, along = _feed(data[:-3], cuts, knows_server=True), _feed(data[:-3], cuts)
    assert (past._to_come, past._header) == (along._to_come, along._header)
    with pytest.raises(MalformedMessage):
        past.check(bytes(8))


@given(ROWS, st.integers(5, 5000), st.booleans())
def test_zeros_behind_rows_are_found_whoever_sends_them(texts: list[str], count: int, more_follow: bool) -> None:
    data = _rows(texts, 60_000) + bytes(count)
    with pytest.raises(MalformedMessage):
        _feed(data + _rows(texts, 20_000) if more_follow and count > 500 else data, [], knows_server=True)


def test_lie_about_a_length_among_rows_is_found_where_the_server_is_not_known() -> None:
    row = _message(ord("d"), b"x" * 20 + b"\n")
    lie = struct.pack("!BI", ord("d"), 2) + b"x" * 20 + b"\n"
    with pytest.raises(MalformedMessage):
        _feed(row * 2000 + lie + row * 2000, [])


def _comes_to_the_same_place(data: bytes, cuts: list[int]) -> None:
    past, along = _feed(data, cuts, knows_server=True), _feed(data, cuts)
    assert (past._to_come, past._header) == (along._to_come, along._header)


CSV_ROWS = st.lists(
    st.text(st.sampled_from('\nd"dcCEN,x'), max_size=30).map(lambda text: f"{text}\n".encode()), min_size=1, max_size=12
)


@given(CSV_ROWS, st.lists(st.integers(0, 60_000), max_size=6))
def test_rows_of_csv_with_newlines_of_their_own_pass_however_they_are_cut(rows: list[bytes], cuts: list[int]) -> None:
    some = b"".join(_message(ord("d"), row) for row in rows)
    _comes_to_the_same_place(some * (1 + 60_000 // len(some)), cuts)


@pytest.mark.parametrize("cut", [b"long enough\n", b"long enough\nd", b"long enough\nC"])
def test_row_that_is_cut_behind_a_newline_within_it_is_one_message(cut: bytes) -> None:
    rows = _message(ord("d"), b"x" * 20 + b"\n") * 2000
    last = _message(ord("d"), cut + b"and more\n")
    _comes_to_the_same_place(rows + last, [len(rows) + 5 + len(cut)])


FEIGNED_ROW = b"plain\n" + _message(ord("d"), b"a whole row\n")


def _field(value: bytes) -> bytes:
    return _message(ord("d"), struct.pack("!hI", 1, len(value)) + value)


@pytest.mark.parametrize(
    "feigned", [b"", b"plain\nd\0\0\0\1xy", FEIGNED_ROW, FEIGNED_ROW + b"tail\n", FEIGNED_ROW + bytes(9)]
)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=20), st.lists(st.integers(0, 60_000), max_size=6))
def test_rows_of_a_binary_copy_pass_whatever_they_hold(feigned: bytes, values: list[bytes], cuts: list[int]) -> None:
    some = b"".join(_field(value + feigned) for value in values)
    _comes_to_the_same_place(some * (1 + 60_000 // len(some)), cuts)


def test_binary_rows_of_nothing_but_null_pass() -> None:
    nulls = _message(ord("d"), struct.pack("!h", 257) + b"\xff" * 4 * 257)
    _comes_to_the_same_place(nulls * 60 + _field(FEIGNED_ROW + bytes(9)), [])


@pytest.mark.parametrize("before", [b"", _message(ord("N"), b"Mtold\0\0")])
def test_length_that_looks_like_the_begin_of_a_row_passes(before: bytes) -> None:
    rows = _message(ord("d"), b"x" * 20 + b"\n") * 2000
    long = struct.pack("!BI", ord("d"), 0x0A640000) + b"\1\1" + b"x" * 252 + b"\n"
    _comes_to_the_same_place(rows + before + long, [])


@pytest.mark.parametrize("told", [b"some text\nd", b"some text\nd\0", b"\nd", b"\nd\nd"])
def test_notice_among_rows_passes_whatever_it_says(told: bytes) -> None:
    notice = _message(ord("N"), b"SNOTICE\0M" + told + b"\0Hhint\0Rexec_stmt_raise\0\0")
    rows = _message(ord("d"), b"x" * 20 + b"\n") * 2000
    for more in (b"", _message(ord("c")), rows[: 26 * 3], rows):
        _comes_to_the_same_place(rows + notice + more, [])


@pytest.mark.parametrize("size", [10, 256 + 10, 10 * 256, 10 * 256 + 10])
def test_row_whose_length_is_written_with_a_newline_passes(size: int) -> None:
    row = _message(ord("d"), b"x" * (size - 5) + b"\n")
    _comes_to_the_same_place(row * (1 + 60_000 // len(row)), [])


def test_rows_of_text_from_a_known_server_are_passed_over_at_once() -> None:
    row = _message(ord("d"), b"x" * 20 + b"\n")
    lie = struct.pack("!BI", ord("d"), 2) + b"x" * 20 + b"\n"
    walk = _feed(row * 1000 + lie + row * 1000, [], knows_server=True)
    assert (walk._to_come, walk._header) == (0, b"")
