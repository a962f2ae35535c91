"""The query that a rule runs: whether it is one that only reads, and how it gets the message that it is run for.

Nobody is there to be asked when it runs, so that what would be asked about, be it on a production server, is refused
when the rule is made. It runs in a read-only tab besides: what a function writes, the server refuses.
"""

from typing import Final

from pgconsole.core.guards import guard_reason
from pgconsole.core.statements import Kind, number_named_parameters, passes_read_only, split, traits

_READING: Final = (Kind.SELECT, Kind.VALUES, Kind.TABLE, Kind.WITH, Kind.SHOW)
_PARAMETERS: Final = 2
"""`$1` is the payload, `$2` the channel."""
_ESCAPES: Final = str.maketrans({"'": "''", "\\": "\\\\", "\n": "\\n", "\r": "\\r"})


def query_fault(text: str) -> str:
    """Why a rule can't run this, as a sentence; empty where it can."""
    statements = [each for each in split(text) if each.kind is not Kind.EMPTY]
    if not statements:
        return "There is no query to run."
    first = statements[0]
    if len(statements) > 1 or len(first.parts) > 1 or first.command is not None or first.bind_values is not None:
        return "A rule runs one statement, without backslash commands."
    judged = traits(first.text)
    if first.kind not in _READING or guard_reason(first.text, judged, is_production=True, asks_unguarded=True):
        return "A rule runs a query that only reads: SELECT, VALUES, TABLE, WITH or SHOW."
    if fault := passes_read_only(first.text):
        return f"A rule runs a query that only reads. {fault}"
    if number_named_parameters(first.text).names or judged.parameter_count > _PARAMETERS:
        return "A rule's query has two parameters at most: $1 is the payload, $2 the channel."
    if not _keeps_out(first.text):
        return "A text or comment in it does not end, or ends by a server's setting only: write backslashes in E'…'."
    return ""


def _keeps_out(statement: str) -> bool:
    """Whether what follows is no part of it, also where a backslash escapes in every string."""
    script = f"{statement}\n\\bind '' \\g\n"
    readings = [split(script, standard_conforming_strings=conforming) for conforming in (True, False)]
    return all([each.bind_values for each in reading] == [("",)] for reading in readings)


def query_script(text: str, channel: str, payload: str) -> str:
    """The query with the message that it is run for, as a script that psql would run too."""
    statement = next(each for each in split(text) if each.kind is not Kind.EMPTY).text
    values = (payload, channel)[: traits(statement).parameter_count]
    bound = "".join(f" '{value.translate(_ESCAPES)}'" for value in values)
    return f"{statement}\n\\bind{bound} \\g\n" if values else f"{statement}\n"
