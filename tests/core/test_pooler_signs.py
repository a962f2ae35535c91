import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.pooler_signs import speaks_of_pooler
from pgconsole.core.server_report import ServerReport


@pytest.mark.parametrize(
    ("sqlstate", "message", "speaks"),
    [
        ("08P01", "unsupported startup parameter: statement_timeout", True),
        ("08P01", "unsupported startup parameter in options: geqo", True),
        ("26000", 'prepared statement "__asyncpg_stmt_1__" does not exist', True),
        ("42P05", 'prepared statement "__asyncpg_stmt_2__" already exists', True),
        ("26000", "unnamed prepared statement does not exist", True),
        ("26000", 'prepared statement "mine" does not exist', False),
        ("42P05", 'prepared statement "mine" already exists', False),
        ("26000", "something else", False),
        ("28P01", "password authentication failed", False),
        ("", "", False),
    ],
)
def test_signs_of_a_pooler(sqlstate: str, message: str, speaks: bool) -> None:
    error = PgconsoleError("No.", report=ServerReport(message=message, sqlstate=sqlstate))
    assert speaks_of_pooler(error) is speaks
