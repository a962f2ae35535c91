"""What an import is to do, whole, as one frozen value: the wizard or the command line makes it, the engine runs it.

Holds choices and nothing that is learnt while they are carried out; that is `import_account.py`'s. Whether a plan makes
sense says `import_check.py`, what is sent to the server for it `import_sql.py`. Records of the file and its columns are
counted from 1 wherever a person reads them, and column indexes from 0 here.
"""

from enum import Enum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

FORMAT_VERSION = 1
"""Grows when a saved plan of before can't be read as it is."""

SourceFormat = Literal["delimited", "sheet", "json", "ndjson"]
Packing = Literal["none", "gz", "bz2", "xz", "zip", "zst"]
DateOrder = Literal["", "YMD", "MDY", "DMY"]
TableKind = Literal["permanent", "unlogged", "temporary"]


class SourceFile(Struct, frozen=True, kw_only=True):
    """One file to read; `path` and, where there are several in it, which part."""

    path: str
    format: SourceFormat = "delimited"
    packing: Packing = "none"
    member: str = ""
    """The member of an archive."""
    sheet: str = ""
    """The sheet of a spreadsheet; empty is the first."""
    cells: str = ""
    """The range of a sheet, as `B2:F900`; empty is all that is used."""


class Dialect(Struct, frozen=True, kw_only=True):
    """How bytes become records and fields; a source of another format than `delimited` is handed on in the default one.

    A quote counts where a field begins, and nowhere else; inside, `escape` before a quote (or itself) makes it a
    character like others. An unquoted field that is `null_text` is NULL.
    """

    delimiter: str = ","
    """One character, or a few that part fields together, as `||`."""
    quote: str = '"'
    """Empty where nothing is quoted."""
    escape: str = '"'
    """The same as `quote` where a quote is doubled."""
    has_header: bool = True
    encoding: str = "utf-8"
    """A codec's name of Python; a byte order mark is taken off in any case."""
    null_text: str = ""
    skip_lines: Annotated[int, Meta(ge=0)] = 0
    """Lines before the header, or before the first record, that are no records."""
    comment: str = ""
    """Lines that begin with it are left out; empty where there are none."""
    trim: bool = False
    """Spaces and tabs round an unquoted field are left out."""
    ends_with_delimiter: bool = False
    """A delimiter at the end of a record begins no further field."""
    decimal: Literal[".", ","] = "."
    """The mark in numbers, for columns of a numeric type."""
    thousands: str = ""
    """What groups digits in numbers, for columns of a numeric type."""
    date_order: DateOrder = ""
    """How the server is to read 03/04/05; empty leaves it as the session has it."""


class FileColumn(Struct, frozen=True, tag="file"):
    """The text of one column of the file."""

    index: Annotated[int, Meta(ge=0)]


class Constant(Struct, frozen=True, tag="constant"):
    """The same text for every record; None is NULL."""

    text: str | None


class Expression(Struct, frozen=True, tag="expression"):
    """SQL on texts of the file: `$1` is the column of the first index, `$2` of the second; NULL where the field is."""

    sql: str
    indexes: tuple[Annotated[int, Meta(ge=0)], ...]


class ServerDefault(Struct, frozen=True, tag="default"):
    """What the table itself gives; the same as not to name the column at all."""


ColumnSource = FileColumn | Constant | Expression | ServerDefault


class ColumnMapping(Struct, frozen=True, kw_only=True):
    """Where one column of the table has its values from."""

    column: str
    source: ColumnSource
    null_text: str | None = None
    """What is NULL in this column instead of the dialect's text."""


class NewColumn(Struct, frozen=True, kw_only=True):
    """A column of a table that is to be made."""

    name: str
    type: str = "text"
    """As CREATE TABLE takes it: `bigint`, `numeric(12,2)`, `timestamp with time zone`."""
    not_null: bool = False


