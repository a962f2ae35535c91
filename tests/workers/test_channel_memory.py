"""Channels that are remembered: by profile, by where a connection leads, privately, and only so many."""

from pathlib import Path

import pytest

from pgconsole.core.channels import Channel
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.notification_rules import Rule
from pgconsole.core.profile import Profile
from pgconsole.workers.channel_memory import KEPT, ChannelMemory

SHOP = Profile(id="shop", server={"host": "db1", "dbname": "shop", "password": "secret"})
ORDERS = (Channel(name='or"ders', muted=True, colour=3),)
RULES = (Rule(act="badge", wanted="x"),)


@pytest.fixture
def memory(tmp_path: Path) -> ChannelMemory:
    return ChannelMemory(tmp_path / "state" / "channels.json")


async def test_what_is_saved_comes_back(memory: ChannelMemory) -> None:
    await memory.save(SHOP, ORDERS, "db1:5432", RULES)
    found = await ChannelMemory(memory.path).load(SHOP)
    assert (found.channels, found.direct, found.rules) == (ORDERS, "db1:5432", RULES)


async def test_typed_connection_is_known_by_where_it_leads(memory: ChannelMemory) -> None:
    await memory.save(SHOP, ORDERS, "", ())
    again = Profile(id="new", server=dict(SHOP.server))
    assert (await memory.load(again)).channels == ORDERS
    await memory.save(again, (), "", ())
    assert (await memory.load(SHOP)).channels == ()


async def test_another_connection_has_channels_of_its_own(memory: ChannelMemory) -> None:
    await memory.save(SHOP, ORDERS, "", ())
    other = Profile(id="other", server={"host": "db2"})
    assert (await memory.load(other)).channels == ()
    await memory.save(other, (Channel(name="b"),), "", ())
    assert (await memory.load(SHOP)).channels == ORDERS


async def test_file_is_private_and_without_secrets(memory: ChannelMemory) -> None:
    await memory.save(SHOP, ORDERS, "", ())
    assert memory.path.stat().st_mode & 0o077 == 0
    assert "secret" not in memory.path.read_text()


@pytest.mark.parametrize("text", ["", "{", '[{"channels": 1}]', "\x00"])
async def test_file_that_is_not_understood_is_forgotten(memory: ChannelMemory, text: str) -> None:
    memory.path.parent.mkdir()
    memory.path.write_text(text)
    assert (await memory.load(SHOP)).channels == ()
    await memory.save(SHOP, ORDERS, "", ())
    assert (await memory.load(SHOP)).channels == ORDERS


async def test_only_so_many_are_kept(memory: ChannelMemory) -> None:
    for number in range(KEPT + 2):
        await memory.save(Profile(id=str(number), server={"host": str(number)}), ORDERS, "", ())
    assert (await memory.load(Profile(id="0", server={"host": "0"}))).channels == ()
    assert (await memory.load(Profile(id="2", server={"host": "2"}))).channels == ORDERS


async def test_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PgconsoleError, match="can't be written"):
        await ChannelMemory(tmp_path / "file" / "channels.json").save(SHOP, ORDERS, "", ())
