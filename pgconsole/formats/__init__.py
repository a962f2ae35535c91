"""File formats that pgconsole reads and writes."""
