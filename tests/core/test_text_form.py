"""Bytes of a script's file become text and the same bytes again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.text_form import NotText, TextForm, decode, encode, one_line_end, with_line_ends

_TEXT = st.text(st.sampled_from("ab é🐘\r\n\u2028\u2029\ufdd0\x0b\x0c\x85"), max_size=40)


@pytest.mark.parametrize(
    ("data", "text", "form"),
    [
        (b"", "", TextForm()),
        (b"select 'caf\xc3\xa9'\n", "select 'café'\n", TextForm()),
        (b"\xef\xbb\xbfa\r\nb", "a\r\nb", TextForm("utf-8", True, "\r\n")),
        (b"\xff\xfea\0\n\0", "a\n", TextForm("utf-16-le", True)),
        (b"\xfe\xff\0a\0\r", "a\r", TextForm("utf-16-be", True, "\r")),
        (b"caf\xe9 \x80\r\n", "café €\r\n", TextForm("cp1252", False, "\r\n")),
        (b"a\nb\r\nc\r\n", "a\nb\r\nc\r\n", TextForm("utf-8", False, "\r\n")),
    ],
)
def test_form_is_told_by_mark_and_bytes(data: bytes, text: str, form: TextForm) -> None:
    assert decode(data) == (text, form)
    assert encode(text, form) == data


@pytest.mark.parametrize("data", [b"ELF\0\1", b"\xff\xfea\0\0\0", b"a\x81\xfe", b"\xef\xbb\xbf\xe9", b"\xff\xfea"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


@given(_TEXT, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]), st.booleans())
def test_what_is_not_edited_is_written_byte_for_byte(text: str, encoding: str, has_mark: bool) -> None:
    data = encode(text, TextForm(encoding, has_mark or encoding != "utf-8"))
    before, form = decode(data)
    assert encode(with_line_ends(one_line_end(before), form, before), form) == data


def test_an_edited_line_gets_the_usual_end_and_the_others_keep_theirs() -> None:
    before = "one\r\ntwo\nthree\r\nfour\u2029five\r\nsix\n"
    form = decode(before.encode())[1]
    edited = one_line_end(before).replace("three", "3\n3")
    assert with_line_ends(edited, form, before) == "one\r\ntwo\n3\r\n3\r\nfour\u2029five\r\nsix\n"


def test_a_line_that_was_appended_does_not_join_the_last_one() -> None:
    before = "one\r\ntwo\nthree"
    form = decode(before.encode())[1]
    assert with_line_ends("one\ntwo\nthree\nfour", form, before) == f"one\r\ntwo\nthree{form.line_end}four"


@given(_TEXT, _TEXT)
def test_whatever_is_edited_the_text_is_the_editors(before: str, edited: str) -> None:
    form = decode(before.encode())[1]
    text = one_line_end(edited)
    assert one_line_end(with_line_ends(text, form, before)) == text
