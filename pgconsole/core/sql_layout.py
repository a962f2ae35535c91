"""Lays out SQL text anew; what the text means stays."""


def formatted(sql: str) -> str:
    """The statement with a clause a line, keywords in upper case and two blanks of indent; names stay as they are."""
    # Slow to import (60 ms), and few runs need it.
    import sqlparse

    return str(sqlparse.format(sql, reindent=True, keyword_case="upper", indent_width=2)).strip("\n")
