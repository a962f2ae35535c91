from pathlib import Path

import pytest

from pgconsole.core.arguments import Arguments, Task, parse_arguments


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], Arguments()),
        (["postgresql://ann@db/shop"], Arguments(dsn="postgresql://ann@db/shop")),
        (["host=db dbname=shop"], Arguments(dsn="host=db dbname=shop")),
        (["--local"], Arguments(local=True)),
        (["--doctor"], Arguments(task=Task.DOCTOR)),
        (["--version"], Arguments(task=Task.VERSION)),
        (["--screenshots", "out"], Arguments(task=Task.TOUR, screenshots=Path("out"))),
    ],
)
def test_each_call_has_its_value(argv: list[str], expected: Arguments) -> None:
    assert parse_arguments(argv) == expected


@pytest.mark.parametrize(
    "argv", [["--local", "postgresql://db"], ["--lo"], ["--screenshots"], ["one", "two"], ["--local", "--doctor"]]
)
def test_words_that_make_no_sense_end_with_status_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        parse_arguments(argv)
    assert raised.value.code == 2
    assert "usage: pgconsole" in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        parse_arguments(["--help"])
    assert raised.value.code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("DSN", "--local", "--screenshots DIR", "--doctor", "--version"))
