from pgconsole.core.profile import Profile, SessionOptions
from pgconsole.db.session_rules import first_statements, rules_in_words

_RULES = SessionOptions(
    time_zone="Europe/Berlin",
    search_path="shop, public",
    role="it's",
    read_only=True,
    statement_timeout_s=1.5,
    lock_timeout_s=2,
    idle_in_transaction_timeout_s=90,
    initial_sql="select 1",
)


def test_start_up_settings_are_sent_as_statements_only_where_a_pooler_drops_them() -> None:
    assert first_statements(Profile(id="p", session=_RULES)) == "select 1"
    pooled = first_statements(Profile(id="p", session=_RULES, pgbouncer=True)).split(";\n")
    assert "SELECT pg_catalog.set_config('role', 'it''s', false)" in pooled
    assert len(pooled) == 8
    assert pooled[-1] == "select 1"


def test_every_rule_has_its_words() -> None:
    assert rules_in_words(Profile(id="p", session=_RULES, pgbouncer=True)) == (
        "time zone Europe/Berlin",
        "search_path shop, public",
        "role it's",
        "statement_timeout 1.5 s",
        "lock_timeout 2 s",
        "idle_in_transaction_session_timeout 90 s",
        "read-only transactions",
        "SQL of the profile",
        "what PgBouncer in transaction mode needs",
    )
    assert rules_in_words(Profile(id="p")) == ()
