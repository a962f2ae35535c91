"""Writes rejected records as they stand in the source, and beside them why each was rejected.

The reject file has the source's own dialect, encoding and header, so that the same plan loads it once it is mended.
"""

import csv
import io
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import IO

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
        self._records: IO[bytes] | None = None
        self._reasons: IO[str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything was written."""
        return self._records is not None

    def write(self, rejects: Sequence[tuple[Reject, bytes]]) -> None:
        """Add records, each with its raw bytes in UTF-8; raises `FileError`."""
        if not rejects:
            return
        try:
            records, reasons = self._opened()
            encoding = self._plan.dialect.encoding
            records.write(b"".join(original_bytes(raw + b"\n", encoding) for _reject, raw in rejects))
            csv.writer(reasons, lineterminator="\n").writerows(self._row(reject) for reject, _raw in rejects)
        except OSError as error:
            raise self._cannot(error) from error

    def finish(self) -> None:
        """Close both; raises `FileError` where the last of it could not be written."""
        failure: OSError | None = None
        for file in (self._records, self._reasons):
            try:
                if file is not None:
                    file.close()
            except OSError as error:
                failure = error
        if failure is not None:
            raise self._cannot(failure) from failure

    def _cannot(self, error: OSError) -> FileError:
        return FileError(
            f"Rejected records could not be written to {self.path.name}.", str(error), "Choose another reject file."
        )

    def _row(self, reject: Reject) -> list[str | int]:
        row: list[str | int] = [reject.record, reject.line, reject.column, reject.value]
        row += [reject.sqlstate, reject.message, reject.detail]
        return [*row, reject.source] if len(self._plan.sources) > 1 else row

    def _opened(self) -> tuple[IO[bytes], IO[str]]:
        if self._records is None or self._reasons is None:
            if not self._plan.reject_file:
                self.path = _unused(self.path)
                self.reasons_path = reasons_path(self.path)
            self._records = self.path.open("wb")
            self._reasons = io.TextIOWrapper(self.reasons_path.open("wb"), "utf-8", "backslashreplace", newline="")
            encoding = self._plan.dialect.encoding
            head = self.head if not self.head or self.head.endswith((b"\n", b"\r")) else self.head + b"\n"
            self._records.write(byte_order_mark(encoding) + original_bytes(head, encoding))
            names = (*_REASONS, "file") if len(self._plan.sources) > 1 else _REASONS
            csv.writer(self._reasons, lineterminator="\n").writerow(names)
        return self._records, self._reasons
