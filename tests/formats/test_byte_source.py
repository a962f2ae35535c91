"""Packed files, read as what is in them."""

import bz2
import gzip
import lzma
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from pgconsole.core.errors import FileError
from pgconsole.core.import_plan import Packing, SourceFile
from pgconsole.formats.byte_source import ByteSource, packing_of, reading, zip_members
from pgconsole.formats.source_opener import open_source

DATA = b"id,name\n1,Zo\xc3\xab\n" * 5000


def write(folder: Path, packing: Packing) -> Path:
    file = folder / "data"
    match packing:
        case "zip":
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("folder/", "")
                archive.writestr("folder/data.csv", DATA)
                archive.writestr("other.csv", b"x\n")
        case "gz":
            file.write_bytes(gzip.compress(DATA))
        case "bz2":
            file.write_bytes(bz2.compress(DATA))
        case "xz":
            file.write_bytes(lzma.compress(DATA))
        case "zst":
            file.write_bytes(zstandard.compress(DATA[:30_000]) + zstandard.compress(DATA[30_000:]))
        case "none":
            file.write_bytes(DATA)
    return file


def read_whole(file: Path, packing: Packing) -> None:
    with closing(ByteSource(file, packing)) as source:
        while source.read(1 << 16):
            pass


@pytest.mark.parametrize("packing", ["none", "gz", "bz2", "xz", "zip", "zst"])
def test_what_is_in_a_file_is_read_in_pieces(tmp_path: Path, packing: Packing) -> None:
    file = write(tmp_path, packing)
    assert packing_of(file) == packing
    with closing(open_source(SourceFile(path=str(file), packing=packing))) as source:
        pieces = []
        while piece := source.read(10_000):
            pieces.append(piece)
        assert b"".join(pieces) == DATA
        assert len(pieces) > 5
        assert source.size_bytes == file.stat().st_size
        assert 0 < source.position_bytes() <= source.size_bytes


def test_members_of_a_zip_can_be_chosen_from(tmp_path: Path) -> None:
    file = write(tmp_path, "zip")
    assert zip_members(file) == ("folder/data.csv", "other.csv")
    with closing(open_source(SourceFile(path=str(file), packing="zip", member="other.csv"))) as source:
        assert source.read(10) == b"x\n"


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zip", "zst"])
def test_broken_file_is_told_as_a_file_that_cannot_be_read(tmp_path: Path, packing: Packing) -> None:
    file = write(tmp_path, packing)
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    with pytest.raises(OSError, match=r"\w"):
        read_whole(file, packing)


def test_file_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "gone.csv"
    with pytest.raises(FileError, match=r"gone\.csv can't be read\. No such file"), reading(file):
        packing_of(file)
