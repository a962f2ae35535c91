"""What is said about a SQLSTATE beside the server's own words: what it amounts to, why it happens, what to do.

A table by code, then by class (its first two letters). It says nothing where the server's message says it all, and the
server's own hint goes before any remedy here.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Advice:
    """Sentences about one SQLSTATE; each may be empty."""

    why: str = ""
    remedy: str = ""
    what: str = ""
    """A headline in our words, for failures of the session, where the server's message alone would not tell it."""


_NOTHING: Final = Advice()

BY_CODE: Final[dict[str, Advice]] = {
    "0A000": Advice("The server does not support this.", ""),
    "08P01": Advice(
        "Client and server did not understand each other.", "Run it again; if it stays, report it as a fault."
    ),
    "21000": Advice("A row of values was needed, and there were more or fewer.", "Limit the subquery to one row."),
    "22001": Advice("A text is longer than its column allows.", "Shorten the value, or widen the column."),
    "22003": Advice("A number is beyond the range of its type.", "Use a wider type, as bigint or numeric."),
    "22007": Advice("A text is no date or time as the server reads them.", "Write it as 2026-01-31 12:00:00+00."),
    "22008": Advice(
        "A date or time is beyond what its type holds.", "Check the value, and DateStyle's order of day and month."
    ),
    "22012": Advice("A divisor was zero.", "Guard it: a / nullif(b, 0)."),
    "22021": Advice(
        "The bytes are no text in the database's encoding.", "Check the encoding of the source; NUL can't be stored."
    ),
    "22P02": Advice("A text can't be read as a value of its type.", "Correct the value, or cast it explicitly."),
    "22P05": Advice(
        "A character does not exist in the database's encoding.", "Store it in a database whose encoding is UTF8."
    ),
    "23502": Advice("A column that must have a value got NULL.", "Give the column a value or a default."),
    "23503": Advice(
        "A row is missing that this one refers to, or rows still refer to it.", "Add or remove those rows first."
    ),
    "23505": Advice("A row with this key is there already.", "Change the key, or use INSERT ... ON CONFLICT."),
    "23514": Advice(
        "A value breaks a rule that the table has.", "Look at the constraint's condition, and change the value."
    ),
    "23P01": Advice("A row overlaps with one that is there.", "Change the value that the constraint excludes."),
    "25001": Advice(
        "It can't run inside a transaction, and one is open.", "Commit or roll back first, then run it by itself."
    ),
    "25006": Advice(
        "The transaction is read-only: by its mode, the profile, or because the server is a standby.",
        "Switch read-only off for this tab, or connect to the primary.",
    ),
    "25P01": Advice("It makes sense only in a transaction, and none is open.", "BEGIN first."),
    "25P02": Advice(
        "An earlier statement failed, and the transaction accepts nothing since.",
        "Roll back, or ROLLBACK TO a savepoint.",
    ),
    "25P03": Advice(
        what="The server ended a session that was idle in a transaction.",
        remedy="Its changes are rolled back: run it again. idle_in_transaction_session_timeout sets the limit.",
    ),
    "25P04": Advice(
        what="The server ended a session whose transaction took too long.",
        remedy="The transaction is rolled back. Reconnect and run it again; transaction_timeout sets the limit.",
    ),
    "26000": Advice(
        "A prepared statement is gone: DEALLOCATE or DISCARD was run, or a pooler changed the server session.",
        "Run it again; behind PgBouncer in transaction mode, prepared statements can't be kept.",
    ),
    "28000": Advice(
        what="The server does not let this role in.",
        remedy="Check role and database, TLS, and pg_hba.conf on the server.",
    ),
    "28P01": Advice(what="The password was not accepted.", remedy="Type it again; it may have changed or expired."),
    "2BP01": Advice("Other objects depend on it.", "Drop those first, or use CASCADE and lose them too."),
    "34000": Advice("The cursor does not exist: its transaction ended, or it was closed.", "Declare it again."),
    "3D000": Advice(
        "There is no such database.", "Check the name; \\l in psql lists them.", "There is no such database."
    ),
    "3F000": Advice("There is no such schema.", "Check the name and search_path."),
    "40001": Advice(
        "Another transaction changed what this one had read.", "Run the whole transaction again from its BEGIN."
    ),
    "40P01": Advice(
        "Two transactions waited for each other's locks.",
        "Run the whole transaction again; take locks in the same order everywhere.",
    ),
    "42501": Advice("The role lacks the privilege.", "Ask the owner for a GRANT, or SET ROLE to one that has it."),
    "42601": Advice("The server could not read the statement.", "Look at the marked place, and just before it."),
    "42702": Advice("The column exists in more than one table.", "Put the table's name before it."),
    "42703": Advice("There is no such column.", "Check the spelling; names with capitals need double quotes."),
    "42725": Advice("More than one function or operator fits.", "Cast the arguments."),
    "42804": Advice("The types do not go together.", "Cast one of them."),
    "42883": Advice(
        "No function or operator takes these types.", "Cast the arguments, or check the schema of the function."
    ),
    "42P01": Advice(
        "There is no such table in the schemas of search_path.", "Check the spelling, the schema and search_path."
    ),
    "42P02": Advice("A parameter has no value.", "Write $1, $2 ... without gaps, and give each a value."),
    "42P05": Advice(
        "A prepared statement of this name is there already.",
        "DEALLOCATE it; behind PgBouncer in transaction mode, prepared statements can't be kept.",
    ),
    "42P18": Advice("The server can't tell the type of a parameter.", "Cast it: $1::text."),
    "53100": Advice("The server's disk is full.", "Free space on the server."),
    "53200": Advice("The server has no memory left.", "Lower work_mem, or the number of connections."),
    "53300": Advice(
        what="The server has no connection slot left.",
        why="max_connections, or a limit of the role or the database, is used up.",
        remedy="Close connections that are not needed, or lower this pool's size.",
    ),
    "53400": Advice("A limit set on the server was reached.", "Raise the limit that the message names."),
    "54000": Advice("The statement is beyond a limit of the server.", "Split it up."),
    "54001": Advice("The statement nests too deeply.", "Simplify it, or raise max_stack_depth."),
    "55006": Advice("Others use it.", "Wait for them, or end their sessions."),
    "55P03": Advice(
        "Another transaction holds the lock: lock_timeout ran out, or NOWAIT was asked.",
        "See in Activity who holds it, and run it again.",
    ),
    "57P01": Advice(what="An administrator ended this session, or the server is shutting down."),
    "57P02": Advice(what="The server crashed, or ended every session because another one crashed."),
    "57P03": Advice(
        what="The server takes no connections now.",
        remedy="It is starting, stopping or recovering: try again in a moment.",
    ),
    "57P04": Advice(what="The database was dropped."),
    "57P05": Advice(what="The server ended an idle session.", remedy="Reconnect; idle_session_timeout sets the limit."),
    "58030": Advice("The server could not read or write a file.", "Look at the server's log and its disks."),
    "58P01": Advice("The server does not find a file on its own machine.", "Check the path as the server sees it."),
    "72000": Advice("The snapshot is too old.", "Run it again."),
}

