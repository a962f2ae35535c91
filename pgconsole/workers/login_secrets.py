"""The passwords of one run: those typed, and those that the keyring has, by profile; what is wrong is not kept.

Owns which secret is tried and when one goes into the keyring: after the server has taken it, and never before. Keyrings
are `db.credentials`'s.
"""

from collections.abc import Callable

from pgconsole.core.profile import Profile
from pgconsole.core.tunnel_options import parse_hops
from pgconsole.db.credentials import BackendReport, Credentials
from pgconsole.db.tls import client_key_name


class LoginSecrets:
    """No secret shows in its repr; `tell` hears, once, that passwords are kept for this run only."""

    def __init__(self, credentials: Credentials, tell: Callable[[str], None]) -> None:
        self._credentials = credentials
        self._tell = tell
        self._typed: dict[str, str] = {}
        self._unkept: set[str] = set()
        self._has_told = False

    async def backend_report(self) -> BackendReport:
        """What passwords are kept by."""
        return await self._credentials.backend_report()

    # What to log in by

    async def password(self, profile: Profile) -> str | None:
        """The password typed last in this run, else the keyring's; None where there is none or a command gives it."""
        return None if profile.password_command else await self._known(profile, profile.id)

    async def further(self, profile: Profile) -> dict[str, str]:
        """The passwords for the SSH tunnel and the client key by what they are for, as far as they are known."""
        found = {name: await self._known(profile, _key(profile, name)) for name in secret_names(profile)}
        prefix = _key(profile, "")
        # Of a key at its usual place nobody knows beforehand that it is wanted.
        typed = {key.removeprefix(prefix): text for key, text in self._typed.items() if key.startswith(prefix)}
        return {name: secret for name, secret in found.items() if secret is not None} | typed

    async def _known(self, profile: Profile, key: str) -> str | None:
        typed = self._typed.get(key)
        if typed is not None or profile.password_storage == "ask":
            return typed
        return await self._credentials.get(key)

    # What the user and the server say

    def typed(self, profile: Profile, password: str) -> None:
        """The user has given a password; it counts in this run, and is kept once it was right."""
        self._note(profile.id, password)

    def typed_further(self, profile: Profile, wanted: str, secret: str) -> None:
        """The same for one of the tunnel or of a key."""
        self._note(_key(profile, wanted), secret)

    def wrong(self, profile: Profile) -> None:
        """The server refused the password: forget it here; what the keyring has stays until a right one is known."""
        self._drop(profile.id)

    def wrong_further(self, profile: Profile, wanted: str) -> None:
        """The same for one of the tunnel or of a key."""
        self._drop(_key(profile, wanted))

    def _note(self, key: str, secret: str) -> None:
        if self._typed.get(key) != secret:
            self._typed[key] = secret
            self._unkept.add(key)

    def _drop(self, key: str) -> None:
        self._typed.pop(key, None)
        self._unkept.discard(key)

    # The keyring

    async def keep(self, profile: Profile) -> None:
        """Put what was typed for a profile into the keyring, where the profile says so."""
        if profile.password_storage != "keyring":
            return
        for key in _keys(profile):
            if key in self._unkept:
                self._unkept.discard(key)
                if await self._credentials.set(key, self._typed[key]) == "memory":
                    await self._tell_once()

    async def _tell_once(self) -> None:
        if not self._has_told:
            self._has_told = True
            report = await self._credentials.backend_report()
            self._tell(f"Passwords are kept for this run only. {report.why}")

    async def forget_where_not_wanted(self, profile: Profile) -> None:
        """Take out of the keyring what a profile does not want to be kept any more."""
        if profile.password_storage == "ask" or profile.password_command:
            for key in _keys(profile):
                await self._credentials.delete(key)

    async def forget(self, profile: Profile) -> None:
        """Forget every secret of a profile, here and in the keyring."""
        for key in _keys(profile):
            self._drop(key)
            await self._credentials.delete(key)


def secret_names(profile: Profile) -> tuple[str, ...]:
    """What a profile may need further passwords for, by the names that `SecretWanted` has."""
    has_client_key = profile.keyword("sslcert") or profile.keyword("sslkey")
    client_key = (client_key_name(profile.keyword("sslkey")),) if has_client_key else ()
    if not profile.tunnel:
        return client_key
    try:
        hops = parse_hops(profile.tunnel.hops)
    except ValueError:
        return client_key
    key = (f"the key {profile.tunnel.key_file}",) if profile.tunnel.key_file else ()
    return (*(hop.account for hop in hops), *key, *client_key)


def _keys(profile: Profile) -> tuple[str, ...]:
    return (profile.id, *(_key(profile, name) for name in secret_names(profile)))


def _key(profile: Profile, name: str) -> str:
    return f"{profile.id} {name}"
