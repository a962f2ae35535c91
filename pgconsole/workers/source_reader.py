"""What the wizard asks of files, in threads: the first look at one, previews under other dialects, the whole scan."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from pgconsole.core.import_plan import Dialect, SourceFile
from pgconsole.core.source_preview import Preview, ScanState
from pgconsole.formats.dialect_detection import Detected, Sample, detect, detect_dialect
from pgconsole.formats.file_preview import preview_of
from pgconsole.formats.file_scan import scan_file


async def look_into(path: Path, member: str = "") -> tuple[Detected, Sample]:
    """Find out how a file is laid out; raises `FileError`."""
    return await asyncio.to_thread(detect, path, member)


async def guess_again(sample: Sample, encoding: str) -> Dialect:
    """How the sample is laid out where it is in that encoding."""
    return await asyncio.to_thread(lambda: detect_dialect(sample.text(encoding), encoding))


async def preview(sample: Sample, dialect: Dialect) -> Preview:
    """The first records under a dialect."""
    return await asyncio.to_thread(preview_of, sample, dialect)


async def scan(sources: Sequence[SourceFile], dialect: Dialect, width: int) -> AsyncIterator[ScanState]:
    """The states of a scan of every record; ends in a thread of its own before the caller goes on. Raises `FileError`."""
    states = scan_file(sources, dialect, width)
    while True:
        step = asyncio.ensure_future(asyncio.to_thread(next, states, None))
        try:
            state = await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.gather(step, return_exceptions=True)
            states.close()  # type: ignore[attr-defined]
            raise
        if state is None:
            return
        yield state
