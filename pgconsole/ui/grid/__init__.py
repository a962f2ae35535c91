"""The grid that shows a result: rows and columns of any number, drawn cell by cell."""
