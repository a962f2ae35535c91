"""What a wish for messages finds."""

import pytest

from pgconsole.core.message_filter import MessageFilter
from tests.fixtures.matchers import matcher


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (MessageFilter(), True),
        (MessageFilter("PAID"), True),
        (MessageFilter("unpaid"), False),
        (MessageFilter(channel="orders"), True),
        (MessageFilter(channel="Orders"), False),
        (MessageFilter("paid", channel="stock"), False),
        (MessageFilter(r'"id": \d{2}', "regex"), True),
        (MessageFilter(r"^paid", "regex"), False),
        (MessageFilter("$.id = 17", "path"), True),
        (MessageFilter("$.id = 18", "path"), False),
    ],
)
def test_wish(wish: MessageFilter, found: bool) -> None:
    assert matcher(wish)("orders", '{"id": 17, "state": "paid"}') is found


@pytest.mark.parametrize("wish", [MessageFilter("(", "regex"), MessageFilter("id", "path")])
def test_wish_that_is_not_understood_is_said(wish: MessageFilter) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        matcher(wish)


def test_only_an_empty_wish_is_empty() -> None:
    assert MessageFilter(kind="regex").is_empty
    assert not MessageFilter(channel="a").is_empty
