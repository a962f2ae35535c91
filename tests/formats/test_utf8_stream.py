import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.formats.utf8_stream import Utf8Stream, byte_order_mark, original_bytes


def _through(data: bytes, encoding: str, step: int) -> bytes:
    stream = Utf8Stream(encoding)
    pieces = [stream.feed(data[start : start + step]) for start in range(0, len(data), step)]
    return b"".join([*pieces, stream.feed(b"", final=True)])


@given(st.text(), st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32", "gb18030"]), st.integers(1, 5))
def test_text_of_any_encoding_becomes_utf8(text: str, encoding: str, step: int) -> None:
    data = ("\ufeff" + text).encode({"utf-16": "utf-16-le", "utf-32": "utf-32-be"}.get(encoding, encoding))
    assert _through(data, encoding, step) == text.encode()


@given(st.binary(), st.sampled_from(["cp1252", "cp1253", "utf-16-le", "utf-32-le", "koi8-r"]), st.integers(1, 5))
def test_bytes_that_mean_nothing_come_back(data: bytes, encoding: str, step: int) -> None:
    text = _through(data, encoding, step)
    if not data.startswith(byte_order_mark(encoding) or b"\x00\x00\x00\x00\x00"):
        assert original_bytes(text, encoding) == data


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_mark_tells_the_byte_order(mark: bytes) -> None:
    name = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert _through(mark + "a,é".encode(name), "utf-16", 1) == "a,é".encode()


def test_undecodable_byte_is_never_valid_utf8() -> None:
    text = _through(b"\xd2\x81", "cp1253", 1)
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")


def test_utf8_is_left_alone_but_for_its_mark() -> None:
    assert _through(codecs.BOM_UTF8 + b"\xff\xc3\xa9", "utf-8", 1) == b"\xff\xc3\xa9"
