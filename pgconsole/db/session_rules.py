"""What every session of a profile begins with beyond its start-up settings, and all of it in words."""

from pgconsole.core.profile import Profile
from pgconsole.core.quoting import quote_literal


def first_statements(profile: Profile) -> str:
    """What runs on each new session before it is lent: what a pooler does not pass on, and the profile's own."""
    settings = profile.session.server_settings() if profile.pgbouncer else {}
    # SET would take a list of schemas for one name.
    statements = [
        f"SELECT pg_catalog.set_config({quote_literal(name)}, {quote_literal(value)}, false)"
        for name, value in settings.items()
    ]
    return ";\n".join([*statements, *([profile.session.initial_sql] if profile.session.initial_sql.strip() else [])])


def rules_in_words(profile: Profile) -> tuple[str, ...]:
    """Each rule as the status line tells it, in the form's order."""
    session = profile.session
    seconds = (
        ("statement_timeout", session.statement_timeout_s),
        ("lock_timeout", session.lock_timeout_s),
        ("idle_in_transaction_session_timeout", session.idle_in_transaction_timeout_s),
    )
    told = (
        f"time zone {session.time_zone}" if session.time_zone else "",
        f"search_path {session.search_path}" if session.search_path else "",
        f"role {session.role}" if session.role else "",
        *(f"{name} {value:g} s" if value else "" for name, value in seconds),
        "read-only transactions" if session.read_only else "",
        "SQL of the profile" if session.initial_sql.strip() else "",
        "what PgBouncer in transaction mode needs" if profile.pgbouncer else "",
    )
    return tuple(filter(None, told))
