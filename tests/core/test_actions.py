"""The table of actions: ids, titles, keys."""

from collections import Counter

import pytest

from pgconsole.core.action import MENUS
from pgconsole.core.actions import ACTIONS, action

PROMISED = {
    *("query.run", "query.run_to_end", "query.run_all", "query.cancel", "query.fetch_all", "query.explain"),
    *("query.explain_analyze", "query.commit", "query.rollback", "query.format", "tab.new", "tab.close"),
    *("tab.reopen", "result.copy", "result.pin", "result.count", "connection.open", "connection.disconnect"),
    *(
        "connection.edit",
        "help.palette",
        "app.settings",
        "app.quit",
        "view.activity",
        "view.pool",
        "view.notifications",
    ),
}
"""Ids on which scripts and screen readers rely."""


def test_promised_ids_exist() -> None:
    assert {found.id for found in ACTIONS} >= PROMISED


def test_no_id_title_or_key_occurs_twice() -> None:
    for names in (
        [found.id for found in ACTIONS],
        [found.title.casefold() for found in ACTIONS],
        [(key.casefold(), found.scope) for found in ACTIONS for key in found.keys],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_a_key_of_the_window_is_no_key_of_one_of_its_parts() -> None:
    window, parts = (
        {key.casefold() for found in ACTIONS for key in found.keys if (found.scope == "window") is whole}
        for whole in (True, False)
    )
    assert window & parts == set()


def test_words_are_sentences_without_shouting() -> None:
    for found in ACTIONS:
        assert found.title[0].isupper(), found.id
        assert not found.title.endswith("."), found.id
        assert found.tip.endswith("."), found.id
        assert "!" not in found.tip + found.title, found.id


def test_menu_actions_of_one_group_are_neighbours() -> None:
    runs: list[tuple[str, str]] = []
    for found in ACTIONS:
        if not runs or runs[-1] != (found.menu, found.group):
            runs.append((found.menu, found.group))
    assert len(runs) == len(set(runs))
    assert [menu for menu in MENUS if any(run[0] == menu for run in runs)] == list(MENUS)


def test_buttons_have_an_icon() -> None:
    assert all(found.icon for found in ACTIONS if found.bar != "none")


def test_what_stands_under_a_button_stands_under_one_of_the_toolbar() -> None:
    buttons = {found.id for found in ACTIONS if found.bar == "window"}
    assert {found.under for found in ACTIONS if found.under} <= buttons


def test_choices_that_a_button_names_have_an_icon() -> None:
    button = action("query.auto_commit")
    assert [found.id for found in ACTIONS if found.group == button.group and not found.icon] == []


def test_action_is_found_by_id_and_a_strange_id_raises() -> None:
    assert action("query.run").keys[0] == "Ctrl+Return"
    with pytest.raises(KeyError):
        action("query.fly")
