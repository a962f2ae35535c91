import pytest

from pgconsole.core import errors
from pgconsole.core.errors import (
    ConnectionLost,
    DriverFault,
    HostKeyUnknown,
    LocalServerError,
    PgconsoleError,
    SecretWanted,
    ServerError,
)
from pgconsole.core.server_report import ServerReport

_FULL = ServerReport(
    message="duplicate key value",
    sqlstate="23505",
    severity="ERROR",
    detail="Key (id)=(1) already exists.",
    hint="Choose another.",
    context="PL/pgSQL function f()",
    position=8,
    internal_position=3,
    internal_query="insert into t ...",
    schema_name="public",
    table_name="t",
    column_name="id",
    data_type_name="int4",
    constraint_name="t_pkey",
    source_file="nbtinsert.c",
    source_line="664",
    source_routine="_bt_check_unique",
)


def test_only_a_driver_fault_is_a_bug() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PgconsoleError)]

    assert len(kinds) > 20
    assert [kind for kind in kinds if kind.is_bug] == [DriverFault]


def test_every_class_stands_in_the_drawing() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PgconsoleError)]

    assert errors.__doc__ is not None
    for kind in kinds:
        assert f" {kind.__name__} " in errors.__doc__ + " ", kind


def test_fields_show_all_that_the_server_said() -> None:
    shown = dict(ServerError("duplicate key value", "A row is there.", "Change the key.", report=_FULL).fields())

    assert shown == {
        "Why": "A row is there.",
        "What to do": "Change the key.",
        "Detail": "Key (id)=(1) already exists.",
        "Hint": "Choose another.",
        "Position": "8",
        "Query": "insert into t ...",
        "Query position": "3",
        "Context": "PL/pgSQL function f()",
        "Schema": "public",
        "Table": "t",
        "Column": "id",
        "Data type": "int4",
        "Constraint": "t_pkey",
        "Source": "_bt_check_unique, nbtinsert.c:664",
    }


def test_the_servers_message_shows_where_the_headline_is_ours() -> None:
    assert ("Server", "duplicate key value") in ServerError("It failed.", report=_FULL).fields()


def test_a_hint_is_not_shown_twice() -> None:
    shown = ServerError(_FULL.message, "", _FULL.hint, report=_FULL).fields()

    assert [text for _label, text in shown].count(_FULL.hint) == 1


def test_a_failure_without_a_server_has_no_empty_fields() -> None:
    failure = LocalServerError("It does not start.", remedy="Look at its log.")

    assert failure.fields() == (("What to do", "Look at its log."),)
    assert str(failure) == "It does not start. Look at its log."
    assert (failure.sqlstate, failure.severity, failure.position) == ("", "ERROR", None)


def test_what_was_lost_comes_first() -> None:
    lost = ConnectionLost("Gone.", "Reset.", lost=("the open transaction", "temporary tables"))

    assert lost.fields()[0] == ("Lost", "the open transaction, temporary tables")


@pytest.mark.parametrize(("report", "speaks"), [(ServerReport(), False), (_FULL, True)])
def test_a_report_is_true_where_the_server_spoke(report: ServerReport, speaks: bool) -> None:
    assert bool(report) is speaks


@pytest.mark.parametrize(
    "failure",
    [
        ServerError("duplicate key value", "A row is there.", "Change the key.", report=_FULL),
        ConnectionLost("The connection is lost.", lost=("temporary tables",)),
        HostKeyUnknown("db", "ssh-ed25519", "SHA256:x", "db ssh-ed25519 x"),
        SecretWanted("the key id_ed25519", "It is encrypted."),
    ],
)
def test_failure_without_frames_says_the_same(failure: PgconsoleError) -> None:
    with pytest.raises(type(failure)) as raised:
        raise failure from OSError()

    twin = raised.value.without_frames()

    assert (type(twin), twin.args, vars(twin)) == (type(failure), failure.args, vars(failure))
    assert (twin.__traceback__, twin.__cause__, twin.__context__) == (None, None, None)
