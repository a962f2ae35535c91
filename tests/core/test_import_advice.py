"""What is asked before an import that may do harm."""

from typing import Any

import msgspec
import pytest

from pgconsole.core.import_advice import draft_notes, harm_question
from pgconsole.core.import_draft import ImportDraft
from pgconsole.core.import_plan import Commit, SourceFile, Way
from pgconsole.core.table_description import TableDescription, TableName

_TABLE = TableDescription(name=TableName("public", "items"), columns=(), estimated_rows=1234)
_DRAFT = ImportDraft(sources=(SourceFile(path="items.csv"),), schema="public", table="items", existing=_TABLE)


@pytest.mark.parametrize(
    ("changes", "is_production", "question"),
    [
        ({}, False, None),
        ({"way": Way.UPDATE}, False, None),
        ({"way": Way.TRUNCATE}, False, "Empty public.items first?"),
        ({"way": Way.TRUNCATE}, True, "Empty public.items on the production server first?"),
        ({"way": Way.TRUNCATE, "existing": None}, False, None),
        ({"way": Way.TRUNCATE, "dry_run": True}, True, None),
        ({}, True, "Import into public.items on the production server?"),
    ],
)
def test_what_empties_a_table_or_writes_on_production_is_asked_about(
    changes: dict[str, Any], is_production: bool, question: str | None
) -> None:
    asked = harm_question(msgspec.structs.replace(_DRAFT, **changes), is_production=is_production)
    assert (asked.question if asked is not None else None) == question


def test_question_tells_how_much_goes_and_when() -> None:
    whole = harm_question(msgspec.structs.replace(_DRAFT, way=Way.TRUNCATE), is_production=False)
    by_batch = msgspec.structs.replace(_DRAFT, way=Way.TRUNCATE, commit=Commit.BY_BATCH)
    at_once = harm_question(by_batch, is_production=False)
    assert whole is not None
    assert at_once is not None
    assert whole.detail == "About 1,234 rows of it will be gone once the import is committed."
    assert "with the first batch" in at_once.detail


def test_table_without_a_key_has_nothing_to_skip() -> None:
    notes = draft_notes(msgspec.structs.replace(_DRAFT, way=Way.DO_NOTHING), ())
    assert "The table has no key: no record will be skipped." in notes
