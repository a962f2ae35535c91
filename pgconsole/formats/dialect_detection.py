"""Finds out how a file is to be read: encoding, dialect, preamble, comments, header and NULL, from its first bytes.

Everything here is a guess for a person to judge with the preview beside it; the command line takes it as it is. Blocks
for up to 0.2 s: not on the loop.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Final

import msgspec

from pgconsole.core.column_names import header_names
from pgconsole.core.import_plan import Dialect, SourceFile
from pgconsole.core.type_scan import ColumnFacts, TypeScan
from pgconsole.formats.byte_source import reading
from pgconsole.formats.dialect_guess import guess_dialect
from pgconsole.formats.loose_reader import LooseReader, lines_of
from pgconsole.formats.source_opener import open_source, source_at
from pgconsole.formats.text_encoding import EncodingGuess, guess_encoding

SAMPLE_BYTES: Final = 256 * 1024
_RECORDS: Final = 300
_PREAMBLE_RECORDS: Final = 50
_NULL_MARKS: Final = ("\\N", "NULL", "null", "<NULL>", "#N/A")
_NULL_WORDS: Final = ("NA", "N/A", "None")
"""May be values, as the country NA is, and are taken for NULL only among figures."""
_FIGURES: Final = re.compile(r"[^A-Za-z]*[0-9][^A-Za-z]*")
_COMMENT: Final = "#"
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_ENOUGH_RECORDS: Final = 5


Given = Mapping[str, Any]
"""Fields of a dialect by name that a person has said, and that are not to be guessed."""
NOTHING_GIVEN: Final[Given] = {}


@dataclass(frozen=True, slots=True)
class Sample:
    """The first bytes of a source, unpacked."""

    data: bytes
    is_whole: bool
    """Whether the source has no more than that."""
    parts: tuple[str, ...] = ()
    """What there is to choose from: the files in a zip, the sheets of a workbook."""

    def text(self, encoding: str) -> str:
        """The sample as text, without a byte order mark; what is no text in that encoding as U+FFFD."""
        text = self.data.decode(encoding, "replace")
        return text.removeprefix("\ufeff")


@dataclass(frozen=True, slots=True)
class Detected:
    """How a source seems to be laid out, and what else its encoding could be."""

    source: SourceFile
    dialect: Dialect
    encoding: EncodingGuess


def read_sample(source: SourceFile, parts: tuple[str, ...] = ()) -> Sample:
    """Read the first 256 KiB of what is in a file; raises `FileError`."""
    with reading(Path(source.path)), closing(open_source(source)) as stream:
        data = b""
        while len(data) <= SAMPLE_BYTES and (more := stream.read(SAMPLE_BYTES)):
            data += more
        return Sample(data[:SAMPLE_BYTES], len(data) <= SAMPLE_BYTES, parts)


def detect(path: Path, part: str = "", cells: str = "", given: Given = NOTHING_GIVEN) -> tuple[Detected, Sample]:
    """Look into a file: of a zip or a workbook into that part, else the first; raises `FileError`.

    Without a part a workbook's sheets that are empty are passed over.
    """
    with reading(path):
        source, parts = source_at(path, part)
    source = msgspec.structs.replace(source, cells=cells)
    sample = read_sample(source, parts)
    if source.format == "sheet" and not part and not sample.data:
        sheets = (msgspec.structs.replace(source, sheet=name) for name in parts[1:])
        used = ((sheet, found) for sheet in sheets if (found := read_sample(sheet, parts)).data)
        source, sample = next(used, (source, sample))
    if source.format == "delimited":
        encoding = given.get("encoding")
        guess = EncodingGuess(encoding) if encoding else guess_encoding(sample.data)
        return Detected(source, detect_dialect(sample.text(guess.encoding), guess.encoding, given), guess), sample
    text = sample.text("utf-8")
    if source.format == "sheet":
        dialect = detect_layout(text, Dialect(), {**given, "ends_with_delimiter": False})
    else:
        dialect = Dialect(has_header=_has_keys(text))
    return Detected(source, dialect, EncodingGuess("utf-8")), sample


def _has_keys(text: str) -> bool:
    """Whether records of JSON were objects, whose keys stand first."""
    return has_header([record for _line, record in islice(LooseReader(lines_of(text), Dialect()), _RECORDS)])


def detect_dialect(text: str, encoding: str, given: Given = NOTHING_GIVEN) -> Dialect:
    """How the sample of a text is laid out; fields that are given hold, and the rest is guessed by them."""
    comment = given.get("comment", _comment_of(text))
    dialect = guess_dialect(_without_comments(text, comment), given.get("delimiter", ""))
    dialect = msgspec.structs.replace(dialect, encoding=encoding, comment=comment)
    marks = {name: given[name] for name in ("quote", "escape", "trim") if name in given}
    return detect_layout(text, msgspec.structs.replace(dialect, **marks), given)


def detect_layout(text: str, dialect: Dialect, given: Given = NOTHING_GIVEN) -> Dialect:
    """The same dialect with what is above the table left out, and whether a header begins it."""
    dialect = msgspec.structs.replace(dialect, skip_lines=given.get("skip_lines", 0))
    records = list(islice(LooseReader(lines_of(text), dialect), _RECORDS))
    skipped = dialect.skip_lines if "skip_lines" in given else _preamble_lines(records)
    records = [(line, record) for line, record in records if line > skipped]
    texts = [record for _line, record in records]
    ends_with_delimiter = _ends_with_delimiter(texts)
    if ends_with_delimiter:
        texts = [record[:-1] if not record[-1] else record for record in texts]
    is_named = given.get("has_header", has_header(texts))
    found: dict[str, Any] = {
        "skip_lines": skipped,
        "has_header": is_named,
        "null_text": _null_text(texts[1:]),
        # Without a header nothing tells an end from a column that is always NULL.
        "ends_with_delimiter": ends_with_delimiter and is_named,
    }
    return msgspec.structs.replace(dialect, **(found | {name: given[name] for name in found if name in given}))


def _comment_of(text: str) -> str:
    """A number sign that begins lines at the top; one line of the same fields as the next is a header."""
    lines = text.split("\n", 100)
    top = next((index for index, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
    if top == 0 or (top == len(lines) and len(lines) > 2):
        return ""
    after = lines[top] if top < len(lines) else ""
    is_header = top == 1 and any(lines[0].count(mark) == after.count(mark) > 0 for mark in ",;\t|")
    return "" if is_header else _COMMENT


def _without_comments(text: str, comment: str) -> str:
    return re.sub(f"^{re.escape(comment)}.*\n", "", text, flags=re.MULTILINE) if comment else text


def _preamble_lines(records: Sequence[tuple[int, list[str]]]) -> int:
    """Lines before the table: titles and notes, which have fewer fields than all that follows."""
    widths = Counter(len(record) for _line, record in records)
    if not widths:
        return 0
    usual, count = max(widths.items(), key=lambda each: (each[0] * each[1], each[1]))
    if usual < 2 or count < 2:
        return 0
    for index, (line, record) in enumerate(records[:_PREAMBLE_RECORDS]):
        filled = len(record) - record.count("")
        # A header that lacks a field or two is no title, which has few of them.
        is_title = len(record) <= max(1, usual // 3) or (usual > 2 and filled == (record[:1] != [""]))
        if not is_title:
            following = [len(after) for _line, after in records[index : index + 5]]
            # A short first record among many ragged ones is no title; a header may lack the last delimiter.
            is_table = following.count(usual) == len(following) - (following[0] == usual - 1)
            return line - 1 if is_table and index else 0
    return 0


def _ends_with_delimiter(records: Sequence[Sequence[str]]) -> bool:
    """Whether records end with an empty field that the first one, which may be a header, has no name for."""
    if len(records) < 2:
        return False
    header, rest = records[0], records[1:]
    width = _usual_width(rest)
    full = [record for record in rest if len(record) == width]
    has_no_name = len(header) == width - 1 or (len(header) == width and not header[-1].strip())
    return width > 1 and has_no_name and len(full) * 2 > len(rest) and not any(record[-1] for record in full)


def _usual_width(records: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, records)).most_common(1)[0][0] if records else 0


def has_header(records: Sequence[Sequence[str]]) -> bool:
    """Whether the first record names the columns rather than being one of them."""
    if not records:
        return True
    first = header_names(records[0], _usual_width(records[1:]))
    rest = [record[: len(first)] for record in records[1:]]
    named = [name for name in first if name.strip()]
    if not named:
        return False
    if not rest:
        return len(set(named)) * 2 >= len(first) and all(_is_word(name) for name in named)
    own, below = _facts([first], len(first)), _facts(rest, len(first))
    typed = [index for index, fact in enumerate(below) if fact.proposed != "text"]
    # A number that is larger than those below it is no name, nor is what stands for NULL; words as `no` may be one.
    words = [own[index].proposed in ("text", "boolean") and not own[index].doubt for index in typed]
    if any(
        is_word and own[index].proposed != below[index].proposed and _is_name(first[index])
        for is_word, index in zip(words, typed, strict=True)
    ):
        return True
    columns = [[record[i] for record in rest if len(record) > i and record[i]] for i in range(len(first))]
    if _has_year_above(first, columns):
        return True
    if typed or len(set(named)) * 2 < len(first):
        return False
    # All is text: a name is not among the values of its column, or is of another length than all of them.
    is_repeated = any(name in column for name, column in zip(first, columns, strict=True))
    return all(_is_word(name) for name in named) and (not is_repeated or _differs_in_length(first, columns))


def _has_year_above(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether a year stands above values of which none is one, as in tables of one year a column."""
    return any(
        _YEAR.fullmatch(name.strip()) and column and not any(_YEAR.fullmatch(value.strip()) for value in column)
        for name, column in zip(first, columns, strict=True)
    )


