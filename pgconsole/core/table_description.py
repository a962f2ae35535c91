"""A table as somebody who is about to load it needs to know it: columns, keys, and what the role may do."""

from typing import Literal

from msgspec import Struct


class TableName(Struct, frozen=True):
    """One table of the database that can be loaded."""

    schema: str
    table: str
    is_found: bool = True
    """Whether its bare name means it, by the session's search_path."""


class TableColumn(Struct, frozen=True, kw_only=True):
    """One column of a table."""

    name: str
    type: str
    """As format_type writes it."""
    not_null: bool = False
    default: str = ""
    """The expression; empty where there is none."""
    identity: Literal["", "always", "by default"] = ""
    generated: bool = False
    """Whether the server computes it, so that nothing can be loaded into it."""
    may_insert: bool = True

    @property
    def is_usual(self) -> bool:
        """Whether values are meant to come from outside; those of an identity always can, and override the server's."""
        return not self.generated and self.identity != "always"

    @property
    def own_value(self) -> str:
        """What the server puts into it where a row has no value for it, in words; empty where that is NULL."""
        if self.generated:
            return "computed by the server"
        if self.identity:
            return f"numbered by the server, {self.identity}"
        return f"default {self.default}" if self.default else ""

    @property
    def is_needed(self) -> bool:
        """Whether a row without a value for it is refused."""
        return self.not_null and not (self.default or self.identity or self.generated)


class TableDescription(Struct, frozen=True, kw_only=True):
    """A table that is there."""

    name: TableName
    columns: tuple[TableColumn, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    """Columns of the primary key, if any, and then of each unique constraint or index that ON CONFLICT can take."""
    missing_privileges: tuple[str, ...] = ()
    """Of INSERT, UPDATE, TRUNCATE and SELECT, those that the role lacks on the table."""
    estimated_rows: int | None = None
    """The planner's; None where it has none."""
