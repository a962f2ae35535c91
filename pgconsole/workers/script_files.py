"""Reads scripts into text and writes them back as they were: encoding, byte order mark and line ends stay the file's.

How bytes and text belong together is `core.text_form`'s, how a file is replaced `file_chunks`'.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from pgconsole.core.errors import FileError, UnfitText
from pgconsole.core.script_file import ScriptFile
from pgconsole.core.text_form import NotText, TextForm, decode, encode, one_line_end, with_line_ends
from pgconsole.workers.file_chunks import in_thread, read_whole, write_pieces


async def read_script(path: Path) -> tuple[str, ScriptFile]:
    """A script as an editor has it, and what to remember of its file; raises `FileError`, also for what is no text."""
    data = await read_whole(path)
    return await in_thread(lambda: _script(path, data))


def _script(path: Path, data: bytes) -> tuple[str, ScriptFile]:
    try:
        text, form = decode(data)
    except NotText as error:
        remedy = "Convert it to UTF-8 with another program, and open that."
        raise FileError(
            f"{path.name} was not opened: it is no text that can be edited here.", str(error), remedy
        ) from None
    return one_line_end(text), ScriptFile(path, _digest(data), form)


async def has_changed(file: ScriptFile) -> bool:
    """Whether other bytes are in the file than were read or written last; where none is there, nothing has."""
    return await in_thread(file.path.exists) and _digest(await read_whole(file.path)) != file.digest


async def write_script(file: ScriptFile, text: str) -> ScriptFile:
    """Replace a file by an editor's text in the file's own form, whole or not at all; raises `FileError`.

    Lines that were not edited keep their bytes. `UnfitText` is raised where the encoding lacks a character.
    """
    is_there = await in_thread(file.path.is_file)
    before = await read_whole(file.path) if file.digest and is_there else b""
    data = await in_thread(lambda: _bytes(file, text, before))
    await write_pieces(file.path, [data])
    return replace(file, digest=_digest(data))


def _bytes(file: ScriptFile, text: str, before: bytes) -> bytes:
    is_as_read = bool(before) and _digest(before) == file.digest
    try:
        return encode(with_line_ends(text, file.form, decode(before)[0] if is_as_read else ""), file.form)
    except UnicodeEncodeError as error:
        raise _unfit(file, error.object, error.start) from error


def _unfit(file: ScriptFile, text: str, position: int) -> FileError:
    character, line = text[position], one_line_end(text[:position]).count("\n") + 1
    what = f"{file.path.name} was not written: line {line:,} holds "
    if "\ud800" <= character <= "\udfff":
        return FileError(
            f"{what}half a character, U+{ord(character):04X}.", "No file can hold it.", "Remove it, and save again."
        )
    why = f"The file is in {file.form.title}, which lacks that character."
    return UnfitText(f"{what}U+{ord(character):04X}.", why, "Save it in UTF-8, or remove it.")


def utf8(file: ScriptFile) -> ScriptFile:
    """The same file, to be written in UTF-8."""
    return replace(file, form=TextForm(line_end=file.form.line_end))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
