"""SQL scripts as psql reads them: split into statements, judged, numbered and coloured, without a server."""

from pgconsole.core.statements.effects import CopyTarget, TransactionStep
from pgconsole.core.statements.line_lexer import LexToken, LineLexer, LineState, TokenKind, lex_line
from pgconsole.core.statements.parameters import NumberedText, number_named_parameters
from pgconsole.core.statements.read_only import passes_read_only
from pgconsole.core.statements.splitter import split
from pgconsole.core.statements.statement import Kind, Segment, Statement, kind_of, statement_at
from pgconsole.core.statements.traits import Traits, traits

__all__ = [
    "CopyTarget",
    "Kind",
    "LexToken",
    "LineLexer",
    "LineState",
    "NumberedText",
    "Segment",
    "Statement",
    "TokenKind",
    "Traits",
    "TransactionStep",
    "kind_of",
    "lex_line",
    "number_named_parameters",
    "passes_read_only",
    "split",
    "statement_at",
    "traits",
]
