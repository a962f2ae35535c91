"""What the wizard asks of files, in threads: the first look at one, previews under other dialects, the whole scan."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from pgconsole.core.errors import FileError
from pgconsole.core.import_plan import Dialect, ImportPlan, SourceFile, plan_from_json, plan_to_json
from pgconsole.core.source_preview import Preview, ScanState
from pgconsole.formats.dialect_detection import Detected, Sample, detect, detect_dialect
from pgconsole.formats.file_excerpt import excerpt_at
from pgconsole.formats.file_preview import preview_of
from pgconsole.formats.file_scan import scan_file


class SourceReader:
    """Files of the user's, without the loop waiting for any of them; what fails is a `FileError`."""

    def __init__(self) -> None:
        self._kept: list[Path] = []

    async def keep_text(self, text: str) -> Path:
        """A file of a text, which is there until `aclose`; only its owner can read it."""
        path = await asyncio.to_thread(_write_text, text)
        self._kept.append(path)
        return path

    async def aclose(self) -> None:
        """Remove the files of texts."""
        for path in self._kept:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        self._kept.clear()

    async def look_into(self, path: Path, part: str = "", cells: str = "") -> tuple[Detected, Sample]:
        """Find out how a file is laid out; of a zip or a workbook that part, of a sheet those cells."""
        return await asyncio.to_thread(detect, path, part, cells)

    async def guess_again(self, sample: Sample, encoding: str) -> Dialect:
        """How the sample is laid out where it is in that encoding."""
        return await asyncio.to_thread(lambda: detect_dialect(sample.text(encoding), encoding))

    async def preview(self, sample: Sample, dialect: Dialect) -> Preview:
        """The first records under a dialect."""
        return await asyncio.to_thread(preview_of, sample, dialect)

    async def excerpt(self, source: SourceFile, dialect: Dialect, line: int, like: Preview) -> Preview:
        """Records round a line, under the header of a preview; cancelled, it ends its thread's work first."""
        stopped = threading.Event()
        step = asyncio.ensure_future(asyncio.to_thread(excerpt_at, source, dialect, line, like, stopped.is_set))
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            stopped.set()
            await asyncio.gather(step, return_exceptions=True)
            raise

    async def scan(self, sources: Sequence[SourceFile], dialect: Dialect, width: int) -> AsyncIterator[ScanState]:
        """The states of a scan of every record; cancelled, it ends its thread's work first."""
        states = scan_file(sources, dialect, width)
        while True:
            step = asyncio.ensure_future(asyncio.to_thread(next, states, None))
            try:
                state = await asyncio.shield(step)
            except asyncio.CancelledError:
                await asyncio.gather(step, return_exceptions=True)
                states.close()
                raise
            if state is None:
                return
            yield state

    @asynccontextmanager
    async def written(self, records: Sequence[str], encoding: str) -> AsyncIterator[str]:
        """The path of a file of these records, which is removed afterwards; only its owner can read it."""
        path = await asyncio.to_thread(_write_records, records, encoding)
        try:
            yield str(path)
        finally:
            await asyncio.to_thread(_remove, path)

    async def read_plan(self, path: Path) -> ImportPlan:
        """A plan that was saved."""
        text = await asyncio.to_thread(_read, path)
        try:
            return plan_from_json(text)
        except ValueError as error:
            raise FileError(f"{path.name} can't be used.", str(error)) from error

    async def write_plan(self, path: Path, plan: ImportPlan) -> None:
        """Save a plan."""
        await asyncio.to_thread(_write, path, plan_to_json(plan))


def _write_records(records: Sequence[str], encoding: str) -> Path:
    return _write_text("".join(f"{record}\n" for record in records), encoding)


def _write_text(text: str, encoding: str = "utf-8") -> Path:
    try:
        with NamedTemporaryFile("wb", prefix="pasted.", suffix=".csv", delete=False) as file:
            file.write(text.encode(encoding, "surrogateescape"))
            return Path(file.name)
    except UnicodeEncodeError as error:
        unable = error.object[error.start : error.end]
        raise FileError(f"The file's encoding can't hold {unable}.", "", "Write it in other characters.") from error
    except OSError as error:
        raise FileError("A temporary file could not be written.", f"{error}.") from error


def _remove(path: Path) -> None:
    """Remove a file and what the run may have put beside it."""
    for each in (path, *path.parent.glob(f"{path.stem}.*")):
        each.unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path.name} can't be read.", f"{error}.") from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise FileError(f"{path.name} can't be written.", f"{error}.") from error
