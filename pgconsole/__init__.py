"""pgconsole: a desktop console for PostgreSQL that is exact, honest, bounded and never frozen."""

__version__ = "0.1.0"
