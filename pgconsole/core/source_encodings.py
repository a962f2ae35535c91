"""The encodings that a file's text can be in, with the names by which people know them."""

from typing import Final

ENCODINGS: Final[tuple[tuple[str, str], ...]] = (
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16, little-endian"),
    ("utf-16-be", "UTF-16, big-endian"),
    ("utf-32-le", "UTF-32, little-endian"),
    ("utf-32-be", "UTF-32, big-endian"),
    ("cp1252", "Western, Windows-1252"),
    ("iso8859-15", "Western, ISO 8859-15"),
    ("iso8859-1", "Western, ISO 8859-1"),
    ("mac-roman", "Western, Macintosh"),
    ("cp850", "Western, DOS 850"),
    ("cp1250", "Central European, Windows-1250"),
    ("iso8859-2", "Central European, ISO 8859-2"),
    ("cp1251", "Cyrillic, Windows-1251"),
    ("koi8-r", "Cyrillic, KOI8-R"),
    ("cp1253", "Greek, Windows-1253"),
    ("cp1254", "Turkish, Windows-1254"),
    ("cp1255", "Hebrew, Windows-1255"),
    ("cp1256", "Arabic, Windows-1256"),
    ("cp1257", "Baltic, Windows-1257"),
    ("cp932", "Japanese, Shift-JIS"),
    ("euc_jp", "Japanese, EUC-JP"),
    ("gb18030", "Chinese, GB 18030"),
    ("big5", "Chinese, Big5"),
    ("euc_kr", "Korean, EUC-KR"),
)
"""Python's names and the screen's, in the order in which equal guesses are ranked."""
