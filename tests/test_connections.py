"""Saved connections: the form, the file and the keyring."""

from pgconsole.connections import EditedConnection
from pgconsole.core.profile import Profile
from tests.fixtures.connections import SHOP, ConnectionsRig


async def test_saved_connection_is_listed_and_the_form_may_go(rig: ConnectionsRig) -> None:
    rig.connections.save(EditedConnection(SHOP, "s3cret"))
    await rig.view.until("saved")
    assert rig.view.profiles == rig.connections.profiles == (SHOP,)
    await rig.until(lambda: rig.keyring.kept == {"shop": "s3cret"})
    assert "s3cret" not in rig.files.profiles_path.read_text()


async def test_password_that_is_not_to_be_kept_serves_this_run_and_leaves_the_keyring(rig: ConnectionsRig) -> None:
    rig.keyring.kept["shop"] = "older"
    asked = Profile(id="shop", name="Shop", password_storage="ask")
    rig.connections.save(EditedConnection(asked, "s3cret"))
    await rig.view.until("saved")
    await rig.until(lambda: not rig.keyring.kept)
    rig.connections.open(asked)
    await rig.view.until("recent")
    assert rig.server.opened == [("Shop", "s3cret")]


async def test_without_a_keyring_the_password_is_said_to_serve_this_run_only(rig: ConnectionsRig) -> None:
    rig.has_keyring = False
    rig.connections.edit(SHOP)
    await rig.view.until("storage")
    assert rig.view.forms == [SHOP]
    assert rig.view.storage[0].keyring == ""
    assert rig.view.storage[0].why_not
    rig.connections.save(EditedConnection(SHOP, "s3cret"), then_open=True)
    await rig.view.until("recent")
    await rig.view.until("told")
    assert rig.view.told[0].startswith("Passwords are kept for this run only. ")
    assert rig.server.opened == [("Shop", "s3cret")]


async def test_form_hears_of_the_keyring_and_of_a_password_in_it(rig: ConnectionsRig) -> None:
    rig.keyring.kept["shop"] = "s3cret"
    rig.connections.edit(SHOP)
    rig.connections.edit()
    await rig.view.until("storage", 2)
    new = rig.view.forms[1]
    assert (new.server, len(new.id)) == ({}, 16)
    assert {told.keyring for told in rig.view.storage} == {"a test's keyring"}
    assert {told.has_password for told in rig.view.storage} == {True, False}


async def test_failed_save_keeps_the_form(rig: ConnectionsRig) -> None:
    rig.files.profiles_path.parent.write_text("a file where a folder should be")
    rig.connections.save(EditedConnection(SHOP), then_open=True)
    await rig.view.until("failed")
    assert rig.view.saved == []
    assert rig.server.opened == []


async def test_removed_connection_is_gone_with_its_password(rig: ConnectionsRig) -> None:
    rig.connections.save(EditedConnection(SHOP, "s3cret"), then_open=True)
    await rig.view.until("recent")
    await rig.until(lambda: bool(rig.keyring.kept))
    rig.connections.remove("shop")
    await rig.until(lambda: not rig.keyring.kept)
    assert rig.view.profiles == ()
    assert rig.view.recent == ()


async def test_what_is_wrong_in_the_file_is_told(rig: ConnectionsRig) -> None:
    rig.files.profiles_path.parent.mkdir(parents=True)
    rig.files.profiles_path.write_text("[[profile]\n")
    await rig.connections.load()
    assert "profiles.toml, line 1: " in rig.view.told[0]


def test_password_is_in_no_repr() -> None:
    assert "s3cret" not in repr(EditedConnection(SHOP, "s3cret"))
