"""Places of columns."""

from pgconsole.ui.grid.columns import MAX_WIDTH, MIN_WIDTH, GridColumns


def test_a_place_finds_its_column() -> None:
    places = GridColumns([100, 50, 80])
    assert [places.at(x) for x in (-5, 0, 99, 100, 149, 150, 229, 230, 999)] == [0, 0, 0, 1, 1, 2, 2, 2, 2]
    assert places.total_width == 230
    assert places.between(100, 151) == range(1, 3)
    assert places.between(230, 300) == range(0)


def test_a_changed_width_moves_what_follows() -> None:
    places = GridColumns([100, 50, 80])
    places.set_width(1, 70)
    assert [places.left(column) for column in range(4)] == [0, 100, 170, 250]
    places.set_width(0, 1)
    places.set_width(2, 10**6)
    assert (places.width(0), places.width(2)) == (MIN_WIDTH, MAX_WIDTH)


def test_an_edge_is_found_from_both_sides() -> None:
    places = GridColumns([100, 50])
    assert [places.edge_at(x) for x in (50, 97, 100, 104, 105, 148, 153)] == [None, 0, 0, 0, None, 1, 1]


def test_no_columns_have_no_place() -> None:
    places = GridColumns([])
    assert places.at(5) == -1
    assert places.between(0, 100) == range(0)
    assert places.edge_at(0) is None
