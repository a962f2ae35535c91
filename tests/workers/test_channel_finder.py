"""Channels that a database's functions and triggers name."""

from pgconsole.db.pool import Pool
from pgconsole.db.session import Session
from pgconsole.workers.channel_finder import find_channels

SCHEMA = """
create schema shop;
create function shop.tell() returns trigger language plpgsql as $$ begin
  perform pg_notify('orders', 'x');
  perform pg_notify(tg_argv[0], 'x');
  return null; end $$;
create table shop.orders (n int);
create trigger audit after insert on shop.orders for each row execute function shop.tell('audit ö');
create function shop.quiet() returns int language sql as 'select 1';
"""


async def test_functions_and_triggers_are_asked(pool: Pool, session: Session) -> None:
    assert await find_channels(pool) == ()
    await session.execute(SCHEMA)
    assert [(each.name, each.place) for each in await find_channels(pool)] == [
        ("audit ö", "trigger audit on shop.orders"),
        ("orders", "function shop.tell(), line 2"),
    ]
    assert pool.stats.used == 0
