"""Takes the answer to a request for TLS for what it is: yes, PostgreSQL's no, or not PostgreSQL at all.

The driver calls everything that is no yes a refusal. But who is told that a server has no TLS is told to do without it,
and that is no advice where something else answered, or where somebody put words behind the yes.
"""

from typing import Final

from asyncpg import connect_utils

from pgconsole.db.login_guard import LoginRefused

_ANSWERS: Final = (b"S", b"N")
_ERROR: Final = b"E"


class TlsAnswer(connect_utils.TLSUpgradeProto):
    """What the driver hears that answer by; should a release of asyncpg do it otherwise, a test of it fails."""

    def data_received(self, data: bytes) -> None:
        """Hand on what PostgreSQL says, and break off at anything else."""
        if data in _ANSWERS or data.startswith(_ERROR) or self.on_data.done():
            super().data_received(data)
        else:
            why = "What answered the request for TLS does not speak PostgreSQL's protocol."
            self.on_data.set_exception(LoginRefused(why, "Check host and port, and what stands between."))


def hear_tls_answers() -> None:
    """Have the driver hear by it; it looks it up for each connection and takes no other one."""
    connect_utils.TLSUpgradeProto = TlsAnswer  # type: ignore[misc]
