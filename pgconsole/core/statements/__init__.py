"""SQL scripts as psql reads them: split into statements, judged, numbered and coloured, without a server."""

from pgconsole.core.statements.splitter import split
from pgconsole.core.statements.statement import Kind, Segment, Statement, statement_at

__all__ = ["Kind", "Segment", "Statement", "split", "statement_at"]