BY_CLASS: Final[dict[str, Advice]] = {
    "08": Advice("The server lost a connection that it had made itself.", "See the detail for which one."),
    "22": Advice("A value does not fit.", "Correct the value that the message names."),
    "23": Advice("A constraint does not hold.", "Change the row, or the constraint that is named."),
    "25": Advice("It does not go with the state of the transaction.", "Commit or roll back, then run it again."),
    "28": Advice(
        what="The server does not let this role in.",
        remedy="Check role and database, TLS, and pg_hba.conf on the server.",
    ),
    "40": Advice("The server rolled the transaction back.", "Run the whole transaction again from its BEGIN."),
    "42": Advice("The statement can't be run as it is written.", "Look at the marked place."),
    "53": Advice("The server ran out of a resource.", "Try again later, or ask who runs the server."),
    "54": Advice("The statement is beyond a limit of the server.", "Split it up."),
    "55": Advice("The object is not in a state that allows this.", ""),
    "57": Advice("Someone or something on the server intervened.", "Run it again."),
    "58": Advice("The server's own system failed it.", "Look at the server's log."),
    "P0": Advice("A function or trigger raised it on purpose.", ""),
    "XX": Advice("The server found a fault in itself or its data.", "Look at the server's log; tell who runs it."),
}


def advice(sqlstate: str) -> Advice:
    """What to say about a code; empty sentences for one that nothing is known of."""
    return BY_CODE.get(sqlstate) or BY_CLASS.get(sqlstate[:2]) or _NOTHING
