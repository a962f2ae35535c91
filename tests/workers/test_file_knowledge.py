"""Files that the command line imports without being told how they are laid out."""

import gzip
import json
from pathlib import Path

import pytest

from pgconsole.__main__ import main
from pgconsole.core.import_plan import SourceFile
from pgconsole.workers.file_knowledge import FileKnowledge
from tests.fixtures.postgres import PostgresServer


def test_messy_file_needs_no_option(
    tmp_path: Path, database_dsn: str, postgres_server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "towns.csv.gz"
    text = "Towns of 2024\n\nid;Town;area;founded\n00501;Zürich;1.234,5;31.12.1218\n00502;Genève;15,9;\n"
    file.write_bytes(gzip.compress(text.encode("cp1252")))
    assert main(["import", str(file), "--dsn", database_dsn, "--table", "towns", "--create"]) == 0
    account = json.loads(capsys.readouterr().out)
    assert (account["read"], account["loaded"], account["balanced"]) == (2, 2, True)
    database = database_dsn.rpartition("/")[2].partition("?")[0]
    shown = postgres_server.psql("select * from towns", database)
    assert shown == "00501|Zürich|1234.5|1218-12-31\n00502|Genève|15.9|"


def test_source_is_packed_as_its_bytes_say(tmp_path: Path) -> None:
    file = tmp_path / "plain.gz"
    file.write_text("a,b\n1,2\n")
    opened = FileKnowledge().open(SourceFile(path=str(file), packing="gz"))
    assert opened.read(100) == b"a,b\n1,2\n"
    opened.close()
