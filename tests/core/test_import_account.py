"""An account in words."""

import msgspec
import pytest

from pgconsole.core.import_account import ImportAccount, ImportFailure, Outcome, account_phrase, failure_words

_EARLY = ImportAccount(
    outcome=Outcome.CANCELLED, table='"items"', read=9, loaded=5, rejected=0, skipped=4, committed=True
)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (_EARLY, "5 records of it are in the table."),
        (msgspec.structs.replace(_EARLY, loaded=0, committed=False), "nothing of it is in the table."),
        (msgspec.structs.replace(_EARLY, outcome=Outcome.UNKNOWN), "is not known."),
    ],
)
def test_what_an_early_end_leaves_is_one_sentence(account: ImportAccount, words: str) -> None:
    assert account_phrase(account).endswith(words)


def test_words_of_the_server_end_as_sentences_do() -> None:
    failure = ImportFailure(what="The server is shutting down.", why="terminating connection", remedy="Reconnect.")
    assert failure_words(failure) == "The server is shutting down. terminating connection. Reconnect."
    assert failure_words(ImportFailure(what="No room.")) == "No room."
    assert failure_words(None) == ""
