"""What holds of a query tab at a moment, for the actions that depend on it."""

from pgconsole.core.action import Condition
from pgconsole.core.run_state import TransactionState
from pgconsole.ui.query_tab import QueryTab


def conditions_of(tab: QueryTab | None) -> set[Condition]:
    """The conditions that hold while this tab is shown; none without a tab."""
    if tab is None:
        return set()
    state, result, pane = tab.state, tab.results.result, tab.results.pane
    facts: tuple[tuple[Condition, bool], ...] = (
        ("has_tab", True),
        ("busy", state.is_busy),
        ("idle", not state.is_busy),
        ("connected", state.connected),
        ("in_transaction", state.transaction in (TransactionState.OPEN, TransactionState.FAILED)),
        ("outcome_unknown", bool(state.unknown_transaction)),
        ("pinned", state.pinned),
        ("has_result", result is not None),
        ("has_cell", pane is not None and pane.grid.current is not None),
        ("has_more_rows", result is not None and not result.is_final and not result.stopped_because),
        ("has_copy_output", result is not None and result.is_copy_output),
    )
    return {name for name, holds in facts if holds}
