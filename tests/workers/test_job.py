"""What is sent for a statement, and the way back from a position in it to the script."""

import pytest

from pgconsole.core.errors import RefusedStatement
from pgconsole.core.statements import split
from pgconsole.workers.job import Job, jobs_of, refuse_unsendable


def jobs(script: str, *, prefix: str = "", named: bool = False) -> list[Job]:
    (statement,) = split(script)
    return jobs_of(statement, prefix=prefix, named_parameters=named)


def test_a_statement_is_one_job_with_its_own_text() -> None:
    (job,) = jobs("  select 1; ")
    assert (job.text, job.part, job.parameter_labels, job.copy_data) == ("select 1", 0, (), None)


def test_joined_parts_are_a_job_each() -> None:
    first, second = jobs("select $1 \\; select 'two'")
    assert (first.text.strip(), second.text.strip()) == ("select $1", "select 'two'")
    assert (first.parameter_labels, second.parameter_labels) == (("$1",), ())


@pytest.mark.parametrize("prefix", ["", "EXPLAIN\n"])
@pytest.mark.parametrize("named", [False, True])
def test_a_position_leads_back_to_the_script(prefix: str, named: bool) -> None:
    script = "\n -- é🐘\nselect :value, here \\; select there"
    first, second = jobs(script, prefix=prefix, named=named)
    for job, word in ((first, "here"), (second, "there")):
        assert job.text.startswith(prefix)
        assert job.script_position(job.text.index(word) + 1) == script.index(word)
    assert first.script_position(None) is None


def test_a_position_in_what_stands_before_the_users_text_leads_to_its_start() -> None:
    (job,) = jobs("select 1", prefix="EXPLAIN\n")
    assert job.script_position(1) == 0


def test_numbered_parameters_are_labelled_up_to_the_highest() -> None:
    (job,) = jobs("select $3, $1")
    assert job.parameter_labels == ("$1", "$2", "$3")


def test_named_parameters_become_numbers_only_where_wanted() -> None:
    (job,) = jobs("select :a, :b, :a, x::int", named=True)
    assert (job.text, job.parameter_labels) == ("select $1, $2, $1, x::int", (":a", ":b"))
    (job,) = jobs("select :a")
    assert (job.text, job.parameter_labels) == ("select :a", ())


@pytest.mark.parametrize(
    ("script", "data"),
    [
        ("copy t from stdin;\n1\n2\n\\.\n", "1\n2\n"),
        ("copy t from stdin;\n\\.\n", ""),
        ("copy t from stdin", None),
        ("select 1", None),
    ],
)
async def test_inline_data_are_told_from_none(script: str, data: str | None) -> None:
    (job,) = jobs(script)
    assert job.copy_data == data
    assert b"".join([chunk async for chunk in job.copy_chunks()]) == (data or "").encode()


async def test_long_inline_data_go_in_pieces() -> None:
    lines = "é\n" * 400_000
    (job,) = jobs(f"copy t from stdin;\n{lines}\\.\n")
    chunks = [chunk async for chunk in job.copy_chunks()]
    assert len(chunks) == 4
    assert b"".join(chunks).decode() == lines


@pytest.mark.parametrize("text", [None, "", "é🐘\t\x01\u202e\uffff"])
def test_all_other_characters_can_be_sent(text: str | None) -> None:
    refuse_unsendable(text, "$1")


@pytest.mark.parametrize(("text", "word"), [("ab\0", "U+0000"), ("ab\ud83d", "U+D83D"), ("ab\udc18c", "U+DC18")])
def test_what_no_text_of_the_server_can_hold_is_refused_with_its_place(text: str, word: str) -> None:
    with pytest.raises(RefusedStatement, match=r"\$1 holds") as caught:
        refuse_unsendable(text, "$1")
    assert word in caught.value.what
    assert "character 3 of it" in caught.value.why
    assert caught.value.position is None
    with pytest.raises(RefusedStatement) as caught:
        refuse_unsendable(text, "The statement", is_marked=True)
    assert caught.value.position == 3
