"""Rejected records are written beside their source, and over nothing that a user may have mended by hand."""

import os
import sys
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.core.import_account import Reject
from pgconsole.formats.reject_file import RejectFile
from tests.fixtures.import_plans import plan_of

_BAD = (Reject(record=1, line=2, column="id", value="x", sqlstate="22P02", message="no integer"), b"x")


def written(path: Path, reject_file: str = "") -> RejectFile:
    file = RejectFile(plan_of("id", path=str(path), reject_file=reject_file))
    file.head = b"id\n"
    file.write([_BAD])
    file.finish()
    return file


def test_files_of_the_run_before_are_left_as_they_are(tmp_path: Path) -> None:
    first = written(tmp_path / "items.csv")
    first.path.write_text("id\n1\n")
    second, third = written(tmp_path / "items.csv"), written(tmp_path / "items.csv")
    assert [file.path.name for file in (first, second, third)] == [
        "items.rejects.csv",
        "items.rejects-2.csv",
        "items.rejects-3.csv",
    ]
    assert first.path.read_text() == "id\n1\n"
    assert second.path.read_text() == "id\nx\n"
    assert third.reasons_path.name == "items.rejects-3.reasons.csv"
    assert third.reasons_path.exists()


def test_file_that_the_plan_names_is_written_anew(tmp_path: Path) -> None:
    named = tmp_path / "bad.csv"
    named.write_text("of another run\n")
    assert written(tmp_path / "items.csv", str(named)).path == named
    assert named.read_text() == "id\nx\n"


def test_nothing_is_made_where_nothing_is_rejected(tmp_path: Path) -> None:
    file = RejectFile(plan_of("id", path=str(tmp_path / "items.csv")))
    file.write([])
    file.finish()
    assert list(tmp_path.glob("items*")) == []


def _bad(number: int) -> tuple[Reject, bytes]:
    return Reject(record=number, line=number + 1, message="no"), f"x{number}".encode()


def test_what_is_taken_back_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    file = RejectFile(plan_of("id", path=str(tmp_path / "items.csv")))
    file.head = b"id\n"
    parts = [file.write([_bad(number), _bad(number + 1)]) for number in (1, 3, 5, 7)]
    file.take_back([part for part in (parts[0], parts[2]) if part is not None])
    file.write([_bad(9)])
    file.finish()
    assert file.path.read_text() == "id\nx3\nx4\nx7\nx8\nx9\n"
    records = [line.partition(",")[0] for line in file.reasons_path.read_text().splitlines()]
    assert records == ["record", "3", "4", "7", "8", "9"]


def test_nothing_stays_where_all_is_taken_back(tmp_path: Path) -> None:
    file = RejectFile(plan_of("id", path=str(tmp_path / "items.csv")))
    part = file.write([_bad(1)])
    assert part is not None
    file.take_back([part])
    file.finish()
    assert not file.is_open
    assert list(tmp_path.glob("items*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes in its folders")
def test_pipe_takes_rejects_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    file = RejectFile(plan_of("id", path=str(tmp_path / "items.csv"), reject_file=str(pipe)))
    file.head = b"id\n"
    part = file.write([_bad(1)])
    assert part is not None
    file.take_back([part])
    file.finish()
    assert os.read(reader, 100) == b"id\nx1\n"
    os.close(reader)
    assert pipe.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
def test_link_to_a_device_stays(tmp_path: Path) -> None:
    link = tmp_path / "full.csv"
    link.symlink_to("/dev/full")
    file = RejectFile(plan_of("id", path=str(tmp_path / "items.csv"), reject_file=str(link)))
    with pytest.raises(FileError, match="could not be written"):
        file.write([_bad(1)])
    file.finish()
    assert link.is_symlink()