def _differs_in_length(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether all values of a column are as long as each other, and the name above them is not."""
    return any(
        name.strip() and len(column) >= _ENOUGH_RECORDS and {*map(len, column)} == {len(column[0])} != {len(name)}
        for name, column in zip(first, columns, strict=True)
    )


def _facts(records: Sequence[Sequence[str]], width: int) -> tuple[ColumnFacts, ...]:
    scan = TypeScan(width)
    scan.add(records, range(1, len(records) + 1))
    return scan.facts()


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text not in _NULL_MARKS + _NULL_WORDS


def _is_word(name: str) -> bool:
    return any(char.isalpha() for char in name) and len(name) <= 200


def _null_text(records: Sequence[Sequence[str]]) -> str:
    """What stands for NULL: nothing, as COPY has it, unless empty fields never occur and a usual text does."""
    seen = Counter(value for record in records for value in record)
    if seen[""]:
        return ""
    for mark in _NULL_MARKS:
        if seen[mark] > (0 if mark == "\\N" else 1):
            return mark
    columns = [set(column) for column in zip_longest(*records, fillvalue="")]
    return next((word for word in _NULL_WORDS if seen[word] > 1 and _stands_among_figures(word, columns)), "")


def _stands_among_figures(word: str, columns: Sequence[set[str]]) -> bool:
    """Whether each column with this word holds numbers, dates or times beside it, and no text."""
    others = [column - {word, ""} for column in columns if word in column]
    return all(column and all(map(_FIGURES.fullmatch, column)) for column in others)
