"""A window at work: tabs, connections and dialogs bound together, on the real server."""

from tests.fixtures.window import User


async def test_a_statement_shows_its_rows(user: User) -> None:
    await user.run("select 1 as a, null as b")
    assert user.cell(0) == "1"
    assert user.cell(0, 1) is None
