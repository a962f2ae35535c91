"""What the command line knows of files without a person who looks: the wizard's own guesses, taken as they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from pgconsole.core.column_types import fitting_dialect, fitting_type
from pgconsole.core.import_plan import Dialect, ImportPlan, SourceFile
from pgconsole.core.type_scan import TypeScan
from pgconsole.formats.byte_source import packing_of
from pgconsole.formats.dialect_detection import detect
from pgconsole.formats.file_preview import preview_of
from pgconsole.formats.file_scan import scan_file
from pgconsole.formats.source_opener import OpenedSource, open_source


class FileKnowledge:
    """Every kind of source, its dialect by its first bytes, and types by every record; called in threads."""

    def open(self, source: SourceFile) -> OpenedSource:
        """Open a source, packed as its first bytes say and not as its name does; raises `OSError`."""
        return open_source(_packed_as_it_is(source))

    def dialect(self, source: SourceFile, given: Mapping[str, Any]) -> Dialect:
        """The dialect that a file seems to have beside what is given of it; raises `FileError`."""
        part = source.sheet or source.member
        found, sample = detect(Path(source.path), part, source.cells, given)
        preview = preview_of(sample, found.dialect)
        scan = TypeScan(preview.width, tuple({"", found.dialect.null_text}))
        scan.add(preview.records, preview.lines)
        return fitting_dialect(found.dialect, scan.facts())

    def types(self, plan: ImportPlan) -> tuple[str, ...]:
        """The narrowest type for each column that loses nothing; raises `FileError`."""
        sources = [_packed_as_it_is(source) for source in plan.sources]
        *_, state = scan_file(sources, plan.dialect, len(plan.source_columns))
        return tuple(fitting_type(facts, plan.dialect) for facts in state.facts)


def _packed_as_it_is(source: SourceFile) -> SourceFile:
    if source.format == "sheet":
        return msgspec.structs.replace(source, packing="none")
    return msgspec.structs.replace(source, packing=packing_of(Path(source.path)))
