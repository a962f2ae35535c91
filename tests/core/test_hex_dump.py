"""Bytes as lines of sixteen."""

from pgconsole.core.hex_dump import hex_dump, is_hex_bytea


def test_lines_hold_offset_bytes_and_characters() -> None:
    assert hex_dump("\\x" + bytes(range(0x1C, 0x3C)).hex()) == (
        "00000000  1c 1d 1e 1f 20 21 22 23  24 25 26 27 28 29 2a 2b  .... !\"#$%&'()*+\n"
        "00000010  2c 2d 2e 2f 30 31 32 33  34 35 36 37 38 39 3a 3b  ,-./0123456789:;"
    )


def test_a_short_line_keeps_its_characters_in_place() -> None:
    assert hex_dump("\\x4142") == "00000000  41 42" + " " * 45 + "AB"
    assert hex_dump("\\x") == ""


def test_text_that_is_no_bytea_comes_back() -> None:
    assert not is_hex_bytea("abc")
    assert not is_hex_bytea("\\x123")
    assert is_hex_bytea("\\x")
    assert hex_dump("\\xzz") == "\\xzz"
