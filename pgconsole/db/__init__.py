"""PostgreSQL: the only importer of asyncpg and keyring."""
