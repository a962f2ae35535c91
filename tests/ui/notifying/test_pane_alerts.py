"""What rules and costly expressions do in the window: rows that stand out, queries in tabs, nothing that stops."""

from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLineEdit

from pgconsole.core.notification_rules import Rule
from pgconsole.ui.query_tab import QueryTab
from tests.fixtures.waiting import until
from tests.fixtures.watcher import Watcher

COSTLY = "a" * 7990 + "!end"


def query_tabs(watch: Watcher) -> dict[str, QueryTab]:
    return {tab.title: tab for tab in watch.user.window.query_tabs()}


async def alert_tab(watch: Watcher, title: str) -> QueryTab:
    """The tab of a rule, once its query has run."""
    await until(lambda: title in query_tabs(watch), "the rule's tab")
    tab = query_tabs(watch)[title]
    await until(lambda: bool(tab.property("answered")) and tab.property("state") == "idle", "its query has run")
    return tab


def cells(tab: QueryTab) -> list[str | None]:
    result = tab.results.result
    assert result is not None, tab.results.messages.toPlainText()
    return list(result.store.row(0))


async def test_expression_that_takes_for_ever_is_given_up_and_all_is_shown(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", "short", COSTLY)
    await watch.rows(2)
    watch.look_for("(a+)+$", "Regex")
    field = watch.part(QLineEdit, "filterText")
    await until(lambda: field.property("invalid") is True, "it is given up")
    await watch.rows(2)
    assert "takes too long" in watch.user.notice
    watch.look_for("sh.rt", "Regex")
    await watch.rows(1)
    assert field.property("invalid") is False


async def test_marks_are_given_up_in_a_paint_as_well(watch: Watcher) -> None:
    await watch.subscribe("c")
    await watch.notify("c", COSTLY)
    await watch.rows(1)
    watch.press("filterOnly")
    watch.look_for("(a+)+$", "Regex")
    watch.table.grab()
    await until(lambda: "takes too long" in watch.user.notice, "it is given up")


async def test_highlight_rule_marks_rows_and_comes_back(watch: Watcher) -> None:
    await watch.subscribe("c")
    rule, costly = Rule(act="highlight", wanted="paid"), Rule(act="highlight", wanted="(a+)+$", kind="regex")
    watch.pane.rules.changed.emit((rule, costly))
    await watch.notify("c", "paid", "new", COSTLY)
    await watch.rows(3)
    entries = [watch.table.messages.entry(row) for row in range(3)]
    marks = [watch.table.messages.mark(entry) for entry in entries]  # type: ignore[arg-type]
    assert marks == ["rule", "", ""]
    watch.look_for("paid")
    watch.press("filterOnly")
    assert watch.table.messages.mark(entries[0]) == "found"  # type: ignore[arg-type]
    feature = watch.pane._feature
    assert feature is not None
    await until(lambda: feature.rules == (rule,), "the costly one is removed")


async def test_query_of_a_rule_runs_read_only_in_a_tab_of_its_own(watch: Watcher) -> None:
    await watch.subscribe("jobs")
    shown, focused = watch.user.tab, watch.user.window.focusWidget()
    changes = QSignalSpy(watch.user.window.tabs.currentChanged)
    query = "select $1::jsonb ->> 'id', $2, current_setting('transaction_read_only')"
    watch.pane.rules.changed.emit((Rule(act="query", wanted="failed", query=query),))
    await watch.notify("jobs", '{"id": "it\'s \\\\ 7", "state": "failed"}')
    tab = await alert_tab(watch, "Alert on any channel: failed")
    assert cells(tab) == ["it's \\ 7", "jobs", "on"]
    assert "read-only" in watch.user.notice
    assert watch.user.tab is shown
    assert changes.count() == 0
    assert watch.user.window.focusWidget() is focused
    await watch.notify("jobs", "failed again")
    await watch.rows(2)
    assert tab.property("answered") == 1


async def test_query_that_would_write_by_a_function_is_refused_by_the_server(watch: Watcher) -> None:
    await watch.outside.execute("create table written (n int)")
    await watch.outside.execute(
        "create function write() returns int language sql as 'insert into written values (1) returning n'"
    )
    await watch.subscribe("jobs")
    watch.pane.rules.changed.emit((Rule(act="query", query="select write()"),))
    await watch.notify("jobs", "x")
    tab = await alert_tab(watch, "Alert on any channel")
    assert "read-only transaction" in tab.results.messages.toPlainText()
    assert (await watch.outside.fetch("select count(*) from written"))[0][0] == "0"


async def test_tab_whose_text_is_the_users_is_left_alone(watch: Watcher) -> None:
    await watch.subscribe("jobs")
    run = watch.user.window
    rule = Rule(act="query", query="select $1")
    watch.pane.rules.changed.emit((rule,))
    await watch.notify("jobs", "first")
    first = await alert_tab(watch, "Alert on any channel")
    first.editor.setPlainText("select 'mine'")
    watch.pane.rules.changed.emit((rule,))  # a rule that is made anew does not rest
    await watch.notify("jobs", "second")
    await until(lambda: len(list(run.query_tabs())) == 3, "another tab")
    assert first.editor.script() == "select 'mine'"


async def test_tab_of_the_last_start_is_used_again(watch: Watcher) -> None:
    await watch.subscribe("jobs")
    watch.user.trigger("tab.new")
    old = watch.user.tab
    watch.user.trigger("query.manual_commit")
    assert not old.state.auto_commit
    watch.user.window.notice_bar.show_notice("Something failed.", "error")
    old.title = "Alert on any channel"
    old.editor.setPlainText("select $1\n\\bind 'of last time' \\g\n")
    watch.pane.rules.changed.emit((Rule(act="query", query="select $1"),))
    await watch.notify("jobs", "new")
    await until(lambda: old.property("answered") == 1 and old.property("state") == "idle", "its query has run")
    assert cells(old) == ["new"]
    assert old.property("transaction") == "idle"
    assert watch.user.notice == "Something failed."
    watch.user.trigger("query.run")
    assert watch.user.notice == ""


async def test_run_that_nobody_asked_for_leaves_the_notice_bar(watch: Watcher) -> None:
    await watch.subscribe("jobs")
    watch.user.window.notice_bar.show_notice("Something failed.", "error")
    watch.pane.rules.changed.emit((Rule(act="query", query="select $1"),))
    await watch.notify("jobs", "x")
    await alert_tab(watch, "Alert on any channel")
    assert watch.user.notice == "Something failed."


async def test_payload_that_no_editor_holds_as_it_is_leaves_the_tab_the_rules(watch: Watcher) -> None:
    await watch.subscribe("jobs")
    rule = Rule(act="query", query="select $1")
    watch.pane.rules.changed.emit((rule,))
    await watch.notify("jobs", "one\u2029two")
    tab = await alert_tab(watch, "Alert on any channel")
    assert cells(tab) == ["one\u2029two"]
    watch.pane.rules.changed.emit((rule,))  # a rule that is made anew does not rest
    await watch.notify("jobs", "again")
    await until(lambda: tab.property("answered") == 2, "its query runs in the same tab")


async def test_tab_that_a_rule_opens_while_its_connection_closes_goes_without_one(watch: Watcher) -> None:
    await watch.subscribe("jobs")
    watch.pane.rules.changed.emit((Rule(act="query", query="select $1"),))
    await watch.user.run("begin")
    watch.user.trigger("connection.disconnect")
    await watch.user.dialog("question")
    await watch.notify("jobs", "late")
    tab = await alert_tab(watch, "Alert on any channel")
    await watch.user.answer("question", "Roll back and close")
    await until(lambda: not watch.user.tab.state.connected, "the connection is gone")
    await until(lambda: not tab.state.connected, "the rule's tab has none either")
