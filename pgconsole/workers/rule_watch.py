"""Has the rules of one connection look at what comes, in steps between which everything else has its turn."""

import asyncio
import time
from collections.abc import Callable, Sequence

from pgconsole.core.listening_state import ListeningState
from pgconsole.core.message_filter import RegexCompiler
from pgconsole.core.notification_rules import Match, Rule, RuleBook
from pgconsole.workers.task_scope import TaskScope


class RuleWatch:
    """The rules at work; `act` is told of each match, `dropped` of a rule whose expression takes too long."""

    def __init__(
        self,
        state: ListeningState,
        scope: TaskScope,
        compile_regex: RegexCompiler,
        act: Callable[[Match], None],
        dropped: Callable[[Rule], None],
    ) -> None:
        self._state = state
        self._scope = scope
        self._compile_regex = compile_regex
        self._act = act
        self._dropped = dropped
        self._given_up: list[Rule] = []
        self._book = self._book_of(())
        self._looking: asyncio.Task[None] | None = None
        self._is_over = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that there are."""
        return self._book.rules

    def use(self, rules: Sequence[Rule]) -> None:
        """Have these rules and no others look at what comes from now on; raises `ValueError` as `RuleBook` does."""
        self._book = self._book_of(rules)

    def use_those_understood(self, rules: Sequence[Rule]) -> None:
        """Have the rules of another time, but for those that can't be understood any more."""
        self.use([rule for rule in rules if self._is_understood(rule)])

    def heard(self) -> None:
        """There are further messages."""
        is_looking = self._looking is not None and not self._looking.done()
        if self._book.is_behind and not (is_looking or self._is_over):
            self._looking = self._scope.start(self._look(), "look for what rules wait for")

    def stop(self) -> None:
        """Look no longer, whatever is heard."""
        self._is_over = True
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        while self._book.is_behind:
            book = self._book
            for match in book.look(time.monotonic()):
                self._act(match)
            self._state.unjudged = book.unseen
            while self._given_up:
                rule = self._given_up.pop()
                book.drop(rule)
                self._dropped(rule)
            await asyncio.sleep(0)

    def _is_understood(self, rule: Rule) -> bool:
        try:
            self._book_of((rule,))
        except ValueError:
            return False
        return True

    def _book_of(self, rules: Sequence[Rule]) -> RuleBook:
        return RuleBook(rules, self._state.log, self._compile_regex, self._given_up.append)
