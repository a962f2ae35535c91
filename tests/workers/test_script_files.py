"""Scripts of the user's: read as text, written back in the form that they had."""

from dataclasses import replace
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError, UnfitText
from pgconsole.core.script_file import ScriptFile
from pgconsole.core.text_form import TextForm
from pgconsole.workers.script_files import has_changed, read_script, utf8, write_script


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"select 1\r\nfrom t\r\n",
        b"\xef\xbb\xbfselect 1\n",
        b"select 'caf\xe9'\r\n",
        b"one\r\ntwo\nthree\rfour",
        "\ufeffselect 'é🐘'\r\n".encode("utf-16-le"),
    ],
)
async def test_a_script_that_is_not_edited_is_written_byte_for_byte(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes(data)
    text, file = await read_script(path)
    assert "\r" not in text
    assert await write_script(file, text) == file
    assert path.read_bytes() == data


async def test_an_edited_line_has_the_form_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes(b"caf\xe9\r\n-- \xfc\r\n")
    text, file = await read_script(path)
    again = await write_script(file, text.replace("-- ü", "-- ä\n-- ö"))
    assert path.read_bytes() == b"caf\xe9\r\n-- \xe4\r\n-- \xf6\r\n"
    assert not await has_changed(again)
    assert await has_changed(file)


async def test_a_new_file_is_in_utf8(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    await write_script(ScriptFile(path), "select 'é🐘'\n\n")
    assert path.read_bytes() == "select 'é🐘'\n\n".encode()


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x00\x00", b"\x81\x8d\x8f", b"\xff\xfea"])
async def test_what_is_no_text_is_not_opened(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"script\.sql was not opened"):
        await read_script(path)


async def test_a_file_that_is_gone_has_not_changed_and_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes(b"one\r\n")
    _text, file = await read_script(path)
    path.unlink()
    assert not await has_changed(file)
    await write_script(file, "two\n")
    assert path.read_bytes() == b"two\r\n"


async def test_line_ends_of_somebody_elses_version_are_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes(b"one\ntwo\n")
    text, file = await read_script(path)
    path.write_bytes(b"one\r\ntwo\r\n")
    await write_script(file, text)
    assert path.read_bytes() == b"one\ntwo\n"


async def test_a_character_that_the_encoding_lacks_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes(b"caf\xe9\r\n")
    _text, file = await read_script(path)
    with pytest.raises(UnfitText, match=r"line 2 holds U\+1F418"):
        await write_script(file, "café\n🐘")
    assert path.read_bytes() == b"caf\xe9\r\n"
    await write_script(utf8(file), "café\n🐘")
    assert path.read_bytes() == "café\r\n🐘".encode()


@pytest.mark.parametrize("form", [TextForm(), TextForm("utf-16-le", True), TextForm("cp1252")])
async def test_half_a_character_is_told_with_its_line_and_the_file_stays(tmp_path: Path, form: TextForm) -> None:
    path = tmp_path / "script.sql"
    path.write_text("select 1")
    _text, file = await read_script(path)
    with pytest.raises(FileError, match=r"line 3 holds half a character, U\+D83D") as raised:
        await write_script(replace(file, form=form), "one\ntwo\n'\ud83d'")
    assert not isinstance(raised.value, UnfitText)
    assert path.read_text() == "select 1"
