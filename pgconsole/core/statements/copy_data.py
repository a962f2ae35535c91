"""Where a COPY takes its inline data from in a script: which statements ask for data, and where the data end."""

import re

from pgconsole.core.statements.lexer import GAP, IDENTIFIER

_NAME = rf'(?:[uU]&)?"(?:[^"]++|"")*+"|{IDENTIFIER}'
_COPY_FROM_STDIN = re.compile(
    rf"{GAP}copy{GAP}(?:binary\b{GAP})?(?!\()(?:{_NAME}){GAP}(?:\.{GAP}(?:{_NAME}){GAP})*+(?:\*{GAP})?"
    rf"(?:\((?:\"(?:[^\"]++|\"\")*+\"|[^\")])*+\){GAP})?from{GAP}(?:stdin|stdout)\b",
    re.IGNORECASE,
)
_END_OF_DATA = re.compile(r"^\\\.\r?(?:\n|\Z)", re.MULTILINE)


def wants_data(text: str) -> bool:
    """Whether a statement is a COPY that reads its data from the client.

    The grammar allows FROM STDOUT, and means STDIN by it.
    """
    return _COPY_FROM_STDIN.match(text) is not None


def data_end(script: str, start: int) -> tuple[int, int]:
    """Where inline data that begin at the start of a line end, and where the line behind their `\\.` begins.

    Without a line `\\.` they go on to the script's end, as psql has it.
    """
    found = _END_OF_DATA.search(script, start)
    return (found.start(), found.end()) if found else (len(script), len(script))
