"""Tells from an error that a pooler in transaction mode stands before the server. Pure."""

from pgconsole.core.errors import PgconsoleError

_NO_SUCH_STATEMENT = "26000"
_STATEMENT_EXISTS = "42P05"


def speaks_of_pooler(error: PgconsoleError) -> bool:
    """Whether the error is one of those that PgBouncer's transaction mode is known by.

    Source: PgBouncer's page "Features", table of SQL features by pooling mode; `ignore_startup_parameters` on its
    page "Configuration".
    """
    message = error.report.message.lower()
    if "unsupported startup parameter" in message:
        return True
    # One that a user has named is his own mistake.
    is_ours = "unnamed prepared statement" in message or "__asyncpg_" in message
    return error.sqlstate in (_NO_SUCH_STATEMENT, _STATEMENT_EXISTS) and is_ours
