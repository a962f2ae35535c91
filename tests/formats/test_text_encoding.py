"""Encodings told by marks, by strictness, and else by a ranked list."""

import pytest

from pgconsole.formats.text_encoding import guess_encoding


@pytest.mark.parametrize(
    ("data", "encoding", "mark_bytes"),
    [
        ("a,ä".encode("utf-8-sig"), "utf-8", 3),
        ("a,ä".encode("utf-16"), "utf-16-le", 2),
        (b"\xfe\xff" + "a,ä".encode("utf-16-be"), "utf-16-be", 2),
        ("a,ä".encode("utf-32"), "utf-32-le", 4),
        ("id,name\n1,x\n".encode("utf-16-le"), "utf-16-le", 0),
        ("id,name\n1,x\n".encode("utf-16-be"), "utf-16-be", 0),
        ("a,ä".encode(), "utf-8", 0),
        ("ä".encode()[:1], "utf-8", 0),
        (b"", "utf-8", 0),
    ],
)
def test_marks_and_strict_utf8_are_sure(data: bytes, encoding: str, mark_bytes: int) -> None:
    guess = guess_encoding(data)
    assert (guess.encoding, guess.mark_bytes, guess.is_sure) == (encoding, mark_bytes, True)


@pytest.mark.parametrize(
    ("text", "encoding", "among"),
    [
        ("id;town\n1;Zürich\n2;Genève\n", "cp1252", 1),
        ("naïve – “quoted” 5€", "cp1252", 2),
        ("привет мир, Москва", "cp1251", 1),
        ("привет мир, Москва", "koi8-r", 1),
        ("zażółć gęślą jaźń, łódź", "cp1250", 1),
        ("Ελληνικά κείμενο", "cp1253", 1),
        ("日本語のテキスト、東京", "cp932", 1),
        ("한국어 텍스트 서울", "euc_kr", 1),
        ("中文文本，北京", "gb18030", 4),
    ],
)
def test_other_encodings_are_ranked(text: str, encoding: str, among: int) -> None:
    guess = guess_encoding(text.encode(encoding))
    assert not guess.is_sure
    assert encoding in (guess.encoding, *guess.others)[:among]


def test_utf8_with_broken_bytes_stays_utf8() -> None:
    guess = guess_encoding("ä ö ü é à ñ ".encode() * 5 + b"\xff")
    assert (guess.encoding, guess.is_sure) == ("utf-8", False)
