"""Where a COPY takes its inline data from in a script: which statements ask for data, and where the data end."""

import re
from itertools import islice

from pgconsole.core.statements.lexer import GAP, IDENTIFIER_PART
from pgconsole.core.statements.words import lexemes

_COPY = re.compile(rf"{GAP}copy(?!{IDENTIFIER_PART})", re.IGNORECASE)
_WORDS_LOOKED_AT = 8
_END_OF_DATA = re.compile(r"^\\\.\r?(?:\n|\Z)", re.MULTILINE)


def wants_data(text: str) -> bool:
    """Whether a statement is a COPY that reads its data from the client, by the words that psql 18.6 goes by.

    The first FROM outside parentheses is followed by STDIN, or by STDOUT, which the grammar takes for the same. Whether
    the server would accept the rest does not matter: what follows was written as data.
    """
    if not _COPY.match(text):
        return False
    words = (token.text for token in lexemes(text) if token.kind == "word" and token.depth == 0)
    first = list(islice(words, _WORDS_LOOKED_AT))
    at = first.index("from") if "from" in first else len(first)
    return first[at + 1 : at + 2] in (["stdin"], ["stdout"])


def data_end(script: str, start: int) -> tuple[int, int]:
    """Where inline data that begin at the start of a line end, and where the line behind their `\\.` begins.

    Without a line `\\.` they go on to the script's end, as psql has it.
    """
    found = _END_OF_DATA.search(script, start)
    return (found.start(), found.end()) if found else (len(script), len(script))
