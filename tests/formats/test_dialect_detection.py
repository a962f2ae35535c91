"""How files are laid out, guessed from their beginnings."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.import_plan import Dialect
from pgconsole.formats.dialect_detection import detect, detect_dialect, has_header


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", {}),
        ("a;b\n1,5;2\n2,5;3\n", {"delimiter": ";"}),
        ("a\tb\n1\t2\n", {"delimiter": "\t"}),
        ("a|b|c\n1|2\n3|4|5\n6|7|8\n", {"delimiter": "|"}),
        ("time,day\n10:00:00,2024-01-01\n11:00:00,2024-01-02\n", {}),
        ("a b c\n1 2 3\n4 5 6\n", {"delimiter": " "}),
        ("title\nof many words\nin one column\n", {}),
        ("'a','b'\n'1,2','x'\n", {"quote": "'", "escape": "'"}),
        ('id, name, note\n1, "Ann, or so", "x, y"\n2, Bob, "z"\n3, "C, D", w\n', {"trim": True}),
        ('id,note\n1,"a, ""b"""\n2,"c, ""d"""\n', {}),
        (
            'at who note\n10:00:01 Ann Lee "came by the door"\n10:02:03 Bob "went at 9:00:00 away"\n'
            '10:04:05 Cy Doe "stayed in"\n',
            {"delimiter": " "},
        ),
        ('id,size\n1,5" disk\n2,7" disk\n', {"quote": ""}),
        ('a,b\n1,"say \\"hi\\" now"\n', {"escape": "\\"}),
        ('a,b\n1,"say ""hi"" now"\n', {}),
        ("1,2\n3,4\n", {"has_header": False}),
        ("name,town\nAnn,Bonn\nBob,Bonn\n", {}),
        ("Ann,Bonn\nBob,Bonn\n", {"has_header": False}),
        ("# made by x\n# on monday\na,b\n1,2\n", {"comment": "#"}),
        ("#id,name\n1,Ann\n2,Bob\n", {}),
        ("Report of 2024\n\nid;name;x\n1;a;b\n2;c;d\n", {"delimiter": ";", "skip_lines": 2}),
        ("a,b,c\n1,2\n3,4,5\n6,7,8\n", {}),
        ("Report,,\n,,\nid,name,x\n1,a,b\n2,c,d\n", {"skip_lines": 2}),
        ("day,town\n1,a,x\n2,b,y\n3,c,z\n", {}),
        ("a,b\n1,\\N\n2,3\n", {"null_text": "\\N"}),
        ("a,b\n1,NULL\n2,NULL\n", {"null_text": "NULL"}),
        ("a,b\n1,NA\n2,-3.5\n3,NA\n", {"null_text": "NA"}),
        ("day,b\n2026-11-26,None\nNone,7\n", {"null_text": "None"}),
        ("country,b\nNA,1\nDE,2\nNA,3\n", {"null_text": ""}),
        ("country,b\nNA,1\nDE,NA\nNA,3\n", {"null_text": ""}),
        ("country,b\nNA,1\nNA,3\n", {"null_text": ""}),
        ("a,b\n1,NULL\n2,\n3,NULL\n", {}),
        ("id,town,\n1,Bonn,\n2,Trier,\n", {"ends_with_delimiter": True}),
        ("id,town\n1,Bonn,\n2,Trier,\n", {"ends_with_delimiter": True}),
        ("id,town,\n1,Bonn,\n2,Trier,x\n", {}),
        ("id,town,\n1,Bonn\n2,Trier\n", {}),
        ("7,Bonn,\n8,Trier,\n", {"has_header": False}),
        ("4100200300;x;8\n17;y;9\n18;z;10\n", {"delimiter": ";", "has_header": False}),
        ("NA,3\n4,5\n6,7\n", {"has_header": False}),
        ("n,date\n4,03.04.2021\n5,17.12.2020\n", {}),
        ("03.04.2021,x1\n17.12.2020,x2\n18.11.2020,x3\n", {"has_header": False}),
        ("time\n05:40\n21:30\n17:45\n", {}),
        ("at\n2021-04-01 10:20:30.5+02:00\n2021-04-02 11:21:31+02:00\n2021-04-03 12:22:32+02:00\n", {}),
        ("10:a:x\n11:b:y\n12:c:z\n", {"delimiter": ":", "has_header": False}),
        ('1;"a "big" one"\n2;"a "red" one"\n3;"a "n;w" one"\n', {"delimiter": ";", "has_header": False}),
        ('"Maria "the" singer"\n"Maria "the"', {}),
        ("no||kind||size\n1||cup||2\n2||||7\n", {"delimiter": "||"}),
        ("1::x::978300760\n1::y::978302109\n2::z::978301968\n", {"delimiter": "::", "has_header": False}),
        ("no|kind|size\n1||2\n2||7\n", {"delimiter": "|"}),
        ("no+kind+size\n1+cup+2\n2+jug+7\n", {"delimiter": "+"}),
        ("+492281\n+496512\n+492213\n", {"has_header": False}),
        ('no,kind\n1,"a" \n2,"b, c" \n3,d\n', {"trim": True}),
        ("no;kind\n1; 'a;b'\n2; 'c'\n", {"delimiter": ";", "quote": "'", "escape": "'", "trim": True}),
        ('n\ttitle\n1\tPlain\n2\t"Odd" Ann\n3\t"Open\n4\tLast\n', {"delimiter": "\t", "quote": ""}),
        ('n,title\n1,"Open\n2,x\n3,y\n', {}),
        ('n,note\n1,"two\nlines, more"\n2,"three\nlines, more"\n', {}),
        ('n,title\n1,"a, b"\n2,"c" d\n3,"e, f"\n', {}),
        (
            "Made by\tAnn\nOn\tMonday\na\tb\tc\td\te\tf\n" + "1\t2\t3\t4\t5\t6\t\n" * 6,
            {"delimiter": "\t", "skip_lines": 2, "ends_with_delimiter": True},
        ),
        ("n,said,meant\n" + "1,a,'x'\n2,b,'y'\n3,\"c, d\",'z'\n" * 5, {}),
        ("", {}),
    ],
)
def test_dialect_is_told_from_the_beginning(text: str, expected: dict[str, Any]) -> None:
    found = detect_dialect(text, "utf-8")
    usual = Dialect()
    assert {name: getattr(found, name) for name in Dialect.__struct_fields__} == {
        name: expected.get(name, getattr(usual, name)) for name in Dialect.__struct_fields__
    }


