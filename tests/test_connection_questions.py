"""What is asked for when a connection lacks something: passwords, and keys of SSH servers."""

from pathlib import Path

import msgspec

from pgconsole.connections import EditedConnection
from pgconsole.core.errors import AuthenticationFailed, ConnectFailed, HostKeyUnknown, SecretWanted
from pgconsole.core.profile import Profile
from pgconsole.core.server_report import ServerReport
from pgconsole.core.tunnel_options import TunnelOptions
from tests.fixtures.connections import SHOP, ConnectionsRig


async def test_wanted_password_is_asked_for_and_then_known_for_this_run(rig: ConnectionsRig) -> None:
    rig.server.password = "s3cret"
    rig.connections.open(SHOP)
    await rig.view.until("asked")
    assert rig.view.recent == ()
    assert rig.view.asked[0][0] == "Shop"
    rig.view.asked[0][1]("s3cret")
    await rig.view.until("recent")
    rig.connections.open(SHOP)
    await rig.until(lambda: len(rig.server.opened) == 2)


async def test_wrong_password_asks_again_without_a_loop_and_leaves_the_keyring_as_it_was(rig: ConnectionsRig) -> None:
    rig.keyring.kept["shop"] = "older"
    rig.server.password = "s3cret"
    await rig.saved()
    rig.connections.open(SHOP)
    await rig.view.until("asked")
    rig.view.asked[0][1]("wrong")
    await rig.view.until("asked", 2)
    assert rig.keyring.kept == {"shop": "older"}
    assert rig.server.opened == []
    rig.view.asked[1][1]("s3cret")
    await rig.until(lambda: rig.keyring.kept == {"shop": "s3cret"})
    assert len(rig.server.further_secrets) == 3


async def test_password_typed_with_save_and_connect_is_kept_once_the_server_has_taken_it(rig: ConnectionsRig) -> None:
    rig.server.password = "s3cret"
    rig.connections.save(EditedConnection(SHOP, "wrong"), then_open=True)
    await rig.view.until("asked")
    assert rig.keyring.kept == {}


async def test_refused_role_is_told_and_no_password_is_asked_for(rig: ConnectionsRig) -> None:
    rig.view.told.append("expected")
    report = ServerReport(message="no pg_hba.conf entry", sqlstate="28000", severity="FATAL")
    rig.server.failures.append(AuthenticationFailed("The server does not let this role in.", report=report))
    rig.connections.open(SHOP)
    await rig.view.until("reported")
    assert rig.view.asked == []


async def test_password_of_a_command_is_never_asked_for(rig: ConnectionsRig) -> None:
    rig.view.told.append("expected")
    rig.keyring.kept["shop"] = "in the keyring"
    rig.server.password = "s3cret"
    rig.connections.open(Profile(id="shop", server={"host": "h"}, password_command=("vault", "read")))
    await rig.view.until("reported")
    assert rig.view.asked == []


async def test_unknown_ssh_server_is_asked_about_and_then_known(rig: ConnectionsRig, home: Path) -> None:
    rig.server.failures.append(HostKeyUnknown("gate", "ed25519", "SHA256:abc", "gate ssh-ed25519 AAAA"))
    rig.connections.open(SHOP)
    await rig.view.until("keys")
    assert rig.view.keys[0][0] == "SHA256:abc"
    assert not (home / ".ssh").exists()
    rig.view.keys[0][1]()
    await rig.view.until("recent")
    assert (home / ".ssh" / "known_hosts").read_text() == "gate ssh-ed25519 AAAA\n"


async def test_password_of_the_tunnel_is_asked_for_by_what_it_is_for_and_kept_when_right(rig: ConnectionsRig) -> None:
    shop = msgspec.structs.replace(SHOP, tunnel=TunnelOptions(hops="ann@gate", key_file="k"))
    await rig.saved(shop)
    rig.server.failures.append(SecretWanted("the key k", "It is encrypted."))
    rig.connections.open(shop)
    await rig.view.until("asked")
    assert rig.view.asked[0][0] == "the key k"
    rig.view.asked[0][1]("s3cret")
    await rig.view.until("recent")
    assert rig.server.further_secrets[-1] == {"the key k": "s3cret"}
    await rig.until(lambda: rig.keyring.kept == {"shop the key k": "s3cret"})
    rig.connections.remove("shop")
    await rig.until(lambda: not rig.keyring.kept)


async def test_password_that_ended_while_the_connection_is_open_is_asked_for(rig: ConnectionsRig) -> None:
    given: list[str] = []
    rig.connections.ask_again(SHOP, AuthenticationFailed("The password was not accepted."), given.append)
    rig.connections.ask_again(SHOP, ConnectFailed("Nobody listens there."), given.append)
    assert len(rig.view.asked) == 1
    rig.view.asked[0][1]("s3cret")
    assert given == ["s3cret"]
