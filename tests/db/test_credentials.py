import threading

import pytest
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring

from pgconsole.db.credentials import SERVICE, Credentials, real_backend

_FAIL = FailKeyring()  # type: ignore[no-untyped-call]
_NULL = NullKeyring()  # type: ignore[no-untyped-call]


class _SafeKeyring:
    """Stands for the keyring of a desktop."""

    name = "Safe"

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.fault: Exception | None = None

    def get_password(self, service: str, key: str) -> str | None:
        self._may_fail()
        return self.kept.get((service, key))

    def set_password(self, service: str, key: str, password: str) -> None:
        self._may_fail()
        self.kept[service, key] = password

    def delete_password(self, service: str, key: str) -> None:
        self._may_fail()
        del self.kept[service, key]

    def _may_fail(self) -> None:
        if self.fault is not None:
            raise self.fault


class PlaintextKeyring(_SafeKeyring):
    """Stands for a backend that keeps secrets readable."""


async def test_a_password_is_kept_in_the_keyring() -> None:
    backend = _SafeKeyring()

    assert await Credentials(lambda: backend).set("p1", "sesame") == "keyring"

    assert backend.kept == {(SERVICE, "p1"): "sesame"}
    assert await Credentials(lambda: backend).get("p1") == "sesame"
    assert await Credentials(lambda: backend).get("p2") is None


async def test_deleting_forgets_it_everywhere() -> None:
    backend = _SafeKeyring()
    credentials = Credentials(lambda: backend)
    await credentials.set("p1", "sesame")

    await credentials.delete("p1")
    await credentials.delete("p1")

    assert backend.kept == {}
    assert await credentials.get("p1") is None


@pytest.mark.parametrize("backend", [_FAIL, _NULL, PlaintextKeyring()])
async def test_memory_takes_over_where_the_backend_is_not_safe(backend: object) -> None:
    credentials = Credentials(lambda: backend)

    assert await credentials.set("p1", "sesame") == "memory"
    assert await credentials.get("p1") == "sesame"
    assert not getattr(backend, "kept", {})
    report = await credentials.backend_report()
    assert not report.usable
    assert "no keyring" in report.why
    await credentials.delete("p1")
    assert await credentials.get("p1") is None


async def test_the_system_of_the_tests_has_no_keyring() -> None:
    assert not (await Credentials().backend_report()).usable


def test_a_chain_is_as_good_as_its_first_real_member(monkeypatch: pytest.MonkeyPatch) -> None:
    safe = _SafeKeyring()
    chain = ChainerBackend()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(ChainerBackend, "backends", [_FAIL, PlaintextKeyring(), safe])
    assert real_backend(chain) is safe

    monkeypatch.setattr(ChainerBackend, "backends", [_FAIL, _NULL])
    assert real_backend(chain) is None


def test_home_made_ciphers_are_not_safe() -> None:
    kind = type("EncryptedKeyring", (_SafeKeyring,), {"__module__": "keyrings.alt.file"})

    assert real_backend(kind()) is None


async def test_a_keyring_that_fails_gives_way_to_memory_and_says_why() -> None:
    backend = _SafeKeyring()
    credentials = Credentials(lambda: backend)
    await credentials.backend_report()
    backend.fault = RuntimeError("locked: sesame")

    assert await credentials.set("p1", "sesame") == "memory"

    report = await credentials.backend_report()
    assert (report.usable, report.name) == (False, "Safe")
    assert "RuntimeError" in report.why
    assert "sesame" not in report.why + repr(credentials) + repr(report)
    assert await credentials.get("p1") == "sesame"


async def test_a_keyring_that_cannot_be_loaded_is_reported() -> None:
    def fail() -> object:
        raise ImportError("no D-Bus")

    assert (await Credentials(fail).backend_report()).why == "The keyring failed: ImportError."


async def test_a_keyring_that_hangs_is_given_up() -> None:
    ended = threading.Event()
    backend = _SafeKeyring()
    backend.get_password = lambda service, key: str(ended.wait())  # type: ignore[method-assign]
    credentials = Credentials(lambda: backend, time_limit_s=0.05)
    await credentials.backend_report()
    try:
        assert await credentials.get("p1") is None
        assert "0.05 s" in (await credentials.backend_report()).why
    finally:
        ended.set()
