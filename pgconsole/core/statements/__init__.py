"""SQL scripts as psql reads them: split into statements, judged, numbered and coloured, without a server."""

from pgconsole.core.statements.effects import CopyTarget, TransactionStep
from pgconsole.core.statements.splitter import split
from pgconsole.core.statements.statement import Kind, Segment, Statement, kind_of, statement_at
from pgconsole.core.statements.traits import Traits, traits

__all__ = [
    "CopyTarget",
    "Kind",
    "Segment",
    "Statement",
    "Traits",
    "TransactionStep",
    "kind_of",
    "split",
    "statement_at",
    "traits",
]
