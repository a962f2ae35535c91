"""Values and pure functions of pgconsole; nothing here imports another part of it."""
