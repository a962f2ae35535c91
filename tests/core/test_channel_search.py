"""Channels that a function's source names."""

from pgconsole.core.channel_search import channels_in_source, channels_of_trigger

SOURCE = """
BEGIN
  -- pg_notify('in a comment', '')
  PERFORM pg_notify('orders', NEW.id::text);
  PERFORM pg_catalog.pg_notify ( 'it''s' , '');
  NOTIFY stock, 'changed';
  NOTIFY "Two Words";
  /* NOTIFY nothing; */ NOTIFY Jobs;
  PERFORM pg_notify('tenant_' || NEW.tenant, '');
  PERFORM pg_notify(TG_ARGV[1], '');
  RETURN NEW;
END"""


def test_constants_and_statements_are_found_with_their_lines() -> None:
    found = [(each.name, each.place) for each in channels_in_source(SOURCE, "shop.tell()")]
    assert found == [
        ("orders", "function shop.tell(), line 4"),
        ("it's", "function shop.tell(), line 5"),
        ("stock", "function shop.tell(), line 6"),
        ("Two Words", "function shop.tell(), line 7"),
        ("jobs", "function shop.tell(), line 8"),
    ]


def test_arguments_of_a_trigger_are_found() -> None:
    found = [(each.name, each.place) for each in channels_of_trigger(SOURCE, ["a", "audit"], "t on shop.orders")]
    assert found == [("audit", "trigger t on shop.orders")]
    assert list(channels_of_trigger(SOURCE, ["a"], "t")) == []
