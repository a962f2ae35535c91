"""How much of a file is loaded together."""

from pathlib import Path

from pgconsole.core.import_rows import RowShaper
from pgconsole.formats.copy_pieces import PieceMaker
from pgconsole.workers.import_source import open_plain
from pgconsole.workers.import_stream import ImportStream
from tests.fixtures.import_plans import plan_of


async def test_batch_of_short_records_is_bounded_by_their_number(tmp_path: Path) -> None:
    """With a million bad records of one letter, a run held 200 MB in place of 620 MB."""
    path = tmp_path / "short.csv"
    path.write_text("a\n" + "x\n" * 500_000)
    plan = plan_of("a", path=str(path))
    stream = ImportStream(plan, PieceMaker(plan.dialect, RowShaper(plan)), open_plain)
    batches = [(batch.first, batch.last) async for batch in stream.batches()]
    assert max(last - first + 1 for first, last in batches) <= 1 << 17
    assert [first for first, _last in batches[1:]] == [last + 1 for _first, last in batches[:-1]]
    assert (batches[0][0], batches[-1][1]) == (1, 500_000)
