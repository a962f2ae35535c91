"""Rows of JSON: of an array, of objects one after the other, or of one a line; what is nested stays JSON.

The columns are the keys of the first thousand records in the order in which they come up. A key that comes up later
makes its record longer than the header, so that it is refused and seen, instead of being lost; so does a line that is
no JSON among lines that are.
"""

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal, Protocol

import msgspec

from pgconsole.formats.rows_source import Row

_KEYS_FROM_RECORDS: Final = 1000
_PIECE_BYTES: Final = 256 * 1024
_LONGEST_RECORD_CHARS: Final = 256 * 1024 * 1024
_BETWEEN: Final = " \t\r\n,"
_DECODE = json.JSONDecoder().raw_decode

Shape = Literal["json", "ndjson"]


class Bytes(Protocol):
    """Where the text is read from."""

    size_bytes: int | None

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""

    def position_bytes(self) -> int:
        """How much of the size has been read."""

    def close(self) -> None:
        """Let go of the file."""


class JsonRows:
    """The records of a stream of JSON in UTF-8, UTF-16 or UTF-32, as RFC 8259 and its elders have it."""

    def __init__(self, stream: Bytes, shape: Shape) -> None:
        self._stream = stream
        self._shape = shape
        self.size_bytes = stream.size_bytes

    def __iter__(self) -> Iterator[Row]:
        records = self._lines() if self._shape == "ndjson" else self._elements()
        decode = _decoded_line if self._shape == "ndjson" else _decoded
        decoded = (decode(text, number) for number, text in enumerate(records, 1))
        first = [record for _, record in zip(range(_KEYS_FROM_RECORDS), decoded, strict=False)]
        names = list(dict.fromkeys(key for record in first if isinstance(record, dict) for key in record))
        if names:
            yield names
        elif first and isinstance(first[0], _Broken):
            raise first[0].error
        for record in first:
            yield _row(record, names)
        for record in decoded:
            yield _row(record, names)

    def position_bytes(self) -> int:
        """How much was read."""
        return self._stream.position_bytes()

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def _pieces(self) -> Iterator[str]:
        first = self._stream.read(_PIECE_BYTES)
        decoder = codecs.getincrementaldecoder(json.detect_encoding(first[:4] or b"{}"))("strict")
        data = first
        while data:
            yield decoder.decode(data)
            data = self._stream.read(_PIECE_BYTES)
        yield decoder.decode(b"", final=True)

    def _lines(self) -> Iterator[str]:
        rest = ""
        for piece in self._pieces():
            *lines, rest = (rest + piece).split("\n")
            yield from (line for line in lines if line.strip())
            _refuse_endless(rest)
        if rest.strip():
            yield rest

    def _elements(self) -> Iterator[str]:
        """The elements of the array that the text is, or the objects that it holds one after the other."""
        pieces = self._pieces()
        text = ""
        while not text.lstrip() and (piece := next(pieces, None)) is not None:
            text += piece
        if text.lstrip()[:1] not in ("[", "{"):
            raise ValueError("this is no JSON array")
        is_array = text.lstrip().startswith("[")
        at, needed, size = text.index("[") + 1 if is_array else 0, 0, len(text)
        waiting = [text]
        for piece in chain(pieces, (" ",)):
            waiting.append(piece)
            size += len(piece)
            # A record that goes on for long is not looked at anew for each piece of it.
            if size - at < needed and piece != " ":
                continue
            text = "".join(waiting)
            while (place := _next_element(text, at)) is not None:
                if place[0] == place[1] and is_array:
                    return
                if text[place[0]] != "{" and not is_array:
                    raise ValueError("behind an object of JSON stands something else")
                yield text[place[0] : place[1]]
                at = place[1]
            text, at = text[at:], 0
            _refuse_endless(text)
            waiting, size = [text], len(text)
            needed = size * 3 // 2 if size > _PIECE_BYTES else 0
        if is_array or text.strip(_BETWEEN):
            raise ValueError(f"the JSON ends inside of {'its array' if is_array else 'an object'}")


def _next_element(text: str, at: int) -> tuple[int, int] | None:
    """Where the next element stands; an empty place at the array's end, None where the text ends before it does."""
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    if at == len(text):
        return None
    if text[at] == "]":
        return at, at
    try:
        end = _DECODE(text, at)[1]
    except (json.JSONDecodeError, RecursionError):
        return None
    # A number may go on in the next piece.
    return (at, end) if end < len(text) else None


def shape_of(text: str) -> Shape | None:
    """Whether a text begins as JSON of records, or as one JSON object a line; None where it does neither."""
    start = text.lstrip(" \t\r\n\ufeff")
    if start.startswith("[") and start[1:].lstrip()[:1] in ("{", "[", "]"):
        return "json"
    line = io.StringIO(start).readline().strip()
    try:
        return "ndjson" if line.startswith("{") and isinstance(json.loads(line), dict) else None
    except (ValueError, RecursionError):
        # An object may take several lines.
        return "json" if start[1:].lstrip()[:1] == '"' else None


@dataclass(frozen=True, slots=True)
class _Broken:
    """A line that is no JSON."""

    text: str
    error: ValueError


def _decoded_line(text: str, number: int) -> Any:
    try:
        return _decoded(text, number)
    except ValueError as error:
        return _Broken(text.strip(), error)


def _decoded(text: str, number: int) -> Any:
    """An object's or array's values, each as the JSON that it is."""
    data = text.strip().encode("utf-8", "surrogatepass")
    try:
        if data.startswith(b"{"):
            return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        if data.startswith(b"["):
            return msgspec.json.decode(data, type=list[msgspec.Raw])
        return [msgspec.json.decode(data, type=msgspec.Raw)]
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ValueError(f"record {number} is no JSON: {error}") from error


def _row(record: Any, names: list[str]) -> Row:
    if isinstance(record, list):
        return [_text(value) for value in record]
    if isinstance(record, _Broken):
        return [*([None] * len(names)), f"no JSON: {record.text}"]
    row = [_text(record[name]) if name in record else None for name in names]
    if len(record) > len(names) or not record.keys() <= set(names):
        row += [f"{name}: {_text(value)}" for name, value in record.items() if name not in names]
    return row


def _text(value: msgspec.Raw) -> str | None:
    raw = bytes(value)
    if raw == b"null":
        return None
    if raw.startswith(b'"'):
        return str(json.loads(raw))
    return raw.decode("utf-8", "surrogatepass")


def _refuse_endless(text: str) -> None:
    if len(text) > _LONGEST_RECORD_CHARS:
        raise ValueError("a record is longer than 256 MiB")
