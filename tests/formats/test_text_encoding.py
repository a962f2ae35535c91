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
        ("中文文本，北京", "gb18030", 1),
        ("Prénom;Région\nÉlise;ÎLE-DE-FRANCE\nHÉLÈNE;Rhône\n", "cp1252", 1),
        ("Prénom;Région\nÉlise;Rhône\nHélène;Provence-Alpes-Côte d’Azur\n", "mac-roman", 1),
        ("name;note\nAnn;don’t\nBob;it’s\n", "cp1252", 1),
        ("name;note\nAnn;don’t\nBob;it’s\n", "mac-roman", 1),
        ("note\nas said – by “Ann”\n10\u00a0kg at 20°\n", "cp1252", 1),
        ("Číslo účtu;Město\n7;Plzeň\n8;Příbram\n", "cp1250", 1),
        ("Miasto;Kraj\nŁódź;Śląsk\n", "iso8859-2", 1),
        ("İsim;Şehir\nIşık;Ağrı\nÖzgür;Muğla\n", "cp1254", 1),
        ("Vardas;Miestas\nŽemaitė;Šiauliai\nRūta;Panevėžys\n", "cp1257", 1),
        ("ГОРОД;ОБЛАСТЬ\nМОСКВА;МОСКОВСКАЯ\n", "cp1251", 1),
        ("שם;עיר\nדוד;ירושלים\n", "cp1255", 1),
        ("الاسم;المدينة\nأحمد;الرياض\n", "cp1256", 1),
        ("番号,年代\n1,10代\n2,20代\n3,不明\n", "cp932", 1),
        ("番号,摘要\n1,ﾌﾘｺﾐ ﾔﾏﾀﾞ\n2,ｶ)ﾄﾖﾀ\n", "cp932", 1),
        ("番号,名称\n1,みなと区\n2,オフィス\n", "euc_jp", 1),
        ("縣市,名稱\n臺北市,東門\n高雄市,西子灣\n", "big5", 1),
    ],
)
def test_other_encodings_are_ranked(text: str, encoding: str, among: int) -> None:
    guess = guess_encoding(text.encode(encoding))
    assert not guess.is_sure
    assert encoding in (guess.encoding, *guess.others)[:among]


def test_a_mark_behind_much_plain_text_tells_too() -> None:
    assert guess_encoding(("1,plain\n" * 20_000 + "2,Łódź\n3,Kraków\n").encode("cp1250")).encoding == "cp1250"


def test_utf8_with_broken_bytes_stays_utf8() -> None:
    guess = guess_encoding("ä ö ü é à ñ ".encode() * 5 + b"\xff")
    assert (guess.encoding, guess.is_sure) == ("utf-8", False)
