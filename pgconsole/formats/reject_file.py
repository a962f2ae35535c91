"""Writes rejected records as they stand in the source, and beside them why each was rejected.

The reject file has the source's own dialect, encoding and header, so that the same plan loads it once it is mended.
"""

import csv
import io
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from itertools import chain, count
from pathlib import Path

from pgconsole.core.errors import FileError
from pgconsole.core.import_account import Reject
from pgconsole.core.import_plan import ImportPlan
from pgconsole.formats.utf8_stream import byte_order_mark, original_bytes

_REASONS = ("record", "line", "column", "value", "sqlstate", "message", "detail")


def reject_path(plan: ImportPlan) -> Path:
    """Where rejected records go: the plan's file, else one beside the first source."""
    if plan.reject_file:
        return Path(plan.reject_file)
    source = Path(plan.sources[0].path)
    suffix = source.suffix if plan.sources[0].format == "delimited" and plan.sources[0].packing == "none" else ".csv"
    return source.with_name(f"{source.name.removesuffix(suffix)}.rejects{suffix}")


def reasons_path(reject_file: Path) -> Path:
    """Where the reasons go."""
    return reject_file.with_name(f"{reject_file.stem}.reasons.csv")


def _unused(path: Path) -> Path:
    """The path, or the first of `x.rejects-2.csv`, `x.rejects-3.csv` and so on at which nothing is."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(each for each in chain([path], numbered) if not (each.exists() or reasons_path(each).exists()))


@dataclass(frozen=True, slots=True)
class WrittenRejects:
    """What one call has written: the bytes of both files, as half-open ranges."""

    records: tuple[int, int]
    reasons: tuple[int, int]


class RejectFile:
    """Both files of one import; they come to be with the first record.

    Those of a run before may have been mended by hand: only a file that the plan names is written anew.
    """

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan
        self.path = reject_path(plan)
        self.reasons_path = reasons_path(self.path)
        self.head = b""
        """What the source has before its first record, in UTF-8."""
        self._records: FileIO | None = None
        self._reasons: FileIO | None = None
        self._first_record = 0

    @property
    def is_open(self) -> bool:
        """Whether anything was written."""
        return self._records is not None

    def write(self, rejects: Sequence[tuple[Reject, bytes]]) -> WrittenRejects | None:
        """Add records, each with its raw bytes in UTF-8; raises `FileError`, and has written none of them then."""
        if not rejects:
            return None
        try:
            records, reasons = self._opened()
            encoding = self._plan.dialect.encoding
            data = b"".join(original_bytes(raw + b"\n", encoding) for _reject, raw in rejects)
            spans = _append(records, data), _append(reasons, _lines(self._row(reject) for reject, _raw in rejects))
        except OSError as error:
            self._remove_if_empty()
            raise self._cannot(error) from error
        return WrittenRejects(*spans)

    def take_back(self, written: Sequence[WrittenRejects]) -> None:
        """Have what some calls have written away again; raises `FileError`."""
        if not written or self._records is None or self._reasons is None:
            return
        try:
            for each in sorted(written, key=lambda each: each.records, reverse=True):
                _cut(self._records, self.path, *each.records)
                _cut(self._reasons, self.reasons_path, *each.reasons)
            self._remove_if_empty()
        except OSError as error:
            raise self._cannot(error) from error

    def finish(self) -> None:
        """Close both; raises `FileError` where the system has not taken the last of it."""
        failure: OSError | None = None
        for file in (self._records, self._reasons):
            try:
                if file is not None:
                    file.close()
            except OSError as error:
                failure = error
        if failure is not None:
            raise self._cannot(failure) from failure

    def _remove_if_empty(self) -> None:
        """Leave no files of nothing but a header; a device, a pipe or a link that the plan names stays."""
        files = ((self._records, self.path), (self._reasons, self.reasons_path))
        if self._records is None or not self._records.seekable() or _end(self._records) > self._first_record:
            return
        for file, path in files:
            if file is not None and stat.S_ISREG(path.lstat().st_mode):
                file.close()
                path.unlink()
        if self._records.closed:
            self._records = self._reasons = None

    def _cannot(self, error: OSError) -> FileError:
        return FileError(
            f"Rejected records could not be written to {self.path.name}.", str(error), "Choose another reject file."
        )

    def _row(self, reject: Reject) -> list[str | int]:
        row: list[str | int] = [reject.record, reject.line, reject.column, reject.value]
        row += [reject.sqlstate, reject.message, reject.detail]
        return [*row, reject.source] if len(self._plan.sources) > 1 else row

    def _opened(self) -> tuple[FileIO, FileIO]:
        if self._records is None or self._reasons is None:
            if not self._plan.reject_file:
                self.path = _unused(self.path)
                self.reasons_path = reasons_path(self.path)
            self._records = FileIO(self.path, "wb")
            self._reasons = FileIO(self.reasons_path, "wb")
            encoding = self._plan.dialect.encoding
            head = self.head if not self.head or self.head.endswith((b"\n", b"\r")) else self.head + b"\n"
            _append(self._records, byte_order_mark(encoding) + original_bytes(head, encoding))
            self._first_record = _end(self._records)
            _append(self._reasons, _lines([(*_REASONS, "file") if len(self._plan.sources) > 1 else _REASONS]))
        return self._records, self._reasons


def _lines(rows: Iterable[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _append(file: FileIO, data: bytes) -> tuple[int, int]:
    """Write at the end, unbuffered: what the disk has no room for is to be known before the batch is committed."""
    start, left = _end(file), memoryview(data)
    try:
        while left:
            left = left[file.write(left) or 0 :]
    except OSError:
        with suppress(OSError):
            file.truncate(start)
            file.seek(start)
        raise
    return start, _end(file)


def _end(file: FileIO) -> int:
    """How much was written; of a pipe nobody can tell, nor take anything back."""
    return file.tell() if file.seekable() else 0


def _cut(file: FileIO, path: Path, start: int, end: int) -> None:
    """Take bytes out of the midst."""
    if not file.seekable():
        return
    with path.open("rb") as whole:
        whole.seek(end)
        rest = whole.read()
    file.truncate(start)
    file.seek(start)
    _append(file, rest)
