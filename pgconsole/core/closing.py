"""What closing tabs would lose, and the one question that names all of it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pgconsole.core.run_state import TabState, TransactionState
from pgconsole.core.wording import format_duration_ms

LONG_RUN_S = 5.0
"""A statement that has run for longer is worth a question; what it writes is so at once."""
_BLOCKS = {
    TransactionState.OPEN: "an open transaction, whose changes are undone unless they are committed",
    TransactionState.FAILED: "a failed transaction, whose changes are undone",
}


@dataclass(frozen=True, slots=True)
class ClosingTab:
    """One tab that is to be closed."""

    title: str
    state: TabState
    differs_from_file: bool = False

    @property
    def has_block(self) -> bool:
        """Whether a transaction is open."""
        return self.state.transaction in _BLOCKS

    def losses(self, now_s: float) -> list[str]:
        """What goes with the tab, the gravest first."""
        state = self.state
        lost = [_BLOCKS[state.transaction]] if self.has_block else []
        if state.is_busy and not state.waits_for:
            ran_s = now_s - (state.run_started or now_s)
            so_far = f"a statement that has run for {format_duration_ms(ran_s * 1000)}"
            if state.may_have_written:
                lost.append(f"{so_far} and writes")
            elif ran_s > LONG_RUN_S:
                lost.append(so_far)
        lost += [f"{pin} of its session" for pin in state.pin_reasons]
        if self.differs_from_file:
            lost.append("changes that are not in its file")
        return lost


@dataclass(frozen=True, slots=True)
class ClosingQuestion:
    """What the user is asked before tabs are closed."""

    question: str
    detail: str
    close: str
    """The words of the button that closes and loses it."""
    commits: bool
    """Whether transactions can be committed instead."""


def closing_question(tabs: Sequence[ClosingTab], verb: str, now_s: float) -> ClosingQuestion | None:
    """The question before `verb`, as `Close the tab`; None where nothing is lost."""
    lost = [(tab, losses) for tab in tabs if (losses := tab.losses(now_s))]
    if not lost:
        return None
    detail = "\n".join(f"{tab.title}: {'; '.join(losses)}." for tab, losses in lost)
    if any(tab.has_block for tab, _losses in lost):
        open_ones = [tab.state for tab, _losses in lost if tab.state.transaction is TransactionState.OPEN]
        commits = bool(open_ones) and not any(state.is_busy for state in open_ones)
        return ClosingQuestion(f"{verb} and roll back?", detail, "Roll back and close", commits)
    if all(tab.differs_from_file and len(losses) == 1 for tab, losses in lost):
        return ClosingQuestion(f"{verb} without saving?", detail, "Close without saving", False)
    return ClosingQuestion(f"{verb} and lose this?", detail, "Close all the same", False)
