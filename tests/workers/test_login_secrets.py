import pytest

from pgconsole.core.profile import Profile
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.credentials import Credentials
from pgconsole.workers.login_secrets import LoginSecrets, secret_names

_KEPT = Profile(
    id="p", password_storage="keyring", tunnel=TunnelOptions(hops="ann@gate, inner", key_file="~/.ssh/shop")
)
_ASKED = Profile(id="p")


class _Keyring:
    name = "a test's keyring"

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, _service: str, key: str) -> str | None:
        return self.kept.get(key)

    def set_password(self, _service: str, key: str, password: str) -> None:
        self.kept[key] = password

    def delete_password(self, _service: str, key: str) -> None:
        del self.kept[key]


class _Rig:
    def __init__(self) -> None:
        self.keyring = _Keyring()
        self.has_keyring = True
        self.told: list[str] = []
        credentials = Credentials(lambda: self.keyring if self.has_keyring else None)
        self.secrets = LoginSecrets(credentials, self.told.append)


@pytest.fixture
def rig() -> _Rig:
    return _Rig()


def test_tunnel_s_secrets_are_named_by_what_they_open() -> None:
    assert secret_names(_KEPT) == ("ann@gate", "inner", "the key ~/.ssh/shop")
    assert secret_names(_ASKED) == ()
    assert secret_names(Profile(id="p", tunnel=TunnelOptions(hops="no:port"))) == ()


async def test_typed_goes_before_kept_and_is_kept_only_when_told_to(rig: _Rig) -> None:
    rig.keyring.kept["p"] = "older"
    assert await rig.secrets.password(_KEPT) == "older"
    rig.secrets.typed(_KEPT, "newer")
    assert await rig.secrets.password(_KEPT) == "newer"
    assert rig.keyring.kept == {"p": "older"}
    await rig.secrets.keep(_KEPT)
    assert rig.keyring.kept == {"p": "newer"}


async def test_wrong_one_is_never_kept(rig: _Rig) -> None:
    rig.keyring.kept["p"] = "older"
    rig.secrets.typed(_KEPT, "wrong")
    rig.secrets.typed_further(_KEPT, "inner", "wrong")
    rig.secrets.wrong(_KEPT)
    rig.secrets.wrong_further(_KEPT, "inner")
    await rig.secrets.keep(_KEPT)
    assert rig.keyring.kept == {"p": "older"}
    assert await rig.secrets.further(_KEPT) == {}


async def test_profile_that_asks_never_looks_into_the_keyring(rig: _Rig) -> None:
    rig.keyring.kept["p"] = "kept"
    assert await rig.secrets.password(_ASKED) is None
    rig.secrets.typed(_ASKED, "typed")
    await rig.secrets.keep(_ASKED)
    assert rig.keyring.kept == {"p": "kept"}


async def test_command_goes_before_everything_that_is_kept(rig: _Rig) -> None:
    rig.secrets.typed(_ASKED, "typed")
    assert await rig.secrets.password(Profile(id="p", password_command=("vault",))) is None


async def test_everything_of_a_profile_is_forgotten_together(rig: _Rig) -> None:
    rig.secrets.typed(_KEPT, "one")
    rig.secrets.typed_further(_KEPT, "the key ~/.ssh/shop", "two")
    await rig.secrets.keep(_KEPT)
    assert set(rig.keyring.kept) == {"p", "p the key ~/.ssh/shop"}
    await rig.secrets.forget(_KEPT)
    assert rig.keyring.kept == {}
    assert await rig.secrets.password(_KEPT) is None


async def test_lack_of_a_keyring_is_said_once(rig: _Rig) -> None:
    rig.has_keyring = False
    for password in ("one", "two"):
        rig.secrets.typed(_KEPT, password)
        await rig.secrets.keep(_KEPT)
    assert len(rig.told) == 1
    assert rig.told[0].startswith("Passwords are kept for this run only. ")
    assert await rig.secrets.password(_KEPT) == "two"
