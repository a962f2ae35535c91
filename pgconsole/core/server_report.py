"""An error or notice as PostgreSQL reported it, every field whole; judges nothing and explains nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerReport:
    """The fields of one ErrorResponse or NoticeResponse; a field that the server did not send is empty or None.

    The fields are those of the manual's page "Error and Notice Message Fields".
    """

    message: str = ""
    """The primary message, in the server's own language."""
    sqlstate: str = ""
    severity: str = ""
    """ERROR, FATAL, PANIC, WARNING, NOTICE ... never translated, where the server tells (9.6 and later)."""
    detail: str = ""
    hint: str = ""
    context: str = ""
    position: int | None = None
    """Where in the statement that was sent, in code points, counted from 1."""
    internal_position: int | None = None
    """The same for `internal_query`."""
    internal_query: str = ""
    """The statement that a function or the server itself ran when it failed."""
    schema_name: str = ""
    table_name: str = ""
    column_name: str = ""
    data_type_name: str = ""
    constraint_name: str = ""
    source_file: str = ""
    source_line: str = ""
    source_routine: str = ""

    def __bool__(self) -> bool:
        """Whether the server said anything at all."""
        return bool(self.sqlstate or self.message)

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Label and text of each field that has one, in psql's order, but message, severity and SQLSTATE."""
        labelled = (
            ("Detail", self.detail),
            ("Hint", self.hint),
            ("Position", _position_text(self.position)),
            ("Query", self.internal_query),
            ("Query position", _position_text(self.internal_position)),
            ("Context", self.context),
            ("Schema", self.schema_name),
            ("Table", self.table_name),
            ("Column", self.column_name),
            ("Data type", self.data_type_name),
            ("Constraint", self.constraint_name),
            ("Source", self._source()),
        )
        return tuple((label, text) for label, text in labelled if text)

    def _source(self) -> str:
        place = ":".join(part for part in (self.source_file, self.source_line) if part)
        return ", ".join(part for part in (self.source_routine, place) if part)


def _position_text(position: int | None) -> str:
    return "" if position is None else str(position)
