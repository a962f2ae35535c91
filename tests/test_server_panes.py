"""Panes hear of each connection once, and of the one that is shown when it changes."""

from typing import Any

from pgconsole.server_panes import ServerPanes


class FakePane:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def follow(self, server: Any) -> None:
        self.heard.append(("follow", server))

    async def leave(self, server: Any) -> None:
        self.heard.append(("leave", server))

    async def aclose(self) -> None:
        self.heard.append(("close", None))


async def test_connection_is_met_once_whether_or_not_it_is_shown() -> None:
    shown, other, pane = object(), object(), FakePane()
    met: list[Any] = []
    panes = ServerPanes([pane], met.append)
    panes.follow(shown, [shown, other])  # type: ignore[arg-type, list-item]
    panes.follow(shown, [shown, other])  # type: ignore[arg-type, list-item]
    assert met == [shown, other]
    assert pane.heard == [("follow", shown)]


async def test_connection_that_comes_back_is_met_again() -> None:
    server, pane = object(), FakePane()
    met: list[Any] = []
    panes = ServerPanes([pane], met.append)
    panes.follow(server, [server])  # type: ignore[arg-type, list-item]
    await panes.leave(server)  # type: ignore[arg-type]
    panes.follow(server, [server])  # type: ignore[arg-type, list-item]
    await panes.aclose()
    assert met == [server, server]
    assert [what for what, _server in pane.heard] == ["follow", "follow", "leave", "follow", "close"]
