"""Rows of pg_stat_activity as values."""

from pgconsole.core.backend import BackendKey, backend_of
from tests.fixtures.activity import NOW, backend, busy

_ROW = ("7", "999.5", "shop", "ann", "psql", None, "client backend", "active", "Lock", "tuple", "999.6", "999.7")


def test_row_is_read_in_the_order_of_the_query() -> None:
    found = backend_of((*_ROW, "999.8", "select 1"))
    assert found.key == BackendKey(7, "999.5")
    assert (found.pid, found.start) == (7, 999.5)
    assert (found.database, found.user, found.application, found.client) == ("shop", "ann", "psql", "")
    assert (found.transaction_start, found.query_start, found.state_change) == (999.6, 999.7, 999.8)
    assert (found.wait, found.query_since, found.is_hidden) == ("Lock: tuple", 999.7, False)


def test_what_the_role_may_not_see_is_empty_and_told() -> None:
    found = backend_of(("7", None, "shop", "ann", "psql", *[None] * 8, "<insufficient privilege>"))
    assert found.is_hidden
    assert found.is_client
    assert (found.query, found.start, found.key) == ("", None, BackendKey(7, ""))


def test_processes_of_the_server_are_no_clients() -> None:
    assert backend(1).is_client
    assert not backend(1, kind="walwriter", user="").is_client
    assert not backend(1, kind="", user="", is_hidden=True).is_client


def test_who_waits_for_its_client_waits_for_nothing_unless_it_is_busy() -> None:
    assert backend(1).wait == ""
    assert backend(1, state="idle in transaction").wait == ""
    assert busy(1, 5, wait_type="Client", wait_event="ClientRead").wait == "Client: ClientRead"


def test_statement_lasts_while_it_runs() -> None:
    assert busy(1, 5).query_since == NOW - 5
    assert backend(1).query_since is None


def test_both_kinds_of_idle_transaction_are_known() -> None:
    states = ("idle in transaction", "idle in transaction (aborted)", "idle", "active", "")
    assert [backend(1, state=state).is_idle_in_transaction for state in states] == [True, True, False, False, False]
