"""Opening connections, saved and pasted, and remembering them."""

from collections.abc import Mapping

import pytest

from pgconsole.connections import Connections, EditedConnection
from pgconsole.core.errors import ConnectFailed
from pgconsole.core.profile import Profile, RecentConnection
from pgconsole.core.server_report import ServerReport
from tests.fixtures.connections import SHOP, ConnectionsRig


async def test_opened_connection_is_recent_by_its_profile(rig: ConnectionsRig) -> None:
    rig.connections.save(EditedConnection(SHOP), then_open=True)
    await rig.view.until("recent")
    assert [(used.title, used.profile_id) for used in rig.view.recent] == [("Shop", "shop")]
    rig.connections.open_recent(rig.view.recent[0])
    await rig.until(lambda: len(rig.server.opened) == 2)


async def test_pasted_connection_is_recent_without_its_password(rig: ConnectionsRig) -> None:
    rig.connections.open_keywords({"host": "h", "dbname": "d", "password": "s3cret"})
    await rig.view.until("recent")
    assert rig.server.opened == [("d @ h", "s3cret")]
    assert rig.view.recent[0].server == {"host": "h", "dbname": "d"}
    assert "s3cret" not in rig.files.recent_path.read_text()


async def test_failure_to_open_goes_the_one_road(rig: ConnectionsRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.view.told.append("expected")

    async def refuse(_profile: Profile, _password: str | None, _secrets: Mapping[str, str]) -> None:
        raise ConnectFailed("Nobody listens there.")

    refusing = Connections(rig.view, rig.files, rig.credentials, rig.server.diagnose, refuse)
    refusing.open(SHOP)
    await rig.view.until("reported")
    assert rig.view.reported[0].what == "Nobody listens there."
    await refusing.aclose()


async def test_recent_connection_whose_profile_is_gone_is_told_and_forgotten(rig: ConnectionsRig) -> None:
    rig.view.told.append("expected")
    gone = RecentConnection(title="Shop", used_at=1, profile_id="shop")
    await rig.files.remember_connection(gone)
    await rig.connections.load()
    assert rig.view.recent == (gone,)
    rig.connections.open_recent(gone)
    await rig.until(lambda: not rig.view.recent)
    assert "no longer saved" in rig.view.reported[0].what


async def test_pooler_s_error_brings_the_offer_and_the_switch_is_saved(rig: ConnectionsRig) -> None:
    report = ServerReport(message="unsupported startup parameter: lock_timeout", sqlstate="08P01", severity="FATAL")
    await rig.saved()
    rig.server.failures.append(ConnectFailed("Connecting failed.", report=report))
    rig.connections.open(SHOP)
    await rig.view.until("offered")
    rig.connections.switch_to_pgbouncer(rig.view.offered[0])
    await rig.until(lambda: len(rig.server.opened) == 1)
    assert rig.connections.profiles[0].pgbouncer is True


async def test_attempt_that_is_given_up_ends_and_is_no_failure(rig: ConnectionsRig) -> None:
    rig.server.gate.clear()
    rig.connections.open(SHOP)
    await rig.until(lambda: rig.view.is_opening and bool(rig.server.further_secrets))
    rig.connections.give_up()
    await rig.view.until("told")
    assert rig.view.told == ["Connecting to Shop was given up."]
    assert not rig.view.is_opening
    assert rig.server.opened == []
    assert rig.view.recent == ()