def test_what_is_given_is_not_guessed_and_the_rest_is_guessed_by_it() -> None:
    text = "~made of\nwood~;40\n~glass~;7\n~clay~;12\n"
    found = detect_dialect(text, "utf-8", {"quote": "~", "escape": "~"})
    assert (found.delimiter, found.skip_lines, found.has_header) == (";", 0, False)
    found = detect_dialect("old,older\nn|m\n1|2\n", "utf-8", {"delimiter": "|", "skip_lines": 1})
    assert (found.skip_lines, found.has_header) == (1, True)


def test_header_is_told_by_what_differs_below_it() -> None:
    assert has_header([["year", "2024"], ["2023", "1"], ["2024", "2"]])
    assert not has_header([["2023", "1"], ["2024", "2"]])
    assert has_header([["a", "b"]])
    assert not has_header([["1", "2"]])
    assert not has_header([["", ""], ["x", "y"]])
    assert has_header([["land", "2023", "2024"], ["A", "1,5 %", "2,0 %"], ["B", "1,7 %", "2,5 %"]])
    assert has_header([["unit", "2023", "2024"], ["A", "112.5", "113.5"], ["B", "99.1", "98.0"]])
    assert not has_header([["A", "2023"], ["B", "2024"], ["C", "2022"]])
    codes = [["aa", "Afar"], ["ab", "Abkhaz"], ["de", "German"], ["en", "English"], ["fr", "French"]]
    assert has_header([["code", "English"], *codes])
    assert not has_header([["it", "English"], *codes])
    assert has_header([["id", "answer", "", "", ""], ["1", "yes", "", "", ""], ["2", "no", "", "", "x"]])
    assert not has_header([["total", "", "", "", ""], ["x", "y", "", "z", ""], ["x", "y", "z", "z", "z"]])


def test_file_is_looked_into_whatever_its_packing_and_encoding(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes("id;Größe\n1;2\n".encode("utf-16"))
    found, sample = detect(file)
    assert (found.dialect.encoding, found.dialect.delimiter) == ("utf-16-le", ";")
    assert sample.text("utf-16-le").startswith("id;")
    assert sample.is_whole


@given(st.text(st.sampled_from("ab1,;\t|\"' #\\\n\r\x00é"), max_size=120))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    dialect = detect_dialect(text, "utf-8")
    assert len(dialect.delimiter) == 1 or dialect.delimiter in ("||", "::")
    assert dialect.skip_lines >= 0
