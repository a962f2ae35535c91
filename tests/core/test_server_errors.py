import pytest

from pgconsole.core import errors
from pgconsole.core.advice import BY_CLASS, BY_CODE, Advice, advice
from pgconsole.core.server_errors import CancelCause, from_report
from pgconsole.core.server_report import ServerReport


def _report(
    sqlstate: str, message: str = "the server's words", severity: str = "ERROR", hint: str = ""
) -> ServerReport:
    return ServerReport(message=message, sqlstate=sqlstate, severity=severity, hint=hint)


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("42601", errors.StatementInvalid),
        ("42P01", errors.StatementInvalid),
        ("42501", errors.InsufficientPrivilege),
        ("23505", errors.ConstraintViolation),
        ("40001", errors.SerializationFailure),
        ("40P01", errors.Deadlock),
        ("55P03", errors.LockTimeout),
        ("25P02", errors.TransactionAborted),
        ("53100", errors.ServerOutOfResources),
        ("22012", errors.ServerError),
        ("P0001", errors.ServerError),
        ("XX000", errors.ServerError),
        ("3D000", errors.ServerError),
        ("08P01", errors.ServerError),
        ("ZZZZZ", errors.ServerError),
    ],
)
def test_an_error_of_a_statement_is_headed_by_the_servers_words(sqlstate: str, kind: type) -> None:
    failure = from_report(_report(sqlstate))

    assert type(failure) is kind
    assert failure.what == "the server's words"


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("28P01", errors.AuthenticationFailed),
        ("28000", errors.AuthenticationFailed),
        ("53300", errors.TooManyConnections),
        ("3D000", errors.ConnectFailed),
        ("57P03", errors.ConnectFailed),
        ("57P01", errors.ConnectionLost),
        ("57P02", errors.ConnectionLost),
        ("57P05", errors.IdleSessionTimeout),
        ("25P03", errors.IdleTransactionTimeout),
        ("25P04", errors.ConnectionLost),
        ("08006", errors.ConnectionLost),
        ("XX000", errors.ConnectionLost),
    ],
)
def test_a_fatal_error_ends_or_prevents_the_session(sqlstate: str, kind: type) -> None:
    failure = from_report(_report(sqlstate, severity="FATAL"))

    assert type(failure) is kind
    assert failure.why == "the server's words"
    assert failure.what.endswith(".")


@pytest.mark.parametrize(
    ("message", "asked_by", "kind"),
    [
        ("canceling statement due to user request", "nobody", errors.QueryCancelled),
        ("canceling statement due to user request", "user", errors.QueryCancelled),
        ("canceling statement due to user request", "deadline", errors.StatementTimeout),
        ("canceling statement due to statement timeout", "nobody", errors.StatementTimeout),
        ("canceling statement due to statement timeout", "user", errors.StatementTimeout),
        ("storniere Anfrage wegen Benutzeraufforderung", "user", errors.QueryCancelled),
    ],
)
def test_a_time_out_is_told_from_a_cancel(message: str, asked_by: CancelCause, kind: type) -> None:
    assert type(from_report(_report("57014", message), cancel_asked_by=asked_by)) is kind


def test_the_servers_hint_goes_before_our_remedy() -> None:
    failure = from_report(_report("42703", hint="Perhaps you meant t.id."))

    assert failure.remedy == "Perhaps you meant t.id."


def test_what_was_under_way_heads_a_failed_login() -> None:
    failure = from_report(_report("28P01", severity="FATAL"), doing="connecting to shop@db1")

    assert failure.what == "Connecting to shop@db1 failed."


@pytest.mark.parametrize("sqlstate", ["22XYZ", "23XYZ", "42XYZ", "53XYZ", "XX001", "57XYZ", "58XYZ"])
def test_an_unlisted_code_has_the_words_of_its_class(sqlstate: str) -> None:
    assert advice(sqlstate).why


def test_an_unknown_class_has_no_words() -> None:
    assert advice("ZZ000") == Advice()


def test_every_word_of_advice_is_a_sentence() -> None:
    for code, words in {**BY_CODE, **BY_CLASS}.items():
        for sentence in (words.why, words.remedy, words.what):
            assert sentence == "" or (sentence[0].isupper() or sentence.startswith(("max_", "DEAL"))), code
            assert sentence == "" or sentence[-1] in ".:", (code, sentence)
