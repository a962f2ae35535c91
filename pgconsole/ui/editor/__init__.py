"""The editor of SQL: colours, marks, and finding in it."""
