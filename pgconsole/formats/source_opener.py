"""Opens a source of any kind as the bytes of a delimited file; which kind a file is, its first bytes tell."""

from pathlib import Path
from typing import Final, Protocol

from pgconsole.core.import_plan import Packing, SourceFile, SourceFormat
from pgconsole.formats.byte_source import ByteSource, packing_of, zip_members
from pgconsole.formats.json_rows import JsonRows, shape_of
from pgconsole.formats.rows_source import RowsSource
from pgconsole.formats.sheet_rows import SheetRows, sheet_names
from pgconsole.formats.text_encoding import guess_encoding

_LOOKED_AT_BYTES: Final = 64 * 1024
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_WORKBOOKS: Final = ("xl/workbook", "content.xml")


class OpenedSource(Protocol):
    """The bytes of one source from its beginning."""

    size_bytes: int | None

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end only; raises `OSError` and `ValueError`."""

    def position_bytes(self) -> int:
        """How much of the size on the disk has been read."""

    def close(self) -> None:
        """Let go of the file."""


def open_source(source: SourceFile) -> OpenedSource:
    """Open a source; raises `OSError`."""
    path = Path(source.path)
    match source.format:
        case "delimited":
            return ByteSource(path, source.packing, source.member)
        case "sheet":
            return RowsSource(SheetRows(path, source.sheet, source.cells))
        case _:
            return RowsSource(JsonRows(ByteSource(path, source.packing, source.member), source.format))


def source_at(path: Path, part: str = "") -> tuple[SourceFile, tuple[str, ...]]:
    """The source that a file is, and the parts that can be chosen from in it: members of a zip, sheets of a workbook.

    Of them `part` is taken, else the first. Raises `OSError`.
    """
    packing = packing_of(path)
    members = zip_members(path) if packing == "zip" else ()
    if any(name.startswith(_IN_WORKBOOKS) for name in members) or _begins_with(path, _OLD_WORKBOOK):
        sheets = sheet_names(path)
        return SourceFile(path=str(path), format="sheet", sheet=part or sheets[0]), sheets
    member = part or (members[0] if members else "")
    source = SourceFile(path=str(path), packing=packing, member=member, format=_format_of(path, packing, member))
    return source, members


def _begins_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def _format_of(path: Path, packing: Packing, member: str) -> SourceFormat:
    source = ByteSource(path, packing, member)
    try:
        head = source.read(_LOOKED_AT_BYTES)
    finally:
        source.close()
    return shape_of(head.decode(guess_encoding(head).encoding, "replace")) or "delimited"
