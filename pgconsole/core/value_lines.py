"""Reads a pasted or opened table of values: a line each, cells apart by tabs, or by commas where there is no tab."""

import csv
import io

NULL_TEXT = "\\N"
"""What stands for NULL in a cell, as in COPY's text format."""
csv.field_size_limit(2**31 - 1)  # a cell is as long as it is; the usual limit of 128 KiB raises csv.Error


def read_value_lines(text: str) -> list[tuple[str | None, ...]]:
    """The lines' cells; blank lines are left out, and quotes hold cells together as CSV has it (RFC 4180)."""
    text = text.removeprefix("\ufeff")
    delimiter = "\t" if "\t" in text else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    return [tuple(None if cell == NULL_TEXT else cell for cell in line) for line in reader if line]
