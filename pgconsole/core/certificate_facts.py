"""What a server's certificate says of itself; whether to believe it is TLS's to judge."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

_SOON_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The parts of a certificate that people compare; times in UTC."""

    subject: str
    """The common name, else the whole distinguished name."""
    issuer: str
    """The authority that signed it, by its common name."""
    names: tuple[str, ...]
    """Hosts and addresses that it is for."""
    since: datetime
    until: datetime
    fingerprint: str
    """SHA-256 in hexadecimal, as `openssl x509 -fingerprint` groups it."""

    @property
    def is_self_signed(self) -> bool:
        """Whether nobody else vouches for it."""
        return self.issuer == self.subject

    @property
    def signed(self) -> str:
        """By whom and until when, in few words."""
        by = "self-signed" if self.is_self_signed else f"by {self.issuer}"
        return f"{by} until {self.until:%Y-%m-%d}"

    def told(self) -> str:
        """One sentence of everything but the fingerprint."""
        names = f" for {', '.join(self.names)}" if self.names else ""
        return f"Certificate {self.subject}{names}, {self.signed}."

    def warning(self, now: datetime) -> str:
        """What is wrong with its time; empty where nothing is."""
        if now > self.until:
            return f"The certificate ended on {self.until:%Y-%m-%d}."
        if now < self.since:
            return f"The certificate does not hold before {self.since:%Y-%m-%d}."
        days = (self.until - now).days
        return f"The certificate ends in {days} days." if days < _SOON_DAYS else ""
