"""The test of a connection that is being edited."""

import asyncio

from pgconsole.connections import EditedConnection
from pgconsole.core.connection_state import Finding, failure_findings
from pgconsole.core.errors import ConnectFailed, SecretWanted
from pgconsole.core.server_report import ServerReport
from tests.fixtures.connections import FACTS, SHOP, ConnectionsRig


async def test_test_tells_what_it_found(rig: ConnectionsRig) -> None:
    rig.connections.test(EditedConnection(SHOP))
    await rig.view.until("tests", 3)
    assert rig.view.tests == [(True, ()), (True, (FACTS,)), (False, (FACTS,))]


async def test_failed_test_tells_what_why_and_what_to_do(rig: ConnectionsRig) -> None:
    rig.server.password = "s3cret"
    rig.connections.test(EditedConnection(SHOP, "wrong"))
    await rig.view.until("tests", 2)
    assert rig.view.tests[1] == (
        False,
        (Finding("failed", "The password was not accepted."), Finding("hint", "Type it again.")),
    )


async def test_test_uses_the_kept_password_where_none_is_typed(rig: ConnectionsRig) -> None:
    rig.server.password = rig.keyring.kept["shop"] = "s3cret"
    rig.connections.test(EditedConnection(SHOP))
    await rig.view.until("tests", 3)
    assert rig.view.tests[2][1][0].level == "ok"


async def test_newer_test_drops_the_older_one(rig: ConnectionsRig) -> None:
    rig.server.gate.clear()
    rig.connections.test(EditedConnection(SHOP, "first"))
    await asyncio.sleep(0)
    rig.connections.test(EditedConnection(SHOP, "second"))
    rig.server.gate.set()
    await rig.view.until("tests", 4)
    assert [running for running, _ in rig.view.tests] == [True, True, True, False]


async def test_test_that_lacks_something_goes_on_when_it_is_given(rig: ConnectionsRig) -> None:
    rig.server.failures.append(SecretWanted("gate", "It wants one."))
    rig.connections.test(EditedConnection(SHOP))
    await rig.view.until("asked")
    rig.view.asked[0][1]("s3cret")
    await rig.until(lambda: rig.view.tests[-1] == (False, (FACTS,)))


def test_server_s_own_words_are_told_once() -> None:
    error = ConnectFailed("No.", "Because.", "Try.", report=ServerReport(message="role is not permitted"))
    assert [line.text for line in failure_findings(error)] == ["No.", "Because.", "role is not permitted", "Try."]
