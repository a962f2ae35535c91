"""What a tab asks the server on a session beside its own, while it may be busy itself: counts, and lost outcomes."""

from collections.abc import Sequence

from pgconsole.core.messages import info_message
from pgconsole.core.query_view import QueryView
from pgconsole.core.result import Result
from pgconsole.core.wording import plural
from pgconsole.db.pool import Pool
from pgconsole.workers.outcome import Outcome, ask_outcome, outcome_notice
from pgconsole.workers.row_counter import count_rows, count_text


class TabAside:
    """Asks for one tab, and tells its view."""

    def __init__(self, pool: Pool, owner: str, view: QueryView) -> None:
        self._pool = pool
        self._owner = owner
        self._view = view

    async def count(self, result: Result, unseen: Sequence[str]) -> None:
        """Tell how many rows a result has, which the server counts where it is not read to its end.

        `unseen` is what the counting session can't see of the tab's.
        """
        if result.is_final:
            rows = plural(result.row_count, "row")
            self._view.show_message(info_message(f"{rows}: every row that the statement returned is here."))
            return
        self._view.show_message(info_message("Counting on the server…"))
        result.counted_rows = await count_rows(self._pool, result, f"{self._owner}, count")
        self._view.show_message(info_message(count_text(result.counted_rows, tuple(unseen))))
        self._view.update_result(result)

    async def ask_outcome(self, transaction_id: str) -> Outcome:
        """Have the server say what became of a transaction whose COMMIT was not confirmed."""
        outcome = await ask_outcome(self._pool, transaction_id)
        notice = outcome_notice(transaction_id, outcome)
        self._view.show_message(info_message(notice.text))
        self._view.notify(notice)
        return outcome
