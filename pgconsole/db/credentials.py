"""Keeps passwords in the system's keyring, and where there is no real one, in memory until the program ends.

The only importer of keyring, which is imported when it is first needed, off the loop: it takes 0.2 s. What a backend
can't do is never an error here: the password is asked for again next time, and `backend_report` says why.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

SERVICE: Final = "pgconsole"
DEFAULT_TIME_LIMIT_S: Final = 60.0
"""Long enough for a person to unlock a keyring; a backend that hangs holds up nothing but this answer."""

_Value = TypeVar("_Value")

# Those that keep nothing, keep it readable, or by home-made ciphers.
_UNREAL_MODULES: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_UNREAL_WORDS: Final = ("plaintext", "null", "fail")

KeptIn = Literal["keyring", "memory"]


@dataclass(frozen=True, slots=True)
class BackendReport:
    """Whether passwords outlive the program, by which backend, and why not."""

    usable: bool
    name: str
    why: str = ""


class _BackendFault(Exception):
    """The backend failed or did not answer; the text has no secret in it."""


class Credentials:
    """Passwords by the key of their profile; the text of none shows in repr, logs or errors."""

    def __init__(
        self, load_backend: Callable[[], Any] | None = None, time_limit_s: float = DEFAULT_TIME_LIMIT_S
    ) -> None:
        """Take another way to load the backend for tests; by default it is the one that keyring chooses."""
        self._load_backend = load_backend or _load_keyring
        self._time_limit_s = time_limit_s
        self._memory: dict[str, str] = {}
        self._backend: Any = None
        self._report: BackendReport | None = None
        self._loading = asyncio.Lock()

    async def backend_report(self) -> BackendReport:
        """What passwords are kept by; loads the backend when asked for the first time."""
        async with self._loading:
            if self._report is None:
                try:
                    self._backend = real_backend(await self._in_thread(self._load_backend))
                    self._report = _report_of(self._backend)
                except _BackendFault as fault:
                    self._report = BackendReport(False, "", str(fault))
        return self._report

    async def get(self, profile_key: str) -> str | None:
        """The password of a profile; None where none is kept or the keyring does not give it."""
        if profile_key in self._memory:
            return self._memory[profile_key]
        found = await self._ask(lambda backend: backend.get_password(SERVICE, profile_key))
        return found if isinstance(found, str) else None

    async def set(self, profile_key: str, password: str) -> KeptIn:
        """Keep a password; says where it went."""
        if await self._ask(lambda backend: backend.set_password(SERVICE, profile_key, password) or True):
            self._memory.pop(profile_key, None)
            return "keyring"
        self._memory[profile_key] = password
        return "memory"

    async def delete(self, profile_key: str) -> None:
        """Forget a password everywhere; one that is not there is no matter."""
        self._memory.pop(profile_key, None)

        def delete(backend: Any) -> None:
            if backend.get_password(SERVICE, profile_key) is not None:
                backend.delete_password(SERVICE, profile_key)

        await self._ask(delete)

    async def _ask(self, request: Callable[[Any], _Value]) -> _Value | None:
        """The backend's answer, or None where there is no real one or it failed, which the report says from then on."""
        report = await self.backend_report()
        if not report.usable:
            return None
        backend = self._backend
        try:
            return await self._in_thread(lambda: request(backend))
        except _BackendFault as fault:
            self._report = BackendReport(False, report.name, str(fault))
            return None

    async def _in_thread(self, work: Callable[[], _Value]) -> _Value:
        """Run `work` on a thread that ends with the process at the latest: a backend may wait for a prompt for ever."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Value] = loop.create_future()

        def settle(value: _Value | None, fault: _BackendFault | None) -> None:
            if answer.done():
                return
            if fault is None:
                answer.set_result(value)  # type: ignore[arg-type]
            else:
                answer.set_exception(fault)

        def run() -> None:
            value, fault = _attempt(work)
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, value, fault)

        threading.Thread(target=run, name="keyring", daemon=True).start()
        try:
            async with asyncio.timeout(self._time_limit_s):
                return await answer
        except TimeoutError:
            raise _BackendFault(f"The keyring did not answer within {self._time_limit_s:g} s.") from None


def real_backend(backend: Any) -> Any:
    """`backend`, or the first real member of a chain of them; None where it is not one to keep secrets in."""
    if type(backend).__module__ == "keyring.backends.chainer":
        return next(filter(None, map(real_backend, backend.backends)), None)
    module, name = type(backend).__module__, type(backend).__qualname__.lower()
    if module.startswith(_UNREAL_MODULES) or any(word in name for word in _UNREAL_WORDS):
        return None
    return backend


def _load_keyring() -> Any:
    import keyring

    return keyring.get_keyring()


def _report_of(backend: Any) -> BackendReport:
    if backend is None:
        return BackendReport(False, "", "This system has no keyring that keeps secrets safely.")
    return BackendReport(True, str(getattr(backend, "name", type(backend).__qualname__)))


def _attempt(work: Callable[[], _Value]) -> tuple[_Value | None, _BackendFault | None]:
    """The result, or the fault by the name of its class alone: messages of backends may quote what they were given."""
    try:
        return work(), None
    except Exception as error:
        return None, _BackendFault(f"The keyring failed: {type(error).__name__}.")
