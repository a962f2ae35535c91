"""What the query console asks of the tab that shows it; the tab itself is in `ui`."""

from typing import Protocol

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.guards import GuardQuestion
from pgconsole.core.messages import Message
from pgconsole.core.notice import Notice
from pgconsole.core.parameters import ParameterRequest
from pgconsole.core.result import Result
from pgconsole.core.run_state import TabState


class QueryView(Protocol):
    """What a query tab shows; every call is on the loop's thread and returns at once."""

    def show_state(self, state: TabState) -> None:
        """Show what the tab is doing."""

    def begin_run(self) -> None:
        """A run begins: old error marks go."""

    def clear_results(self) -> None:
        """Its first statement goes to the server: results of runs before, where they are not kept, go."""

    def open_result(self, result: Result) -> None:
        """Show a new result, which has its columns and no rows yet."""

    def update_result(self, result: Result) -> None:
        """A result has more rows, or another state; may come often."""

    def show_message(self, message: Message) -> None:
        """Add to Messages."""

    def mark_error(self, start: int, end: int, text: str) -> None:
        """Mark a range of the script, in code points."""

    def ask_parameters(self, request: ParameterRequest) -> None:
        """Ask for values; the answer is `QueryConsole.answer`."""

    def ask_copy_file(self, statement: str) -> None:
        """Ask for the file that feeds a COPY FROM STDIN; the answer is `QueryConsole.answer`."""

    def ask_guard(self, question: GuardQuestion) -> None:
        """Ask whether to run what may do harm; the answer is `QueryConsole.answer`."""

    def notify(self, notice: Notice) -> None:
        """Tell in the notice bar of something that is no failure."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""