class NewTable(Struct, frozen=True, kw_only=True):
    """A table that is to be made before anything is loaded."""

    columns: tuple[NewColumn, ...]
    primary_key: tuple[str, ...] = ()
    kind: TableKind = "permanent"
    comment: str = ""


class Target(Struct, frozen=True, kw_only=True):
    """The table to load."""

    table: str
    schema: str = ""
    """Empty is what the search_path finds, or makes."""
    new: NewTable | None = None
    """Set exactly where the table is to be made."""

    @property
    def name(self) -> tuple[str, ...]:
        """The parts of the name, to be quoted."""
        return (self.schema, self.table) if self.schema else (self.table,)


class Way(Enum):
    """What happens with rows that are there, and with those that collide with them."""

    APPEND = "append"
    TRUNCATE = "truncate"
    """The table is emptied first, in the same transaction."""
    DO_NOTHING = "do-nothing"
    """A record whose key is there is skipped."""
    UPDATE = "update"
    """A record whose key is there replaces the mapped columns of that row."""


class OnBadRow(Enum):
    """What a record that the server refuses does to the import."""

    STOP = "stop"
    """Nothing is loaded at all."""
    REJECT = "reject"
    """It goes to the reject file, and the rest is loaded."""


class Commit(Enum):
    """When what was loaded becomes final."""

    WHOLE = "whole"
    """Once, at the end: all or nothing where the import fails."""
    BY_BATCH = "by-batch"
    """After every batch: what was loaded stays, and the rest can be loaded later."""


class RecordRange(Struct, frozen=True):
    """Records of the source by number, counted from 1: `first` to `last`, both included."""

    first: Annotated[int, Meta(ge=1)]
    last: int


class ImportPlan(Struct, frozen=True, kw_only=True):
    """Everything that an import needs to know before it begins."""

    sources: tuple[SourceFile, ...]
    """Read one after the other as if they were one; each has its own header where the dialect has one."""
    source_columns: tuple[str, ...]
    """Names of the file's columns in their order; a record with fewer or more fields is a bad one."""
    dialect: Dialect = Dialect()
    target: Target
    columns: tuple[ColumnMapping, ...]
    way: Way = Way.APPEND
    key: tuple[str, ...] = ()
    """Columns of the table by which DO_NOTHING and UPDATE find the row; for DO_NOTHING any constraint where empty."""
    on_bad_row: OnBadRow = OnBadRow.STOP
    reject_limit: Annotated[int, Meta(ge=0)] | None = None
    """With more rejected records than this the import fails, and nothing is loaded; None sets no limit."""
    reject_file: str = ""
    """Where rejected records go; empty is a file beside the first source."""
    commit: Commit = Commit.WHOLE
    connections: Annotated[int, Meta(ge=1, le=64)] = 1
    """How many sessions load at once; more than one only where batches are committed."""
    already_loaded: tuple[RecordRange, ...] = ()
    """Records that an earlier run of this plan has loaded or rejected; they are skipped."""
    dry_run: bool = False
    """Everything is done and judged, and then rolled back."""

    @property
    def is_upsert(self) -> bool:
        """Whether records may meet rows that are there."""
        return self.way in (Way.DO_NOTHING, Way.UPDATE)


class _SavedPlan(Struct, frozen=True, kw_only=True):
    version: int
    plan: ImportPlan


def plan_to_json(plan: ImportPlan) -> str:
    """The plan as a text to keep; `plan_from_json` gives the same value back."""
    packed = msgspec.json.encode(_SavedPlan(version=FORMAT_VERSION, plan=plan))
    return msgspec.json.format(packed, indent=2).decode()


def plan_from_json(text: str | bytes) -> ImportPlan:
    """The plan that was kept; raises `ValueError` with the reason where the text is none."""
    try:
        saved = msgspec.json.decode(text, type=_SavedPlan)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(f"This is no saved import: {error}.") from error
    if saved.version != FORMAT_VERSION:
        raise ValueError(f"This import was saved by another version of pgconsole (format {saved.version}).")
    return saved.plan
